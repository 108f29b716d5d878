from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.sagemaker.exceptions import ValidationError

from local_aws.services.sagemaker.control_plane.validation import validate

ROLE = "arn:aws:iam::123456789012:role/job"
NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")


def training_job(**changes: Any) -> dict[str, Any]:
    return {
        "TrainingJobName": "job",
        "RoleArn": ROLE,
        "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
        "Tags": [{"Key": "run", "Value": "é 1"}],
        **changes,
    }


def refusal(request: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as error:
        validate("CreateTrainingJob", request)
    return str(error.value)


def test_a_good_request_passes() -> None:
    validate("CreateTrainingJob", training_job(HyperParameters={"k": "x" * 2500}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"TrainingJobName": None},
            "'trainingJobName' failed to satisfy constraint: Member must not be",
        ),
        ({"TrainingJobName": "my_job"}, "regular expression pattern"),
        ({"TrainingJobName": "a" * 64}, "length less than or equal to 63"),
        ({"RoleArn": "job"}, "'roleArn'"),
        ({"HyperParameters": {"k": "x" * 2501}}, "'hyperParameters.k'"),
        ({"HyperParameters": {str(n): "1" for n in range(101)}}, "length less than or equal to 100"),
        ({"AlgorithmSpecification": {"TrainingInputMode": "Files"}}, "enum value set"),
        ({"AlgorithmSpecification": {}}, "'algorithmSpecification.trainingInputMode'"),
        ({"OutputDataConfig": {"S3OutputPath": "bucket"}}, "'outputDataConfig.s3OutputPath'"),
        ({"StoppingCondition": {"MaxRuntimeInSeconds": 0}}, "value greater than or equal to 1"),
        ({"InputDataConfig": []}, "'inputDataConfig'"),
        (
            {"InputDataConfig": [{"ChannelName": "a b", "DataSource": {}}]},
            "inputDataConfig.1.member.channelName",
        ),
    ],
)
def test_what_the_model_of_aws_forbids_is_refused(changes: dict[str, Any], message: str) -> None:
    assert message in refusal(training_job(**changes))


def test_every_violation_is_listed() -> None:
    assert "2 validation errors detected" in refusal(
        training_job(TrainingJobName="_", RoleArn="a role without an ARN")
    )


@given(st.text(alphabet="aZ9-_ é", max_size=70))
def test_names_follow_the_documented_pattern(name: str) -> None:
    good = bool(NAME.fullmatch(name)) and len(name) <= 63
    try:
        validate("CreateTrainingJob", training_job(TrainingJobName=name))
    except ValidationError:
        assert not good
    else:
        assert good
