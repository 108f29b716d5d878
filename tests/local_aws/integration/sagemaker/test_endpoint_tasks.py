"""Tasks of Step Functions that update an endpoint: all fields by the AWS SDK, two by the optimized one."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from local_aws.core.instance import Instance
from tests.local_aws.integration.sagemaker.production import VARIANT, Production, blue_green, of
from tests.local_aws.integration.stepfunctions.conftest import (
    EVERYTHING,
    TRUST,
    Workflows,
    make_role,
    states,
    task,
)

HOUR = 3600


@pytest.fixture(scope="module")
def workflows(instance: Instance) -> Workflows:
    return Workflows(instance, make_role(instance, "endpoint-tasks", TRUST, EVERYTHING))


def test_the_sdk_task_takes_every_field(workflows: Workflows, production: Production) -> None:
    scaled = [{"VariantName": VARIANT, "DesiredInstanceCount": 4}]
    production.lab.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=production.name, DesiredWeightsAndCapacities=scaled
    )
    new = production.config("new", 2)
    arguments = {
        "EndpointName": production.name,
        "EndpointConfigName": new,
        "RetainAllVariantProperties": True,
        "DeploymentConfig": blue_green("CANARY", 0, CanarySize=of(25)),
    }

    output = workflows.output(states({"Update": task("aws-sdk:sagemaker:updateEndpoint", arguments)}))

    assert output["EndpointArn"].endswith(f"endpoint/{production.name}")
    described = production.at_rest("Updating")
    assert described["EndpointConfigName"] == new
    assert described["LastDeploymentConfig"] == arguments["DeploymentConfig"]
    assert described["ProductionVariants"][0]["DesiredInstanceCount"] == 4


def test_the_optimized_task_takes_the_two_documented_fields(
    workflows: Workflows, production: Production
) -> None:
    new = production.config("new", 2)
    arguments = {"EndpointName": production.name, "EndpointConfigName": new}

    output = workflows.output(states({"Update": task("sagemaker:updateEndpoint", arguments)}))

    assert output["EndpointArn"].endswith(f"endpoint/{production.name}")
    assert production.at_rest("Updating")["EndpointConfigName"] == new
    for resource, more in (
        ("sagemaker:updateEndpoint", {"RetainAllVariantProperties": True}),
        ("sagemaker:updateEndpoint", {"DeploymentConfig": blue_green()}),
        ("sagemaker:updateEndpoint.sync", {}),
    ):
        with pytest.raises(ClientError):
            workflows.create(states({"Update": task(resource, {**arguments, **more})}))


def test_a_refused_update_has_the_names_of_both_integrations(
    workflows: Workflows, production: Production
) -> None:
    arguments = {"EndpointName": production.name, "EndpointConfigName": "nobody"}

    for resource, error in (
        ("aws-sdk:sagemaker:updateEndpoint", "SageMaker.SageMakerException"),
        ("sagemaker:updateEndpoint", "SageMaker.AmazonSageMakerException"),
    ):
        ended = workflows.run(states({"Update": task(resource, arguments)}))
        assert ended["error"] == error
        assert "Could not find endpoint configuration" in ended["cause"]


def test_a_description_tells_a_workflow_how_far_it_is(workflows: Workflows, production: Production) -> None:
    new = production.config("new", 2)
    production.update(new, DeploymentConfig=blue_green(termination=HOUR))
    production.reaches("Baking")

    output = workflows.output(
        states({"Look": task("aws-sdk:sagemaker:describeEndpoint", {"EndpointName": production.name})})
    )

    assert output["EndpointStatus"] == "Updating"
    assert output["PendingDeploymentSummary"]["EndpointConfigName"] == new
    assert output["PendingDeploymentSummary"]["StartTime"].endswith("Z")
    assert production.ask() == "new"


def test_an_execution_that_is_stopped_leaves_the_update_to_itself(
    workflows: Workflows, production: Production, switched: Callable[..., None]
) -> None:
    new = production.config("new", 2)
    arguments = {
        "EndpointName": production.name,
        "EndpointConfigName": new,
        "DeploymentConfig": blue_green(termination=HOUR),
    }
    update = task("aws-sdk:sagemaker:updateEndpoint", arguments)
    del update["End"]
    wait = {"Type": "Wait", "Seconds": HOUR, "End": True}
    with production.traffic():
        execution = workflows.start(states({"Update": {**update, "Next": "Wait"}, "Wait": wait}))
        production.reaches("Baking")
        workflows.api.stop_execution(executionArn=execution)
        switched(pace=0)
        described = production.at_rest("Updating")

    assert workflows.wait(execution)["status"] == "ABORTED"
    assert (described["EndpointStatus"], described["EndpointConfigName"]) == ("InService", new)


def test_model_packages_are_registered_and_approved_by_tasks(workflows: Workflows) -> None:
    sagemaker = workflows.instance.client("sagemaker")
    sagemaker.create_model_package_group(ModelPackageGroupName="by-tasks")
    image = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1"
    register = task(
        "aws-sdk:sagemaker:createModelPackage",
        {
            "ModelPackageGroupName": "by-tasks",
            "InferenceSpecification": {
                "Containers": [{"Image": image}],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
        },
    )
    del register["End"]
    approve = task(
        "aws-sdk:sagemaker:updateModelPackage",
        {"ModelPackageArn": "{% $states.input.ModelPackageArn %}", "ModelApprovalStatus": "Approved"},
    )

    output = workflows.output(states({"Register": {**register, "Next": "Approve"}, "Approve": approve}))

    described = sagemaker.describe_model_package(ModelPackageName=output["ModelPackageArn"])
    assert described["ModelApprovalStatus"] == "Approved"
    assert "assumed-role/endpoint-tasks" in json.dumps(described["LastModifiedBy"])
