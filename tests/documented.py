"""What the documentation shows, for the tests that do what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.template import PROJECT

PRODUCTION = (PROJECT / "docs" / "production.md").read_text("utf-8")
OPERATIONS = (PROJECT / "docs" / "operations.md").read_text("utf-8")


def key_policy() -> str:
    """The policy of a key, as docs/operations.md shows it."""
    found: str
    [found] = [block for block in re.findall(r"```json\n(.*?)```", OPERATIONS, re.DOTALL) if "kms:" in block]
    return found.replace("REGION", "us-east-1").replace("ACCOUNT", "123456789012")


def commands_for_production() -> list[str]:
    """The commands about production, each of a line of its own, that docs/operations.md and
    docs/production.md show; of one that stands in both, one.
    """
    sections = (_section(OPERATIONS, "Production"), _section(PRODUCTION, "Commands"))
    lines = [line for section in sections for block in _blocks(section) for line in block.splitlines()]
    return list(dict.fromkeys(line.partition("#")[0].strip() for line in lines))


def _section(page: str, heading: str) -> str:
    found: str
    [found] = re.findall(rf"^## {heading}\n(.*?)^## ", page, re.DOTALL | re.MULTILINE)
    return found


def _blocks(text: str) -> list[str]:
    """Those of a shell."""
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL)


def deletion_with_production() -> str:
    """The commands of docs/production.md after which nothing of production is left."""
    [block] = _blocks(_section(PRODUCTION, "Deleting the stack"))
    return block


@dataclass(frozen=True)
class ByHand:
    """The commands of the AWS CLI that docs/production.md shows: what approves the last proposal, looks at
    production, promotes the run RUN, and goes back to a VERSION while the endpoint serves with CONFIGURATION.
    """

    approve: str
    look: str
    promote: str
    go_back: str


def production_by_hand(stack_name: str) -> ByHand:
    """Of a stack of that name."""
    section = _section(PRODUCTION, "By the AWS CLI")
    approving, looking, starting = _blocks(
        section.replace("--stack-name bakeoff", f"--stack-name {stack_name}")
    )
    promoting, going_back = starting.splitlines()
    production, workflow = approving.partition("proposed=")[0], looking.partition("aws sagemaker")[0]
    return ByHand(approving, f"{production}{looking}", f"{workflow}{promoting}", f"{workflow}{going_back}")
