"""What is copied works for the stack at hand, in its region and as whom it is used."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bakeoff_cli.show.next_steps import (
    after_interrupt,
    after_run,
    after_saved_report,
    after_success,
    after_verification,
)
from bakeoff_cli.stack.run_end import RunEnd
from bakeoff_cli.stack.stack import THE_STACK, StackReference
from tests.unit.bakeoff_cli.fakes import arn_of

ELSEWHERE = StackReference("other", profile="my team", region="eu-west-1")


def test_after_a_run_the_report_and_the_proof_of_its_verdict() -> None:
    assert list(after_success("run-1", "a-bucket", THE_STACK)) == [
        "Save and open the report:\n  bakeoff report run-1",
        "Recompute its verdict:\n"
        "  aws s3 sync s3://a-bucket/runs/run-1/ runs/run-1/\n"
        "  bakeoff verify runs/run-1",
    ]


def test_a_stack_elsewhere_is_named_in_every_command_that_needs_it() -> None:
    assert list(after_success("run-1", "a-bucket", ELSEWHERE)) == [
        "Save and open the report:\n"
        "  bakeoff report run-1 --stack-name other --profile 'my team' --region eu-west-1",
        "Recompute its verdict:\n"
        "  aws s3 sync s3://a-bucket/runs/run-1/ runs/run-1/ --region eu-west-1 --profile 'my team'\n"
        "  bakeoff verify runs/run-1",
    ]


def test_an_interrupt_tells_how_to_go_on_and_how_to_stop() -> None:
    assert after_interrupt(arn_of("run-1"), ELSEWHERE).splitlines() == [
        "no longer watched; the run run-1 goes on in AWS.",
        "Watch it again:",
        "  bakeoff watch run-1 --stack-name other --profile 'my team' --region eu-west-1",
        "Stop it:",
        f"  aws stepfunctions stop-execution --region us-east-1 --execution-arn {arn_of('run-1')} "
        "--profile 'my team'",
    ]


def test_a_saved_run_needs_no_stack_and_its_folder_is_quoted() -> None:
    folder = Path("my runs/run-1")
    assert after_saved_report(folder) == "Recompute its verdict:\n  bakeoff verify 'my runs/run-1'"
    assert after_verification(folder, True) == "Open its report:\n  bakeoff report 'my runs/run-1'"
    assert "changed these files" in after_verification(folder, False)


@pytest.mark.parametrize(
    ("error", "cause"),
    [("ConstantLabel", "Every label is 1: Set Target to x."), ("UnknownTarget", "a.csv has no column x.")],
)
def test_a_run_that_asks_for_its_target_can_be_started_again_with_it(error: str, cause: str) -> None:
    moment = datetime.now(UTC)
    end = RunEnd("run-1", "FAILED", moment, moment, cause, error=error)
    step, _ = after_run(end, "a-bucket", ELSEWHERE)
    assert step.startswith("To name the column to predict: `bakeoff run --target COLUMN --stack-name other ")


def test_an_object_that_ended_a_run_can_be_removed() -> None:
    moment = datetime.now(UTC)
    cause = "Inputs/b.csv is a copy of Inputs/a.csv, and its rows would count twice: delete one of them."
    end = RunEnd("run-1", "FAILED", moment, moment, cause, error="DuplicateInput")
    assert list(after_run(end, "a-bucket", THE_STACK)) == [
        "Mend that, then `bakeoff upload FILE` again, or start again with `bakeoff run`.",
        "What was uploaded is in every run until it is replaced or removed:\n"
        "  aws s3 rm s3://a-bucket/Inputs/FILE",
    ]
