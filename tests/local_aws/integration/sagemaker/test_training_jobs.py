from __future__ import annotations

import io
import json
import tarfile
from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError

from tests.local_aws.integration.sagemaker.support import (
    BUCKET,
    LINEAR_LEARNER,
    REGISTRY,
    Laboratory,
    ShellContainer,
    unique,
)

ROWS = np.arange(12.0).reshape(4, 3)


def refusal(lab: Laboratory, request: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        lab.sagemaker.create_training_job(**request)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def test_a_job_gets_its_contract_and_leaves_its_model(lab: Laboratory, shell: ShellContainer) -> None:
    # Given a job that copies all that it finds into its model
    shell.line = "cp -r input model/ && echo trained && echo late >&2"
    request = lab.training_request(
        channels=lab.put_channels({"train": ROWS}),
        HyperParameters={"depth": "3"},
        Environment={"MODE": "fast"},
        Tags=[{"Key": "run", "Value": "r1"}],
    )

    # When it has run
    done = lab.train(request)

    # Then it describes a complete job
    name = request["TrainingJobName"]
    uri = f"s3://{BUCKET}/models/{name}/output/model.tar.gz"
    assert (done["TrainingJobStatus"], done["SecondaryStatus"]) == ("Completed", "Completed")
    assert done["ModelArtifacts"]["S3ModelArtifacts"] == uri
    assert done["Environment"] == {"MODE": "fast"}
    assert done["CreationTime"] <= done["TrainingStartTime"] <= done["TrainingEndTime"]
    assert done["TrainingTimeInSeconds"] == done["BillableTimeInSeconds"] >= 1
    assert [each["Status"] for each in done["SecondaryStatusTransitions"]] == [
        "Starting", "Downloading", "Training", "Uploading", "Completed",
    ]  # fmt: skip
    assert "FailureReason" not in done
    tags = lab.sagemaker.list_tags(ResourceArn=done["TrainingJobArn"])["Tags"]
    assert tags == [{"Key": "run", "Value": "r1"}]
    # And it found what the contract promises
    with tarfile.open(fileobj=io.BytesIO(lab.get(f"models/{name}/output/model.tar.gz"))) as model:
        found = {member.name: model.extractfile(member) for member in model if member.isfile()}
        contents = {path: file.read() for path, file in found.items() if file}
    assert json.loads(contents["input/config/hyperparameters.json"]) == {"depth": "3"}
    assert json.loads(contents["input/config/resourceconfig.json"])["hosts"] == ["algo-1"]
    channel = json.loads(contents["input/config/inputdataconfig.json"])["train"]
    assert (channel["ContentType"], channel["TrainingInputMode"]) == ("text/csv", "File")
    assert contents["input/data/train/part-0"].startswith(b"0.0,1.0,2.0\n")
    # And its output is in the log
    assert lab.log_lines("/aws/sagemaker/TrainingJobs", f"{name}/algo-1-") == ["trained", "late"]
    # And what it was given is closed
    assert shell.closed == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("echo too deep > output/failure; exit 2", "AlgorithmError: too deep, exit code: 2"),
        ("echo lost > output/message; echo x > output/failure; exit 1", "AlgorithmError: lost, exit code: 1"),
        ("echo first; echo boom >&2; exit 3", "AlgorithmError: first\nboom, exit code: 3"),
        (
            "echo fine; kill -9 $$",
            "AlgorithmError: the process was ended by signal 9 (Killed), exit code: 137",
        ),
    ],
)
def test_a_failing_container_gives_the_reason(
    lab: Laboratory, shell: ShellContainer, line: str, reason: str
) -> None:
    shell.line = line

    done = lab.train(lab.training_request())

    assert (done["TrainingJobStatus"], done["FailureReason"]) == ("Failed", reason)
    assert "ModelArtifacts" not in done


def test_a_long_reason_is_cut_before_the_exit_code(lab: Laboratory, shell: ShellContainer) -> None:
    shell.line = "head -c 5000 /dev/zero | tr '\\0' x > output/failure; exit 1"

    reason = lab.train(lab.training_request())["FailureReason"]

    assert len(reason) <= 1024
    assert reason.endswith("x, exit code: 1")


def test_missing_data_fails_the_job(lab: Laboratory) -> None:
    empty = lab.training_request(channels={"train": f"s3://{BUCKET}/nothing/here/"})
    no_bucket = lab.training_request(LINEAR_LEARNER, {"train": "s3://no-such-bucket-of-ours/x"})

    reasons = [
        lab.train({**each, "AlgorithmSpecification": no_bucket["AlgorithmSpecification"]})
        for each in (empty, no_bucket)
    ]

    assert reasons[0]["FailureReason"].startswith(
        "ClientError: Data download failed: No S3 objects found under"
    )
    assert "NoSuchBucket" in reasons[1]["FailureReason"]


def test_a_job_may_do_no_more_than_its_role(lab: Laboratory, powerless_role: str) -> None:
    request = lab.training_request(LINEAR_LEARNER, lab.put_channels({"train": ROWS}), RoleArn=powerless_role)

    done = lab.train(request)

    assert done["TrainingJobStatus"] == "Failed"
    assert done["FailureReason"].startswith("ClientError: Data download failed: ")
    assert "AccessDenied" in done["FailureReason"]
    assert "s3:GetObject" in done["FailureReason"]


def test_an_image_without_local_implementation_fails_the_job(lab: Laboratory) -> None:
    done = lab.train(lab.training_request(f"{REGISTRY}/forest:1"))

    assert done["TrainingJobStatus"] == "Failed"
    assert "no local implementation of image" in done["FailureReason"]
    assert "local_aws/services/sagemaker/containers/__init__.py" in done["FailureReason"]


def test_a_job_out_of_time_is_stopped(lab: Laboratory, shell: ShellContainer) -> None:
    shell.line = "echo half > model/half; sleep 60"

    done = lab.train(lab.training_request(StoppingCondition={"MaxRuntimeInSeconds": 1}))

    assert (done["TrainingJobStatus"], done["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    # What it had saved by then is kept, as on AWS.
    assert lab.get(f"models/{done['TrainingJobName']}/output/model.tar.gz")


def test_a_stopped_job_ends_and_can_not_be_stopped_again(lab: Laboratory, shell: ShellContainer) -> None:
    shell.line = "sleep 60"
    name = lab.start_training(lab.training_request())

    lab.sagemaker.stop_training_job(TrainingJobName=name)

    done = lab.trained(name)
    assert (done["TrainingJobStatus"], done["SecondaryStatus"]) == ("Stopped", "Stopped")
    with pytest.raises(ClientError, match="the training job is in status Stopped"):
        lab.sagemaker.stop_training_job(TrainingJobName=name)


def test_a_name_is_used_once(lab: Laboratory, shell: ShellContainer) -> None:
    request = lab.training_request()
    lab.train(request)

    code, message = refusal(lab, request)

    assert code == "ResourceInUse"
    assert "Training job names must be unique" in message


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"TrainingJobName": "my_job"}, "regular expression pattern"),
        ({"RoleArn": "arn:aws:iam::123456789012:role/nobody"}, "Could not assume role"),
        ({"EnableManagedSpotTraining": True}, "Invalid MaxWaitTimeInSeconds"),
        (
            {
                "EnableManagedSpotTraining": True,
                "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 59},
            },
            "greater than or equal to MaxRuntimeInSeconds",
        ),
        (
            {"StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 60}},
            "EnableManagedSpotTraining",
        ),
        (
            {
                "EnableManagedSpotTraining": True,
                "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 3601},
            },
            "at most 3600 for an algorithm without checkpoints",
        ),
        ({"HyperParameters": {"k": "x" * 2501}}, "less than or equal to 2500"),
    ],
)
def test_what_aws_refuses_starts_nothing(lab: Laboratory, changes: dict[str, Any], message: str) -> None:
    code, text = refusal(lab, lab.training_request(TrainingJobName=unique("refused")) | changes)

    assert code == "ValidationException"
    assert message in text


def test_an_unknown_job_is_not_found(lab: Laboratory) -> None:
    for call in (lab.sagemaker.describe_training_job, lab.sagemaker.stop_training_job):
        with pytest.raises(ClientError, match="Requested resource not found"):
            call(TrainingJobName="nobody")


def test_spot_training_runs(lab: Laboratory, shell: ShellContainer) -> None:
    condition = {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 120}

    done = lab.train(lab.training_request(EnableManagedSpotTraining=True, StoppingCondition=condition))

    assert done["TrainingJobStatus"] == "Completed"
    assert done["EnableManagedSpotTraining"] is True
