"""The fields of the optimized SageMaker integrations."""

from __future__ import annotations

import pytest

from local_aws.services.stepfunctions.tasks.requests import Request, operation
from local_aws.services.stepfunctions.tasks.sagemaker_parameters import actions, documented, supported


@pytest.mark.parametrize("action", sorted(actions()))
def test_every_field_is_one_of_the_api(action: str) -> None:
    model = operation("sagemaker", action)

    assert model is not None and model.input_shape is not None
    assert set(model.input_shape.required_members) <= documented(action) <= supported(action)
    assert supported(action) <= set(model.input_shape.members)


def test_a_field_of_the_api_that_step_functions_does_not_know_is_a_problem() -> None:
    model = operation("sagemaker", "updateEndpoint")
    assert model is not None
    arguments = {"EndpointName": "e", "EndpointConfigName": "c", "DeploymentConfig": {}}

    problems = Request(arguments, model.input_shape, supported=supported("updateEndpoint")).problems

    assert problems == ['The field "DeploymentConfig" is not supported by Step Functions']


def test_a_name_that_nobody_knows_is_one_problem() -> None:
    model = operation("sagemaker", "createEndpoint")
    assert model is not None
    arguments = {"EndpointName": "e", "EndpointConfigName": "c", "Typo": 1}

    problems = Request(arguments, model.input_shape, supported=supported("createEndpoint")).problems

    assert problems == ['The field "Typo" is not supported by Step Functions']
