"""A redriven run repeats the state that failed and nothing before it, as docs/operations.md promises."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bakeoff.domain.run.names import (
    MAX_RESOURCE_NAME,
    MAX_TUNING_NAME,
    resource_name,
    tuning_name,
    unit_resource_name,
)
from bakeoff_cli.stack.history import RunHistory
from bakeoff_cli.stack.progress import progress
from local_aws.services.stepfunctions.jsonata import engine as jsonata_engine
from tests.template import PROJECT
from tests.workflow.conftest import Workflow
from tests.workflow.fault_matrix.ending import Ending
from tests.workflow.fault_matrix.faults import DENIED, operation_of
from tests.workflow.fault_matrix.matrix import ENDS, IN_THE_MAP, ONLY_WITH_FOLDS, STATES, tasks
from tests.workflow.fault_matrix.outcomes import cause_of, comparison_of, leaks
from tests.workflow.simulation.hosting import JobEnd
from tests.workflow.simulation.scripted import CANDIDATES, Fault, FunctionFailed, ScriptedAws, refused
from tests.workflow.simulation.sweeping import sweep

_NAME = re.compile(r"JobName': (\$join\(\[.*?\], '-'\)|\$candidate\.tuning_name & \$formatBase\(.*?, 36\))")
OUTSIDE = [name for name in tasks() if name not in IN_THE_MAP]
# What fails of the final model costs no run its end.
RESUMABLE = [name for name in OUTSIDE[OUTSIDE.index("Check datasets") :] if name not in ONLY_WITH_FOLDS]
FAULTS = {
    "access denied": DENIED,
    "out of memory": FunctionFailed(
        "Runtime.ExitError", "RequestId: 1 Error: Runtime exited: signal: killed"
    ),
    "throttled for long": refused("TooManyRequestsException", "Rate exceeded"),
}


@pytest.mark.parametrize("state", RESUMABLE)
@pytest.mark.parametrize("fault", FAULTS)
def test_what_can_be_mended_from_outside_fails_where_a_redrive_resumes(
    workflow: Workflow, aws: ScriptedAws, state: str, fault: str
) -> None:
    # Given a run that failed after the costly part
    aws.faults = [Fault.raising(operation_of(STATES[state]), FAULTS[fault])]
    failed = workflow.run()
    assert failed["status"] == "FAILED"
    assert workflow.entered(failed["executionArn"])[-1] == state
    assert cause_of(failed)
    before = len(aws.calls)

    # When the cause is mended and the run is redriven
    aws.faults.clear()
    redriven = workflow.redrive(failed["executionArn"])

    # Then it ends as a healthy run does, and nothing from before the failure was done again
    assert redriven["status"] == "SUCCEEDED", cause_of(redriven)
    assert {item["status"] for item in comparison_of(aws, failed["name"]).values()} == {"completed"}
    repeated = {operation for operation, _ in aws.calls[before:]}
    skipped = [operation_of(STATES[name]) for name in OUTSIDE[: OUTSIDE.index(state)]]
    assert operation_of(STATES[state]) in repeated
    assert repeated.isdisjoint(skipped)
    assert leaks(aws) == set()


def test_candidates_that_were_compared_are_not_compared_again(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.faults = [Fault.raising("JudgeCandidates", DENIED)]
    failed = workflow.run()
    aws.faults.clear()

    workflow.redrive(failed["executionArn"])

    assert len(aws.names("create_training_job")) == 3


def test_the_page_for_operators_says_so() -> None:
    page = " ".join((PROJECT / "docs" / "operations.md").read_text("utf-8").split())
    assert "`aws stepfunctions redrive-execution --execution-arn ARN` repeats that state only" in page


def test_a_run_that_was_stopped_while_it_trained_trains_only_that_candidate_anew(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    # Given a run that is stopped while the last of its candidates trains
    last = CANDIDATES[-1]
    aws.sagemaker.job_ends[last] = JobEnd("InProgress")
    stopped = _stopped(workflow, aws, "describe_training_job")
    sweep(aws, stopped["name"])
    before = len(aws.calls)
    del aws.sagemaker.job_ends[last]

    # When it is redriven
    redriven = workflow.redrive(stopped["executionArn"])

    # Then the others stay as they are, and the last one is trained under a name of the redrive's own
    assert redriven["status"] == "SUCCEEDED", cause_of(redriven)
    assert {item["status"] for item in comparison_of(aws, stopped["name"]).values()} == {"completed"}
    [name] = [name for operation, name in aws.calls[before:] if operation == "create_training_job"]
    assert name.endswith(f"-{last}-1-0-0")
    # As `bakeoff watch` tells it.
    told = progress(*RunHistory(workflow.instance.client("stepfunctions"), stopped["executionArn"]).read())
    assert (told.status, {candidate.status for candidate in told.candidates}) == ("SUCCEEDED", {"succeeded"})
    assert len(aws.names("ScoreCandidate")) == len(CANDIDATES)
    assert leaks(aws) == set()


def test_a_trained_candidate_whose_endpoint_the_janitor_took_fails_in_words(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    stopped = _stopped(workflow, aws, "ScoreCandidate")
    sweep(aws, stopped["name"])

    redriven = workflow.redrive(stopped["executionArn"])

    assert redriven["status"] == "SUCCEEDED", cause_of(redriven)
    compared = comparison_of(aws, stopped["name"])
    assert [compared[name]["status"] for name in CANDIDATES] == ["completed", "completed", "failed"]
    assert compared[CANDIDATES[-1]]["error"]
    assert leaks(aws) == set()


def _stopped(workflow: Workflow, aws: ScriptedAws, operation: str) -> dict[str, Any]:
    """A run that was stopped during a call for its last candidate, when all others were done."""
    ending = Ending(ENDS["StopExecution"])
    ending.during(aws, operation, CANDIDATES[-1:])
    stopped = ending.finish(workflow, workflow.start(MaxConcurrency="1"))
    assert stopped["status"] == "ABORTED"
    return stopped


@pytest.mark.parametrize("state", [name for name in tasks() if STATES[name]["Resource"].endswith("Job.sync")])
def test_a_job_s_name_tells_redrives_attempts_and_retries_apart(state: str) -> None:
    names = [_job_name(state, redrive, attempt, retry) for redrive, attempt, retry in _counts(state)]

    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= (MAX_TUNING_NAME if state == "Tune model" else MAX_RESOURCE_NAME)


def _counts(state: str) -> list[tuple[int, int, int]]:
    retries = [0, 3] if "Retry" in STATES[state] else [0]
    return [
        (redrive, attempt, retry) for redrive in (0, 1, 99) for attempt in (0, 250, 480) for retry in retries
    ]


def _job_name(state: str, redrive: int, attempt: int, retry: int) -> str:
    [expression] = _NAME.findall(str(STATES[state]["Arguments"]))
    longest = resource_name("bakeoff-1a2b3c4d", "run", "a" * 24)
    final = unit_resource_name(longest, "a" * 24, None)
    bindings = {
        "verdict": {"final": {"resource_name": final}},
        "final_attempt": attempt,
        "plan": {"processing_job_name": longest},
        "candidate": {"resource_name": longest, "tuning_name": tuning_name("bakeoff-1a2b3c4d", "run", 39)},
        "attempt": attempt,
        "prepare_attempt": attempt,
        "states": {"context": {"Execution": {"RedriveCount": redrive}, "State": {"RetryCount": retry}}},
    }
    return str(jsonata_engine.evaluate(expression, bindings))
