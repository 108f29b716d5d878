from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager

from tests.workflow.conftest import Workflow
from tests.workflow.simulation.hosting import RESOLVED_IMAGE
from tests.workflow.simulation.scripted import CANDIDATES, ScriptedAws

OUTER = [
    "Take turn",
    "Our turn?",
    "Plan run",
    "Prepare datasets",
    "Check datasets",
    "Compare candidates",
    "Judge candidates",
    "Train final model?",
    "Publish report",
    "Hand over?",
    "All in order?",
    "Comparison complete",
]


def test_a_healthy_run_visits_the_states_in_their_order(workflow: Workflow, aws: ScriptedAws) -> None:
    arn = workflow.start({"trigger": {"key": "Inputs/a.csv"}})
    described = workflow.wait(arn)

    assert described["status"] == "SUCCEEDED", described.get("cause")
    run_id = described["name"]
    assert json.loads(described["output"]) == {
        "run_id": run_id,
        "best": "alpha",
        "report_uri": f"s3://data-bucket/runs/{run_id}/report.html",
        "notified": True,
    }
    assert _outer_and_inner(workflow.entered(arn))[0] == OUTER
    assert aws.live == set()


def test_states_of_one_millisecond_keep_their_order(
    workflow: Workflow, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    monkeypatch.setattr(EventManager, "_get_current_timestamp", staticmethod(lambda: now))

    outer, inner = _outer_and_inner(workflow.entered(workflow.run()["executionArn"]))

    assert outer == OUTER
    assert inner.count("Candidate done") == len(CANDIDATES)


def _outer_and_inner(entered: list[str]) -> tuple[list[str], list[str]]:
    """The states of a run, and those of its candidates."""
    begun, judged = entered.index("Compare candidates") + 1, entered.index("Judge candidates")
    return [*entered[:begun], *entered[judged:]], entered[begun:judged]


def test_the_plan_gets_the_run_and_its_input(workflow: Workflow, aws: ScriptedAws) -> None:
    described = workflow.run({"algorithms": ["knn"]})

    assert aws.payloads["PlanRun"] == [{"run_id": described["name"], "input": {"algorithms": ["knn"]}}]


def test_an_image_of_which_sagemaker_says_nothing_is_told_as_nothing(
    workflow: Workflow, aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = aws.call

    def call(operation: str, parameters: dict[str, Any], caller: str = "") -> dict[str, Any]:
        found = answer(operation, parameters, caller)
        return {name: value for name, value in found.items() if name != "ProductionVariants"}

    monkeypatch.setattr(aws, "call", call)
    described = workflow.run()

    assert described["status"] == "SUCCEEDED", described["cause"]
    assert "resolved_image" not in aws.store.read_json(f"runs/{described['name']}/results/alpha.json")


def test_each_candidate_is_scored_and_released(workflow: Workflow, aws: ScriptedAws) -> None:
    described = workflow.run()

    scored = {item["candidate"]["name"]: item for item in aws.payloads["ScoreCandidate"]}
    assert set(scored) == set(CANDIDATES)
    assert scored["alpha"]["candidate"]["resource_name"].endswith("-alpha")
    assert scored["alpha"]["training"] == {"training_seconds": 61, "billable_seconds": 61}
    assert scored["alpha"]["image"] == RESOLVED_IMAGE
    result = aws.store.read_json(f"runs/{described['name']}/results/alpha.json")
    assert result["resolved_image"] == RESOLVED_IMAGE
    # Three times each: to delete the endpoint, to see it go, and to delete the rest.
    released = [item["resource_name"].split("-")[-1] for item in aws.payloads["ReleaseResources"]]
    assert sorted(released) == sorted(3 * CANDIDATES)


def test_an_endpoint_is_watched_until_it_is_in_service(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.sagemaker.endpoint_status["alpha"] = ["Creating", "Creating", "InService"]
    began = aws.clock.now

    assert workflow.run()["status"] == "SUCCEEDED"
    # Two pauses on its way, and two until all endpoints are gone.
    assert aws.clock.now - began >= 4 * 30


def test_job_names_tell_the_attempts_apart(workflow: Workflow, aws: ScriptedAws) -> None:
    workflow.run()

    [prepare] = aws.names("create_processing_job")
    assert prepare.endswith("-prepare-0-0")
    assert sorted(name[-12:] for name in aws.names("create_training_job"))[0] == "-alpha-0-0-0"
