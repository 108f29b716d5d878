"""40 candidates with the longest hyperparameters that a plan allows, also in 10 folds: no state carries more
than AWS takes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from bakeoff.domain.planning.candidates import MAX_CANDIDATE_BYTES
from bakeoff.domain.run.folds import MAX_FOLDS
from local_aws.services.stepfunctions import quotas, waiting
from tests.workflow.conftest import Workflow
from tests.workflow.fault_matrix.faults import DENIED
from tests.workflow.simulation.hosting import JobEnd
from tests.workflow.simulation.scripted import Fault, ScriptedAws

MANY = 40
# Of an image of one's own nobody knows the hyperparameters.
OWN = {"algorithm": "xgboost", "image_uri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1"}
# What Step Functions shows of an error.
MAX_CAUSE_CHARACTERS = 32_768
# SageMaker's longest FailureReason.
REASON = "AlgorithmError: " + "é" * 1008


def candidates(count: int, each_bytes: int) -> list[dict[str, Any]]:
    """Overrides that make candidates of nearly this size, with characters that JSON writes longer."""
    # Eleven hundred bytes are the rest of a candidate: names, images, channels.
    filler = '"\\x€' * ((each_bytes - 1400) // 12)
    parts = {f"p{place}": filler[place : place + 800] for place in range(0, len(filler), 800)}
    return [{"name": f"candidate-number-{n:02d}-xxxx", **OWN, "hyperparameters": parts} for n in range(count)]


def sizes(events: list[dict[str, Any]]) -> Iterator[int]:
    """The bytes of every input, output, variable and argument in a history."""
    for event in events:
        for details in event.values():
            if isinstance(details, dict):
                for field in ("input", "output", "parameters"):
                    yield len(str(details.get(field, "")).encode())
                yield len(json.dumps(details.get("assignedVariables", {}), ensure_ascii=False).encode())


@pytest.mark.parametrize(("count", "each_bytes"), [(MANY, 4500), (7, MAX_CANDIDATE_BYTES)])
@pytest.mark.parametrize("fails", [False, True])
def test_the_largest_candidates_travel(
    workflow: Workflow,
    aws: ScriptedAws,
    count: int,
    each_bytes: int,
    fails: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The clock adds up what forty threads wait one after the other.
    monkeypatch.setattr(waiting, "pause", lambda *_: None)
    # Given as many and as large candidates as a plan allows, whose jobs may fail with the longest reason
    requested = candidates(count, each_bytes)
    if fails:
        aws.sagemaker.job_ends["candidate"] = JobEnd("Failed", REASON)

    # When they are compared, 40 at once
    arn = workflow.start({"algorithms": requested}, MaxConcurrency=str(MANY))
    run = workflow.wait(arn)

    # Then no one is lost, and what travels stays below the limit, though not by much
    comparison = aws.store.read_json(f"runs/{run['name']}/comparison.json")
    statuses = {item["status"] for item in comparison["candidates"]}
    assert (len(comparison["candidates"]), statuses) == (count, {"failed" if fails else "completed"})
    assert run["error"] == ("NoCandidateFinished" if fails else None)
    histories = workflow.histories(arn)
    events = [event for history in histories for event in history]
    planned = len(json.dumps(aws.store.read_json(f"runs/{run['name']}/plan.json")["candidates"]))
    assert 0.85 * count * each_bytes < planned <= count * each_bytes
    assert max(sizes(events)) <= quotas.MAX_BYTES
    assert max(map(len, histories)) < quotas.MAX_EVENTS
    if fails:
        assert max(map(len, _causes(events))) <= MAX_CAUSE_CHARACTERS


def test_four_hundred_units_of_the_largest_candidates_travel(
    workflow: Workflow, aws: ScriptedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "pause", lambda *_: None)
    # Given the longest lists: nothing is trained, and whatever a unit may have made cannot be released
    requested = candidates(MANY, 4500)
    refused = ("create_training_job", "ReleaseResources")
    aws.faults = [Fault.raising(operation, DENIED) for operation in refused]

    # When they are compared in ten folds of as many rows as these take
    aws.upload(60 * MAX_FOLDS)
    arn = workflow.start({"algorithms": requested, "folds": MAX_FOLDS}, MaxConcurrency=str(MANY))
    run = workflow.wait(arn)

    # Then each is told by its name, and what travels stays below the limits
    units = aws.store.read_json(f"runs/{run['name']}/units.json")
    assert (run["error"], len(units)) == ("ResourcesRemain", MANY * MAX_FOLDS)
    assert len(json.dumps(units)) > 5 * quotas.MAX_BYTES
    assert all(f" {unit['resource_name']}" in run["cause"] for unit in units)
    assert len(run["cause"]) <= MAX_CAUSE_CHARACTERS
    own, *others = workflow.histories(arn)
    assert max(sizes([event for history in (own, *others) for event in history])) <= quotas.MAX_BYTES
    assert max(map(len, others)) < quotas.MAX_EVENTS
    assert len(own) < 100


def _causes(events: list[dict[str, Any]]) -> list[str]:
    return [event["taskFailedEventDetails"]["cause"] for event in events if "taskFailedEventDetails" in event]
