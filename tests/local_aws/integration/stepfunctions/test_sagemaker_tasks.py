"""The optimized SageMaker integrations: what they accept, give and are called when they fail."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from .conftest import Workflows, states, task
from .fake_sagemaker import FakeSageMaker, refusal, training


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("ResourceLimitExceeded", "SageMaker.ResourceLimitExceededException"),
        ("ResourceInUse", "SageMaker.ResourceInUseException"),
        ("ValidationException", "SageMaker.AmazonSageMakerException"),
        ("ThrottlingException", "SageMaker.AmazonSageMakerException"),
    ],
)
def test_a_refused_call_is_named_as_in_aws(
    workflows: Workflows, sagemaker: FakeSageMaker, code: str, name: str
) -> None:
    sagemaker.refuse = refusal(code, "The quota is 0.")

    ended = workflows.run(states({"Train": task("sagemaker:createTrainingJob.sync", training("job-4"))}))

    assert ended["error"] == name
    assert ended["cause"].startswith(
        f"The quota is 0. (Service: AmazonSageMaker; Status Code: 400; Error Code: {code};"
    )


def test_without_sync_the_task_ends_with_the_request(workflows: Workflows, sagemaker: FakeSageMaker) -> None:
    output = workflows.output(states({"Train": task("sagemaker:createTrainingJob", training("job-7"))}))

    assert output["TrainingJobArn"].endswith("/job-7")
    assert output["SdkHttpMetadata"]["HttpStatusCode"] == 200
    assert output["SdkResponseMetadata"] == {"RequestId": "fake"}
    assert "Tags" not in sagemaker.created["job-7"]


def test_a_model_is_created_by_the_service_itself(workflows: Workflows) -> None:
    arguments = {
        "ModelName": "model-of-workflow",
        "ExecutionRoleArn": workflows.role,
        "PrimaryContainer": {"Image": "image", "ModelDataUrl": "s3://bucket/model.tar.gz"},
    }

    output = workflows.output(states({"Create": task("sagemaker:createModel", arguments)}))

    assert output["ModelArn"].endswith(":model/model-of-workflow")
    assert (
        workflows.instance.client("sagemaker").describe_model(ModelName="model-of-workflow")[
            "ExecutionRoleArn"
        ]
        == workflows.role
    )


@pytest.mark.parametrize(
    "resource",
    [
        "sagemaker:createEndpoint.sync",
        "sagemaker:createModel.sync",
        "sagemaker:createTrainingJob.waitForTaskToken",
        "sagemaker:createTrainingJob.sync:2",
        "sagemaker:deleteEndpoint",
        "sagemaker:describeEndpoint",
        "sagemaker:createFoo",
    ],
)
def test_an_integration_that_aws_lacks_is_refused(workflows: Workflows, resource: str) -> None:
    with pytest.raises(ClientError, match=f"arn:aws:states:::{resource} is not recognized") as refused:
        workflows.create(states({"Bad": task(resource, "{% $states.input %}")}))

    assert refused.value.response["Error"]["Code"] == "InvalidDefinition"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"HyperParameterz": {}}, 'The field "HyperParameterz" is not supported by Step Functions'),
        ({"ResourceConfig": {"InstanceTypo": "x"}}, 'The field "InstanceTypo" is not supported'),
        (
            {"HyperParameters": {"depth": 5}},
            'The value for the field "HyperParameters.depth" must be of type string',
        ),
        ({"EnableNetworkIsolation": "yes"}, "must be of type boolean"),
        ({"RoleArn": None}, 'The field "RoleArn" is required but was missing'),
    ],
)
def test_arguments_that_can_never_fit_are_refused(
    workflows: Workflows, change: dict[str, Any], problem: str
) -> None:
    arguments = {name: value for name, value in training("job", **change).items() if value is not None}

    with pytest.raises(ClientError) as refused:
        workflows.create(states({"Train": task("sagemaker:createTrainingJob.sync", arguments)}))

    assert problem in str(refused.value)
    assert "/States/Train/Arguments" in str(refused.value)


def test_arguments_that_turn_out_wrong_fail_the_execution(
    workflows: Workflows, sagemaker: FakeSageMaker
) -> None:
    arguments = training("job-8", HyperParameters="{% {'depth': $states.input.depth} %}")
    definition = states({"Train": task("sagemaker:createTrainingJob.sync", arguments)})

    ended = workflows.run(definition, {"depth": 5})

    assert ended["error"] == "States.Runtime"
    assert 'The value for the field "HyperParameters.depth" must be of type string' in ended["cause"]
    assert sagemaker.created == {}


def test_a_field_that_step_functions_does_not_know_ends_the_execution_uncaught(
    workflows: Workflows, sagemaker: FakeSageMaker
) -> None:
    # Given a field of SageMaker's API that the integration is not known to take, and a Catch of everything
    arguments = "{% $merge([$states.input, {'RetryStrategy': {'MaximumRetryAttempts': 1}}]) %}"
    catch = {"ErrorEquals": ["States.ALL"], "Next": "Caught"}
    train = task("sagemaker:createTrainingJob.sync", arguments, Catch=[catch])

    ended = workflows.run(states({"Train": train, "Caught": {"Type": "Succeed"}}), training("job-9"))

    assert (ended["status"], ended["error"]) == ("FAILED", "States.Runtime")
    assert 'The field "RetryStrategy" is not supported by Step Functions' in ended["cause"]
    assert sagemaker.created == {}
