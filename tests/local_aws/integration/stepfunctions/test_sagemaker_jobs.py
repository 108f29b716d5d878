"""`.sync`: tasks that last as long as their SageMaker jobs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws.services.stepfunctions.tasks.sagemaker_tasks import MANAGED_TAG
from tests.patience import PATIENCE_SECONDS, eventually

from .conftest import Workflows, states, task
from .fake_sagemaker import ROLE, FakeSageMaker, training


def train(name: str, **fields: Any) -> dict[str, Any]:
    return task("sagemaker:createTrainingJob.sync", training(name), **fields)


def test_sync_waits_for_the_job_and_gives_its_description(
    workflows: Workflows, sagemaker: FakeSageMaker
) -> None:
    # Given a workflow that waits for a job
    execution = workflows.start(states({"Train": train("job-1")}))
    eventually(lambda: "job-1" in sagemaker.created)
    assert workflows.api.describe_execution(executionArn=execution)["status"] == "RUNNING"

    # When the job completes
    sagemaker.finish(
        "job-1", ModelArtifacts={"S3ModelArtifacts": "s3://b/m"}, HyperParameters={"max_depth": "5"}
    )

    # Then its description is the result, with times in milliseconds
    output = json.loads(workflows.wait(execution)["output"])
    assert output == {
        "TrainingJobName": "job-1",
        "TrainingJobStatus": "Completed",
        "CreationTime": 1795464000000,
        "ModelArtifacts": {"S3ModelArtifacts": "s3://b/m"},
        "HyperParameters": {"max_depth": "5"},
    }
    types = [event["type"] for event in workflows.events(execution)]
    assert types[2:6] == ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]


def test_sync_marks_its_jobs(workflows: Workflows, sagemaker: FakeSageMaker) -> None:
    sagemaker.finish("job-2")
    own = {"Key": "run", "Value": "7"}

    workflows.output(
        states({"Train": task("sagemaker:createTrainingJob.sync", training("job-2", Tags=[own]))})
    )

    assert sagemaker.created["job-2"]["Tags"] == [own, MANAGED_TAG]


@pytest.mark.parametrize("status", ["Failed", "Stopped"])
def test_a_failed_job_is_a_failed_task_with_the_description_as_cause(
    workflows: Workflows, sagemaker: FakeSageMaker, status: str
) -> None:
    sagemaker.finish("job-3", status, FailureReason="AlgorithmError: exit code 1, é")
    catch = {
        "ErrorEquals": ["States.TaskFailed"],
        "Output": {
            "error": "{% $states.errorOutput.Error %}",
            "reason": "{% $parse($states.errorOutput.Cause).FailureReason %}",
        },
        "Next": "Caught",
    }

    output = workflows.output(states({"Train": train("job-3", Catch=[catch]), "Caught": {"Type": "Succeed"}}))

    assert output == {"error": "States.TaskFailed", "reason": "AlgorithmError: exit code 1, é"}


def test_a_task_that_times_out_stops_its_job(workflows: Workflows, sagemaker: FakeSageMaker) -> None:
    ended = workflows.run(states({"Train": train("job-5", TimeoutSeconds=1)}))

    assert ended["error"] == "States.Timeout"
    assert sagemaker.stopped["job-5"].wait(PATIENCE_SECONDS)


def test_a_stopped_execution_stops_its_jobs(workflows: Workflows, sagemaker: FakeSageMaker) -> None:
    execution = workflows.start(states({"Train": train("job-6")}))
    eventually(lambda: "job-6" in sagemaker.created)

    workflows.api.stop_execution(executionArn=execution)

    assert sagemaker.stopped["job-6"].wait(PATIENCE_SECONDS)
    assert workflows.wait(execution)["status"] == "ABORTED"


def test_the_failure_of_a_sibling_stops_a_job(workflows: Workflows, sagemaker: FakeSageMaker) -> None:
    # Given two jobs that run
    inner = states({"Train": train("{% $states.input %}")})
    each = {"Type": "Map", "Items": ["good", "bad"], "ItemProcessor": inner, "End": True}
    execution = workflows.start(states({"Each": each}))
    eventually(lambda: sagemaker.created.keys() == {"good", "bad"})

    # When one fails
    sagemaker.finish("bad", "Failed")

    # Then the other one is stopped
    assert workflows.wait(execution)["error"] == "States.TaskFailed"
    assert sagemaker.stopped["good"].wait(PATIENCE_SECONDS)
    assert not sagemaker.stopped["bad"].is_set()


def test_concurrent_iterations_keep_their_jobs_apart(workflows: Workflows, sagemaker: FakeSageMaker) -> None:
    names = [f"part-{number}" for number in range(12)]
    for name in reversed(names):
        sagemaker.finish(name)
    inner = states(
        {"Train": {**train("{% $states.input %}"), "Output": "{% $states.result.TrainingJobName %}"}}
    )

    assert workflows.output(
        states({"Each": {"Type": "Map", "Items": names, "ItemProcessor": inner, "End": True}})
    ) == (names)


@pytest.mark.parametrize("noun", ["ProcessingJob", "HyperParameterTuningJob"])
def test_every_kind_of_job_can_be_awaited(workflows: Workflows, sagemaker: FakeSageMaker, noun: str) -> None:
    sagemaker.finish(f"any-{noun}")
    arguments = "{% $states.input %}"

    output = workflows.output(
        states({"Run": task(f"sagemaker:create{noun}.sync", arguments)}),
        {**REQUESTS[noun], f"{noun}Name": f"any-{noun}"},
    )

    assert output[f"{noun}Status"] == "Completed"


REQUESTS: dict[str, Any] = {
    "ProcessingJob": {
        "RoleArn": ROLE,
        "AppSpecification": {"ImageUri": "image"},
        "ProcessingResources": {
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
        },
    },
    "HyperParameterTuningJob": {
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "ResourceLimits": {"MaxParallelTrainingJobs": 1},
        }
    },
}
