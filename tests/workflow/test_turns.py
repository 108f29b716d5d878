"""A run waits for its turn before it does anything, and needs none when another run has its data."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from tests.workflow.conftest import Workflow
from tests.workflow.simulation.scripted import Fault, FunctionFailed, ScriptedAws

WAIT = {"turn": "wait", "wait_seconds": 0}
WAITS = {"wait": "Wait for turn", "unplanned": "Wait for plan", "unsettled": "Wait for quiet"}
UPLOAD = {"trigger": {"key": "Inputs/a.csv", "version_id": "v1"}}


def test_a_waiting_run_asks_again_with_what_it_was_started_with(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.turns = [WAIT | {"turn": turn} for turn in WAITS] + [{"turn": "ours"}]

    described = workflow.run(UPLOAD)

    assert described["status"] == "SUCCEEDED", described.get("cause")
    asked = aws.payloads["TakeTurn"]
    assert len(asked) == 4 and all(each == asked[0] for each in asked)
    assert asked[0]["input"] == aws.payloads["PlanRun"][0]["input"] == UPLOAD
    assert datetime.fromisoformat(asked[0]["started_at"]) == described["startDate"]


@pytest.mark.parametrize(("turn", "state"), WAITS.items())
def test_every_reason_to_wait_has_a_state_of_its_own(
    workflow: Workflow, aws: ScriptedAws, turn: str, state: str
) -> None:
    aws.turns = [{"turn": turn, "wait_seconds": 7}, {"turn": "superseded", "superseded_by": "run-x"}]

    arn = workflow.start(UPLOAD)
    workflow.wait(arn)

    assert workflow.entered(arn) == ["Take turn", "Our turn?", state, "Take turn", "Our turn?", "Superseded"]
    assert aws.clock.pauses == [7]


def test_a_superseded_run_names_the_run_that_has_its_data_and_starts_nothing(
    workflow: Workflow, aws: ScriptedAws
) -> None:
    aws.turns = [WAIT, {"turn": "superseded", "superseded_by": "run-x"}]

    described = workflow.run(UPLOAD)

    assert described["status"] == "SUCCEEDED"
    assert json.loads(described["output"]) == {"run_id": described["name"], "superseded_by": "run-x"}
    assert set(aws.payloads) == {"TakeTurn"}
    assert aws.names("create_processing_job") == []


def test_waiting_does_not_count_against_the_run_s_time(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.turns = [{"turn": "wait", "wait_seconds": 2}]

    # One second would be over before the turn comes.
    described = workflow.run(RunTimeoutSeconds="1")

    assert described["status"] == "SUCCEEDED", described.get("cause")
    assert "RecordFailure" not in aws.payloads


def test_a_burst_that_throttles_lambda_costs_no_run_its_turn(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.faults = [Fault.raising("TakeTurn", FunctionFailed("ServiceUnavailable", "Rate exceeded"), times=10)]

    assert workflow.run(UPLOAD)["status"] == "SUCCEEDED"


def test_a_look_and_a_pause_make_nine_events(workflow: Workflow, aws: ScriptedAws) -> None:
    """Six hundred of them fit well into the 25,000 events of a history (see test_turns of the domain)."""
    counted = []
    for waits in (1, 3):
        aws.turns = [WAIT] * waits + [{"turn": "superseded", "superseded_by": "x"}]
        arn = workflow.start(UPLOAD)
        workflow.wait(arn)
        counted.append(len(workflow.events(arn)))

    assert (counted[1] - counted[0]) / 2 == 9
