"""What the documentation shows, for the tests that do what it says."""

from __future__ import annotations

import re

from tests.template import PROJECT

PRODUCTION = (PROJECT / "docs" / "production.md").read_text("utf-8")
OPERATIONS = (PROJECT / "docs" / "operations.md").read_text("utf-8")


def key_policy() -> str:
    """The policy of a key, as docs/operations.md shows it."""
    found: str
    [found] = [block for block in re.findall(r"```json\n(.*?)```", OPERATIONS, re.DOTALL) if "kms:" in block]
    return found.replace("REGION", "us-east-1").replace("ACCOUNT", "123456789012")


def promotion_by_hand(stack_name: str) -> tuple[str, str]:
    """The commands of the AWS CLI that docs/production.md shows, of a stack of that name: what approves the
    last proposal, and what looks at production.
    """
    [section] = re.findall(r"^## By the AWS CLI\n(.*?)^## ", PRODUCTION, re.DOTALL | re.MULTILINE)
    text = section.replace("--stack-name bakeoff", f"--stack-name {stack_name}")
    approving, looking = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return approving, f"{approving.partition('proposed=')[0]}{looking}"
