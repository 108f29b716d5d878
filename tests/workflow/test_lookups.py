"""No look-up of the workflow file can fail: a field without a value is an error, and undoes what was done."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape

from local_aws.services.stepfunctions.jsonata import engine as jsonata_engine
from local_aws.services.stepfunctions.tasks.requests import operation
from scripts.lint_workflow import expressions_of
from tests.template import states_of
from tests.workflow.conftest import definition

STATES = dict(states_of(json.loads(definition())))
CONTEXT = {
    "Execution": {"Name": "run-1", "StartTime": "2026-11-23T20:00:00Z", "Input": {}, "RedriveCount": 0},
    "State": {"Name": "any", "RetryCount": 0},
}
# What every function's answer holds at least; tests/unit/bakeoff/handlers holds the functions to it.
PAYLOADS: dict[str, Any] = {
    "Take turn": {"turn": "ours"},
    "Plan run": {"run_id": "run-1"},
    "Check datasets": {"units": []},
    "Score candidate": {},
    "Release resources": {"released": False},
    "Stop final training": {"released": True},
    "Record failure": {},
    "Judge candidates": {"best": None, "finished": 0},
    "Publish report": {"report_uri": "s3://b/r", "notified": True},
    "Register model": {"model_package_arn": None},
}
VARIABLES: dict[str, Any] = {
    "run_id": "run-1",
    "deadline": 1,
    "attempt": 0,
    "prepare_attempt": 0,
    "prepare_pause": 60,
    "leftovers": [],
    "remaining": [],
    "final_model": {"failure": {"step": "Train final model", "error": "States.TaskFailed", "cause": ""}},
    "final_attempt": 0,
    "final_pause": 60,
    "candidate": {
        "name": "alpha",
        "resource_name": "bakeoff-1-alpha",
        "model_uri": "s3://b/m",
        "tuning": {"jobs": 1},
        # Only looked up of a champion, whose model lies somewhere else than in the run.
        "model_data_url": "s3://b/m",
    },
    "endpoint_pause": 1,
    "endpoint_look": 1,
    "endpoint_since": 1,
    "release_since": 1,
    "quota_pause": 60,
    "tuning_job": "bakeoff-1-alpha",
    "best_job": "",
    "tags": [],
    "security": {},
    "failure": {"step": "Train model", "error": "States.TaskFailed", "cause": ""},
    "release_deadline": 1,
    "endpoint_deadline": 1,
    "verdict": {
        "best": "alpha",
        "finished": 1,
        "final": {"name": "alpha", "resource_name": "bakeoff-1-final-alpha"},
    },
    "plan": {},
}
# What ItemSelector makes of the least.
ITEM: dict[str, Any] = {
    name: VARIABLES[name] for name in ("candidate", "run_id", "deadline", "tags", "security")
}
SHORTEST = {
    "string": "",
    "integer": 0,
    "long": 0,
    "timestamp": 0,
    "boolean": False,
    "float": 0.0,
    "double": 0.0,
}


@dataclass(frozen=True)
class Place:
    """An Assign or Output of a state, or of one of its Catches or Choices."""

    state: str
    part: str
    expressions: Any
    caught: bool

    def __str__(self) -> str:
        return f"{self.state}, {self.part}{' of a Catch' if self.caught else ''}"


def places() -> Iterator[Place]:
    for name, state in STATES.items():
        for part in ("Assign", "Output"):
            if part in state:
                yield Place(name, part, state[part], False)
            for catch in state.get("Catch", []):
                if part in catch:
                    yield Place(name, part, catch[part], True)
            for rule in state.get("Choices", []):
                if part in rule:
                    yield Place(name, part, rule[part], False)


def least(shape: Shape | None) -> Any:
    """The shortest value that AWS may answer with: required members, empty lists, empty texts."""
    if isinstance(shape, StructureShape):
        return {name: least(shape.members[name]) for name in shape.required_members}
    if isinstance(shape, ListShape):
        return []
    if isinstance(shape, MapShape) or shape is None:
        return {}
    return SHORTEST[shape.type_name]


def result_of(name: str, state: Mapping[str, Any]) -> Any:
    """The least that a Task's integration may give as $states.result; of a Map, none."""
    if state["Type"] == "Map":
        return []
    resource = str(state.get("Resource", ""))
    if resource.endswith("lambda:invoke"):
        return {"Payload": PAYLOADS[name]}
    action = resource.split(":")[-1].removesuffix(".sync")
    described = action.replace("create", "describe", 1) if resource.endswith(".sync") else action
    model = operation("sagemaker", described) if "sagemaker" in resource else None
    return least(model.output_shape if model else None)


def bindings_of(place: Place) -> dict[str, Any]:
    state = STATES[place.state]
    seen = (
        # A timeout has an Error and no Cause.
        {"errorOutput": {"Error": "States.Timeout"}}
        if place.caught
        else {"result": result_of(place.state, state)}
    )
    given = {
        "input": {"status": "Creating", "reason": "", "superseded_by": "run-2", **ITEM},
        "context": CONTEXT,
    }
    return {**VARIABLES, "states": {**given, **seen}}


@pytest.mark.parametrize("place", list(places()), ids=str)
def test_a_look_up_has_a_value_whatever_aws_leaves_out(place: Place) -> None:
    for expression in expressions_of(place.expressions):
        jsonata_engine.evaluate(expression, bindings_of(place))


def test_every_task_is_walked_with_the_least_that_aws_may_answer() -> None:
    described = result_of("Train model", STATES["Train model"])

    assert {"TrainingJobName", "TrainingJobStatus", "ModelArtifacts"} <= set(described)
    assert "BillableTimeInSeconds" not in described
    assert set(PAYLOADS) == {
        name for name, state in STATES.items() if "lambda:invoke" in state.get("Resource", "")
    }


@pytest.mark.parametrize("cause", [None, "Rate exceeded"])
@pytest.mark.parametrize("error", ["States.Timeout", "SageMaker.ResourceLimitExceededException", "Any"])
def test_a_choice_after_an_error_can_be_made_without_its_cause(error: str, cause: str | None) -> None:
    failed = {"Error": error, **({"Cause": cause} if cause else {})}

    for name in ("Prepare again?",):
        for rule in STATES[name]["Choices"]:
            [expression] = expressions_of(rule["Condition"])
            bindings = {**VARIABLES, "states": {"input": failed, "context": CONTEXT}}
            assert jsonata_engine.evaluate(expression, bindings) in (True, False)
