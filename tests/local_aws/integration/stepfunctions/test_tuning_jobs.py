"""`.sync` of tuning jobs that really train."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from local_aws.services import iam
from local_aws.services.sagemaker import containers
from local_aws.services.stepfunctions.tasks.sagemaker_tasks import MANAGED_TAG
from tests.local_aws.integration.sagemaker.support import SHELL, ShellContainer
from tests.patience import eventually

from .conftest import EVERYTHING, TRUST, Workflows, make_role, states, task

NUMBERS = itertools.count()
BUCKET = "tuned-by-workflows"
RULE = "arn:aws:events:us-east-1:123456789012:rule/StepFunctionsGetEventsForSageMakerTuningJobsRule"
JOBS = "arn:aws:sagemaker:us-east-1:123456789012:hyper-parameter-tuning-job/by-workflow-*"


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> ShellContainer:
    container = ShellContainer()
    monkeypatch.setattr(containers, "ALGORITHMS", (*containers.ALGORITHMS, container))
    return container


@pytest.fixture(scope="module")
def training_role(workflows: Workflows) -> str:
    workflows.instance.client("s3").create_bucket(Bucket=BUCKET)
    return make_role(workflows.instance, "tuned-training", TRUST, EVERYTHING)


def arguments(role: str, jobs: int = 2) -> dict[str, Any]:
    return {
        "HyperParameterTuningJobName": f"by-workflow-{next(NUMBERS)}",
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": jobs, "MaxParallelTrainingJobs": 2},
            "ParameterRanges": {
                "IntegerParameterRanges": [{"Name": "max_depth", "MinValue": "1", "MaxValue": "9"}]
            },
        },
        "TrainingJobDefinition": {
            "AlgorithmSpecification": {
                "TrainingImage": SHELL,
                "TrainingInputMode": "File",
                "MetricDefinitions": [{"Name": "loss", "Regex": r"loss=(\S+)"}],
            },
            "RoleArn": role,
            "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models"},
            "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        },
    }


def tune(request: dict[str, Any]) -> dict[str, Any]:
    return states({"Tune": task("sagemaker:createHyperParameterTuningJob.sync", request)})


def allow(resource: str, *actions: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}


def minimal(training_role: str) -> list[dict[str, Any]]:
    """What the guide on Step Functions lists for `.sync` of a tuning job."""
    job = [f"sagemaker:{verb}HyperParameterTuningJob" for verb in ("Create", "Describe", "Stop")]
    return [
        allow(JOBS, *job, "sagemaker:AddTags", "sagemaker:ListTags"),
        allow(training_role, "iam:PassRole"),
        allow(RULE, "events:PutTargets", "events:PutRule", "events:DescribeRule"),
    ]


def test_the_result_is_the_description_of_the_tuning_job(
    workflows: Workflows, shell: ShellContainer, training_role: str
) -> None:
    # Given a role that may do no more than the guide says, which has no training job in it
    role = make_role(workflows.instance, f"tuner-{next(NUMBERS)}", TRUST, *minimal(training_role))
    shell.line = "echo loss=0.5"
    request = {**arguments(training_role), "Tags": [{"Key": "run", "Value": "7"}]}

    # When a workflow tunes
    machine = workflows.create(tune(request), role)
    execution = workflows.api.start_execution(stateMachineArn=machine)["executionArn"]
    ended = workflows.wait(execution)

    # Then it is told what was best, with times in milliseconds
    assert ended["status"] == "SUCCEEDED", ended["cause"]
    output = json.loads(ended["output"])
    best = output["BestTrainingJob"]
    assert output["HyperParameterTuningJobStatus"] == "Completed"
    assert output["TrainingJobDefinition"]["OutputDataConfig"]["S3OutputPath"] == f"s3://{BUCKET}/models"
    assert list(best["TunedHyperParameters"]) == ["max_depth"]
    assert best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] == 0.5
    assert best["TrainingStartTime"] > 10**12
    # And its training jobs carry what Step Functions marks its jobs with
    tags = workflows.instance.client("sagemaker").list_tags(ResourceArn=best["TrainingJobArn"])["Tags"]
    assert tags == [{"Key": "run", "Value": "7"}, MANAGED_TAG]


@pytest.mark.parametrize("missing", range(2))
def test_each_permission_is_needed(
    workflows: Workflows, shell: ShellContainer, training_role: str, missing: int
) -> None:
    statements = [each for number, each in enumerate(minimal(training_role)) if number != missing]
    role = make_role(workflows.instance, f"tuner-{next(NUMBERS)}", TRUST, *statements)
    iam.clear_records()

    machine = workflows.create(tune(arguments(training_role)), role)
    ended = workflows.wait(workflows.api.start_execution(stateMachineArn=machine)["executionArn"])

    assert ended["status"] == "FAILED"
    assert not shell.runs
    expected = ("sagemaker:CreateHyperParameterTuningJob", "iam:PassRole")[missing]
    assert expected in [denial.action for denial in iam.denials()]


def test_a_failed_tuning_job_is_a_failed_task(
    workflows: Workflows, shell: ShellContainer, training_role: str
) -> None:
    shell.line = "exit 1"

    ended = workflows.run(tune(arguments(training_role)))

    assert ended["error"] == "States.TaskFailed"
    cause = json.loads(ended["cause"])
    assert cause["HyperParameterTuningJobStatus"] == "Failed"
    assert cause["FailureReason"].startswith("No training job succeeded after 2 attempts.")


def test_a_refused_tuning_job_is_an_error_of_sagemaker(workflows: Workflows, training_role: str) -> None:
    request = arguments(training_role)
    request["HyperParameterTuningJobConfig"]["Strategy"] = "Hyperband"

    ended = workflows.run(tune(request))

    assert ended["error"] == "SageMaker.AmazonSageMakerException"
    assert "Strategy Hyperband has no local implementation" in ended["cause"]


def test_a_stopped_execution_stops_the_tuning_job_and_what_it_trains(
    workflows: Workflows, shell: ShellContainer, training_role: str
) -> None:
    # Given a workflow whose tuning job trains
    shell.line = "sleep 60"
    request, sagemaker = arguments(training_role), workflows.instance.client("sagemaker")
    named = {"HyperParameterTuningJobName": request["HyperParameterTuningJobName"]}
    execution = workflows.start(tune(request))
    eventually(lambda: len(shell.runs) == 2)

    # When it is stopped
    workflows.api.stop_execution(executionArn=execution)

    # Then the tuning job ends, and nothing trains
    describe = sagemaker.describe_hyper_parameter_tuning_job
    eventually(lambda: describe(**named)["HyperParameterTuningJobStatus"] == "Stopped")
    trials = sagemaker.list_training_jobs_for_hyper_parameter_tuning_job(**named)["TrainingJobSummaries"]
    assert [each["TrainingJobStatus"] for each in trials] == ["Stopped", "Stopped"]
