"""Arguments of a task as requests of an operation."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.model import StructureShape

from local_aws.services.stepfunctions.tasks.requests import DYNAMIC, Request, operation, pascal_case


def shape(service: str, action: str) -> StructureShape:
    model = operation(service, action)
    assert model is not None
    assert model.input_shape is not None
    return model.input_shape


@pytest.mark.parametrize(
    ("service", "action"), [("sagemaker", "createFoo"), ("s3", ""), ("s3", "list_buckets")]
)
def test_there_is_no_such_operation(service: str, action: str) -> None:
    assert operation(service, action) is None


def test_names_become_those_of_the_service() -> None:
    request = Request({"StateMachineArn": "arn", "Name": "n"}, shape("stepfunctions", "startExecution"))

    assert (request.parameters, request.problems) == ({"stateMachineArn": "arn", "name": "n"}, [])


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"ModelName": 1}, 'The value for the field "ModelName" must be of type string'),
        ({"ModelName": "m", "Containers": {}}, 'The value for the field "Containers" must be of type list'),
        (
            {"ModelName": "m", "Containers": ["x"]},
            'The value for the field "Containers" must be of type structure',
        ),
        (
            {"ModelName": "m", "PrimaryContainer": {"Imag": "i"}},
            'The field "Imag" is not supported by Step Functions',
        ),
        ({}, 'The field "ModelName" is required but was missing'),
        ({"ModelName": None}, 'The value for the field "ModelName" must be of type string'),
        ({"ModelName": "m", "EnableNetworkIsolation": 1}, "must be of type boolean"),
    ],
)
def test_what_does_not_fit_is_a_problem(arguments: Any, problem: str) -> None:
    (found,) = Request(arguments, shape("sagemaker", "createModel")).problems

    assert problem in found


def test_true_is_not_a_number() -> None:
    (found,) = Request({"MaxResults": True}, shape("sagemaker", "listEndpoints")).problems

    assert "must be of type integer" in found


def test_what_is_not_known_yet_fits_everywhere() -> None:
    arguments = {
        "ModelName": DYNAMIC,
        "PrimaryContainer": {"Environment": {"a": DYNAMIC}},
        "Containers": [DYNAMIC],
    }

    assert Request(arguments, shape("sagemaker", "createModel")).problems == []


def test_json_stands_for_its_text_only_where_it_may() -> None:
    arguments = {"StateMachineArn": "arn", "Input": {"é": None}}
    start = shape("stepfunctions", "startExecution")

    assert Request(arguments, start, stringify=True).parameters["input"] == '{"é":null}'
    assert Request(arguments, start).problems == ['The value for the field "Input" must be of type string']


def test_keys_of_a_map_are_data() -> None:
    arguments = {"ModelName": "m", "PrimaryContainer": {"Environment": {"lower_case": "x"}}}

    assert Request(arguments, shape("sagemaker", "createModel")).parameters == arguments


def test_pascal_case_touches_the_first_letter_only() -> None:
    assert [pascal_case(name) for name in ("eTag", "ETag", "x")] == ["ETag", "ETag", "X"]
