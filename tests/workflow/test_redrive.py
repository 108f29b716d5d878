"""A redriven run repeats the state that failed and nothing before it.

moto 5.2.5 has no RedriveExecution. What AWS does is imitated: the state that the history shows as entered and
never left is entered again, with the same input and the variables of the states before it.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bakeoff.domain.naming import MAX_RESOURCE_NAME, resource_name
from local_aws.mends.stepfunctions import context, jsonata_engine
from local_aws.mends.stepfunctions.transitions import targets
from tests.template import WORKFLOW
from tests.workflow.conftest import Workflow
from tests.workflow.faults import DENIED, operation_of
from tests.workflow.matrix import IN_THE_MAP, STATES, tasks
from tests.workflow.outcomes import cause_of, comparison_of, leaks
from tests.workflow.scripted import Fault, FunctionFailed, ScriptedAws, refused

_JOINED_NAME = re.compile(r"\$join\(\[.*?\], '-'\)")
OUTSIDE = [name for name in tasks() if name not in IN_THE_MAP]
RESUMABLE = OUTSIDE[OUTSIDE.index("Check datasets") :]
FAULTS = {
    "access denied": DENIED,
    "out of memory": FunctionFailed(
        "Runtime.ExitError", "RequestId: 1 Error: Runtime exited: signal: killed"
    ),
    "throttled for long": refused("TooManyRequestsException", "Rate exceeded"),
}


def redrive(workflow: Workflow, failed: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Continue a failed run where it failed."""
    events = workflow.events(failed["executionArn"])
    state, given = _unfinished(events)
    variables = _variables(events)

    def resume(machine: dict[str, Any]) -> None:
        machine["States"] = {
            "Remember": {"Type": "Pass", "Assign": variables, "Output": given, "Next": state},
            **_reachable(machine["States"], state),
        }
        machine["StartAt"] = "Remember"

    original = context.context_of
    monkeypatch.setattr(context, "context_of", lambda data: _redriven(original(data)))
    return workflow.wait(workflow.start(change=resume, name=failed["name"]))


def _redriven(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "Execution": {**found["Execution"], "RedriveCount": 1}}


def _unfinished(events: list[dict[str, Any]]) -> tuple[str, Any]:
    entered = [event["stateEnteredEventDetails"] for event in events if "stateEnteredEventDetails" in event]
    return entered[-1]["name"], json.loads(entered[-1]["input"])


def _variables(events: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for event in events:
        details = event.get("stateExitedEventDetails", {})
        if details.get("name") in WORKFLOW["States"]:
            found |= {name: json.loads(text) for name, text in details.get("assignedVariables", {}).items()}
    return found


def _reachable(states: dict[str, Any], first: str) -> dict[str, Any]:
    found, waiting = {}, [first]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = states[name]
            waiting.extend(targets(states[name]))
    return found


@pytest.mark.parametrize("state", RESUMABLE)
@pytest.mark.parametrize("fault", FAULTS)
def test_what_can_be_mended_from_outside_fails_where_a_redrive_resumes(
    workflow: Workflow, aws: ScriptedAws, state: str, fault: str, monkeypatch: pytest.MonkeyPatch
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
    redriven = redrive(workflow, failed, monkeypatch)

    # Then it ends as a healthy run does, and nothing from before the failure was done again
    assert redriven["status"] == "SUCCEEDED", cause_of(redriven)
    assert {item["status"] for item in comparison_of(aws, failed["name"]).values()} == {"completed"}
    repeated = {operation for operation, _ in aws.calls[before:]}
    skipped = [operation_of(STATES[name]) for name in OUTSIDE[: OUTSIDE.index(state)]]
    assert operation_of(STATES[state]) in repeated
    assert repeated.isdisjoint(skipped)
    assert leaks(aws) == set()


def test_candidates_that_were_compared_are_not_compared_again(
    workflow: Workflow, aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.faults = [Fault.raising("JudgeCandidates", DENIED)]
    failed = workflow.run()
    aws.faults.clear()

    redrive(workflow, failed, monkeypatch)

    assert len(aws.names("create_training_job")) == 3


@pytest.mark.parametrize("state", [name for name in tasks() if STATES[name]["Resource"].endswith("Job.sync")])
def test_a_job_s_name_tells_redrives_attempts_and_retries_apart(state: str) -> None:
    names = [_job_name(state, redrive, attempt, retry) for redrive, attempt, retry in _counts(state)]

    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= MAX_RESOURCE_NAME


def _counts(state: str) -> list[tuple[int, int, int]]:
    retries = [0, 3] if "Retry" in STATES[state] else [0]
    return [(redrive, attempt, retry) for redrive in (0, 99) for attempt in (0, 480) for retry in retries]


def _job_name(state: str, redrive: int, attempt: int, retry: int) -> str:
    [expression] = _JOINED_NAME.findall(str(STATES[state]["Arguments"]))
    longest = resource_name("bakeoff-1a2b3c4d", "run", "a" * 24)
    bindings = {
        "plan": {"processing_job_name": longest},
        "candidate": {"resource_name": longest},
        "attempt": attempt,
        "prepare_attempt": attempt,
        "states": {"context": {"Execution": {"RedriveCount": redrive}, "State": {"RetryCount": retry}}},
    }
    return str(jsonata_engine.evaluate(expression, bindings))
