"""A deployment beside runs: each run goes on with the code, layers and settings that it began with."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_aws.deployment import deploy as deployment
from local_aws.embedded import EmbeddedAws
from tests.e2e.held import Containers, until
from tests.e2e.orphans import ROWS
from tests.e2e.stack import Stack
from tests.template import PROJECT, TEMPLATE_PATH, WORKFLOW_PATH

NAME = "bakeoff-deployed-again"
# One run has its turn, so that the next one waits for a deployment to come.
OPTIONS = {"MaxConcurrentRuns": "1", "TurnPollSeconds": "1", "Algorithms": "xgboost", "SettleSeconds": "0"}
HANDLER, SCRIPT = "src/bakeoff/handlers/plan_run.py", "spark/prepare_datasets.py"


@pytest.fixture
def waiting(
    embedded: EmbeddedAws, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[tuple[Stack, str]]:
    """A stack with a run that prepares its data for as long as nobody stops it, and the run's id."""
    folder = tmp_path / "jobs"
    folder.mkdir()
    Containers(folder).install(monkeypatch)
    stack = Stack(embedded, embedded.deploy(TEMPLATE_PATH, NAME, OPTIONS))
    run = stack.upload("Inputs/rows.csv", ROWS.encode())
    until(lambda: planned(stack, run), "the first run's plan")
    yield stack, run
    stack.stop_all()
    # With it go the idle environments of its functions, which others would take for theirs.
    deployment.delete(embedded.instance, NAME)


@pytest.fixture
def second_edition(tmp_path: Path) -> Path:
    """The template beside a copy of the project of which code, layer and workflow have changed."""
    folder = tmp_path / "second"
    for name in ("src", "spark", "layers", "statemachine"):
        shutil.copytree(PROJECT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    replace(folder / HANDLER, "%H:%M:%SZ}", "%H:%M:%S, second edition}")
    replace(folder / SCRIPT, '"""', '"""The second edition. ')
    replace(
        folder / WORKFLOW_PATH.relative_to(PROJECT), "Comment: Which", "Comment: In the second edition, which"
    )
    return Path(shutil.copy(PROJECT / "template.yaml", folder))


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def planned(stack: Stack, run: str) -> bool:
    return bool(stack.keys(f"runs/{run}/plan.json"))


def waits(stack: Stack, run: str) -> bool:
    """Whether a run has asked for its turn in vain."""
    arn = stack.executions()[run]["executionArn"]
    history = stack.aws.instance.client("stepfunctions").get_execution_history(executionArn=arn)["events"]
    return any(event["type"] == "WaitStateEntered" for event in history)


def plan_after(stack: Stack, run: str, ended: str) -> tuple[dict[str, Any], str]:
    """The plan of a run that had to wait for another one, which ends now, and the script that it copied."""
    stack.stop(ended)
    until(lambda: planned(stack, run), f"the plan of {run}")
    return stack.read_json(f"runs/{run}/plan.json"), stack.read(f"runs/{run}/code/{Path(SCRIPT).name}")


def versions_that_ran(stack: Stack, function: str) -> set[str]:
    """By the names of their log streams: 2026/11/23/[7]0123abcd..."""
    group = stack.physical_id(f"{function}Logs")
    streams = stack.aws.instance.client("logs").describe_log_streams(logGroupName=group)["logStreams"]
    return {match[1] for each in streams if (match := re.search(r"\[(.+)\]", each["logStreamName"]))}


def test_a_run_goes_on_with_what_its_workflow_was_deployed_with(
    embedded: EmbeddedAws, waiting: tuple[Stack, str], second_edition: Path
) -> None:
    # Given a run that waits for its turn
    stack, first = waiting
    stack.begin("before", {})
    until(lambda: waits(stack, "before"), "the wait for a turn")

    # When code, a layer, the workflow and a parameter are deployed beside it
    embedded.deploy(second_edition, NAME, {**OPTIONS, "MaxRejectedShare": "0.5"})
    stack.begin("after", {})
    until(lambda: waits(stack, "after"), "the wait for a turn")

    # Then it goes on with what it began with
    plan, script = plan_after(stack, "before", first)
    assert plan["created_at"].endswith("Z")
    assert plan["max_rejected_share"] == 0.01
    assert script == (PROJECT / SCRIPT).read_text("utf-8")
    assert versions_that_ran(stack, "PlanRun") == {"1"}

    # And a run that began later has all that is new
    plan, script = plan_after(stack, "after", "before")
    assert plan["created_at"].endswith(", second edition") and plan["max_rejected_share"] == 0.5
    assert "The second edition." in script
    assert versions_that_ran(stack, "PlanRun") == versions_that_ran(stack, "TakeTurn") == {"1", "2"}


def test_a_parameter_alone_is_a_new_version_of_what_it_changes_only(
    embedded: EmbeddedAws, waiting: tuple[Stack, str]
) -> None:
    stack, first = waiting
    before = functions_of(stack)

    embedded.deploy(TEMPLATE_PATH, NAME, {**OPTIONS, "MaxRejectedShare": "0.25"})

    after = functions_of(stack)
    changed = {new for old, new in zip(before, after, strict=True) if old != new}
    assert (
        len(set(before)) == 8 and {name for name in changed if "PlanRunFunction" in name} == changed != set()
    )
    # The first test may have run before this one, whose stack this is.
    stack.begin("with-the-new-share", {})
    plan, _ = plan_after(stack, "with-the-new-share", first)
    assert plan["max_rejected_share"] == 0.25


def functions_of(stack: Stack) -> list[str]:
    """What the workflow's definition calls, in its order."""
    states = stack.aws.instance.client("stepfunctions")
    described = states.describe_state_machine(stateMachineArn=stack.outputs["StateMachineArn"])
    found: list[str] = re.findall(r"arn:aws:lambda:[\w-]+:\d+:function:[\w-]+:\d+", described["definition"])
    return found
