"""What all functions of the workflow do with a payload of the wrong shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bakeoff.domain.errors import ConfigurationError, InvalidEvent
from tests.template import FUNCTIONS, variables_of
from tests.unit.bakeoff.handlers.conftest import Load

# The upload event and CloudFormation's requests have tests of their own.
OF_THE_WORKFLOW = sorted(
    set(FUNCTIONS)
    - {"StartRunFunction", "EmptyBucketFunction", "PublishVersionsFunction", "RemoveProductionFunction"}
)
NEEDED = {
    "ScoreCandidateFunction": [
        "run_id",
        "candidate",
        "training",
        "candidate.name",
        "candidate.algorithm",
        "candidate.resource_name",
        "candidate.request_content_type",
        "candidate.accept",
        "candidate.prediction_path",
    ],
    "RecordFailureFunction": [
        "run_id",
        "candidate",
        "failure",
        "candidate.name",
        "candidate.algorithm",
        "failure.step",
        "failure.error",
        "failure.cause",
    ],
    "ReleaseResourcesFunction": ["resource_name"],
    "PlanRunFunction": ["run_id", "input"],
    "TakeTurnFunction": ["run_id", "input", "started_at"],
    "TakeProductionFunction": ["execution", "started_at", "input"],
    "ProbeProductionFunction": ["config", "endpoint", "content_type", "accept"],
    "RecordProductionFunction": ["config"],
    "PublishHistoryFunction": ["execution", "started_at", "at", "input", "config", "previous"],
    "DiscardVersionFunction": ["config", "unwanted", "kept"],
    "StartPromotionFunction": [
        "detail",
        "detail.ModelPackageArn",
        "detail.ModelPackageGroupName",
        "detail.ModelPackageVersion",
        "detail.ModelApprovalStatus",
    ],
    "SweepResourcesFunction": ["detail-type", "detail", "detail.name"],
}
MISSING = [(function, path) for function in OF_THE_WORKFLOW for path in NEEDED.get(function, ["run_id"])]


def without(event: dict[str, Any], path: str) -> dict[str, Any]:
    shortened: dict[str, Any] = json.loads(json.dumps(event))
    *parents, last = path.split(".")
    place = shortened
    for parent in parents:
        place = place[parent]
    del place[last]
    return shortened


@pytest.mark.parametrize("function", OF_THE_WORKFLOW)
@pytest.mark.parametrize("wrong", [None, [], "text", 3, {}])
def test_what_is_no_payload_is_refused(load: Load, function: str, wrong: Any) -> None:
    with pytest.raises(InvalidEvent, match=r"^The payload has no field '[\w-]+': see events/"):
        load(function)(wrong)


@pytest.mark.parametrize(("function", "path"), MISSING)
def test_a_payload_that_lacks_a_field_is_refused_by_its_name(
    load: Load, event_of: Callable[[str], dict[str, Any]], function: str, path: str
) -> None:
    with pytest.raises(InvalidEvent, match=rf"^The payload has no field '{path.rpartition('.')[2]}'"):
        load(function)(without(event_of(function), path))


@pytest.mark.parametrize(
    ("function", "variable"),
    [
        (function, variable)
        for function in FUNCTIONS
        for variable in variables_of(function)
        if variable.startswith("BAKEOFF_")
    ],
)
def test_a_function_without_its_environment_does_not_start(load: Load, function: str, variable: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{variable} is missing: set it in template.yaml"):
        load(function, without=variable)
