"""SageMaker acts with the role of the job or model, and only where that role lets it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.core.instance import Instance
from local_aws.services import iam
from local_aws.services.sagemaker import containers
from local_aws.services.sagemaker.container import LocalCommand, Run

from .conftest import make_role, policy
from .support import BUCKET, KNN, SHELL, Laboratory, ShellContainer, unique

ACCOUNT = "123456789012"
READER = """
import sys, boto3
try:
    boto3.client("s3").get_object(Bucket=sys.argv[1], Key=sys.argv[2])
except Exception as error:
    sys.exit(str(error))
"""


class ReadingContainer(ShellContainer):
    """Reads one object with the credentials that its job gives it."""

    def _command(self, run: Run) -> LocalCommand:
        environment = {
            **run.credentials.environment(),
            "AWS_ENDPOINT_URL": run.instance.endpoint_url,
            "AWS_DEFAULT_REGION": run.instance.region,
        }
        return LocalCommand(
            [sys.executable, "-c", READER, BUCKET, run.request["HyperParameters"]["key"]],
            environment,
            run.root,
        )


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "ALGORITHMS", (*containers.ALGORITHMS, ReadingContainer()))


@pytest.fixture
def may_read_its_run(instance: Instance) -> str:
    role = make_role(instance, unique("reader"), ["ecr:*", "logs:*", "cloudwatch:PutMetricData"])
    for name, action, key in (("read", "s3:GetObject", "runs/*"), ("write", "s3:PutObject", "models/*")):
        statement = {"Effect": "Allow", "Action": action, "Resource": f"arn:aws:s3:::{BUCKET}/{key}"}
        instance.client("iam").put_role_policy(
            RoleName=role.split("/")[-1], PolicyName=name, PolicyDocument=policy(statement)
        )
    return role


def test_a_container_reads_what_its_job_s_role_may_read(
    lab: Laboratory, reading: None, may_read_its_run: str
) -> None:
    for key in ("runs/1", "private/1"):
        lab.put(key, "text")

    def read(key: str) -> dict[str, Any]:
        return lab.train(lab.training_request(SHELL, RoleArn=may_read_its_run, HyperParameters={"key": key}))

    assert read("runs/1")["TrainingJobStatus"] == "Completed"
    refused = read("private/1")
    assert refused["TrainingJobStatus"] == "Failed"
    name = may_read_its_run.split("/")[-1]
    assert f"assumed-role/{name}/SageMaker is not authorized" in refused["FailureReason"]
    assert "to perform: s3:GetObject" in refused["FailureReason"]


@pytest.mark.parametrize(
    ("conditions", "is_accepted"),
    [
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:*"}}, True),
        ({"StringEquals": {"aws:SourceAccount": "210987654321"}}, False),
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:sagemaker:*:{ACCOUNT}:notebook-instance/*"}}, False),
    ],
)
def test_a_role_may_trust_sagemaker_for_some_resources(
    instance: Instance, lab: Laboratory, shell: ShellContainer, conditions: dict[str, Any], is_accepted: bool
) -> None:
    role = make_role(instance, unique("trusting"), ["s3:*", "logs:*", "ecr:*"])
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": conditions,
    }
    instance.client("iam").update_assume_role_policy(
        RoleName=role.split("/")[-1], PolicyDocument=policy(trust)
    )

    requests: Iterator[tuple[str, dict[str, Any]]] = iter(
        [
            ("create_training_job", lab.training_request(RoleArn=role)),
            ("create_processing_job", lab.processing_request(RoleArn=role)),
            (
                "create_model",
                {
                    "ModelName": unique("model"),
                    "ExecutionRoleArn": role,
                    "PrimaryContainer": {"Image": SHELL},
                },
            ),
        ]
    )
    for operation, request in requests:
        if is_accepted:
            getattr(lab.sagemaker, operation)(**request)
        else:
            with pytest.raises(ClientError, match=f"Could not assume role {role}"):
                getattr(lab.sagemaker, operation)(**request)


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        {"ArnLike": {"aws:SourceArn": f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:model/*"}},
    ],
)
def test_for_inference_sagemaker_names_one_arn_and_no_account(
    instance: Instance, lab: Laboratory, condition: dict[str, Any]
) -> None:
    """The asterisk of that ARN stands for itself, so no narrower pattern meets it."""
    role = make_role(instance, unique("trusting"), ["s3:*", "logs:*", "ecr:*"])
    principal = {"Service": "sagemaker.amazonaws.com"}
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition}
    instance.client("iam").update_assume_role_policy(
        RoleName=role.split("/")[-1], PolicyDocument=policy(trust)
    )
    container = {"Image": SHELL}

    with pytest.raises(ClientError, match=f"Could not assume role {role}"):
        lab.sagemaker.create_model(
            ModelName=unique("model"), ExecutionRoleArn=role, PrimaryContainer=container
        )


def test_a_role_that_may_not_pull_the_image_starts_no_container(
    instance: Instance, shell: ShellContainer
) -> None:
    role = make_role(instance, unique("puller"), ["s3:*", "ecr:GetAuthorizationToken"])

    lab = Laboratory(instance, role)

    trained = lab.train(lab.training_request())
    processed = lab.process(lab.processing_request())
    deployed = lab.deploy(KNN, f"s3://{BUCKET}/none")

    for reason in (trained["FailureReason"], processed["FailureReason"], deployed["FailureReason"]):
        assert f"{role} is not authorized to perform: ecr:BatchCheckLayerAvailability" in reason
    assert shell.runs == []


def test_metrics_are_published_under_the_job_s_namespace(lab: Laboratory, shell: ShellContainer) -> None:
    with iam.recording() as recorded:
        lab.train(lab.training_request())

    contexts = [
        question.request.context
        for question, _ in recorded
        if question.request.action == "cloudwatch:PutMetricData"
    ]
    assert [each["cloudwatch:namespace"] for each in contexts] == ["/aws/sagemaker/TrainingJobs"]
