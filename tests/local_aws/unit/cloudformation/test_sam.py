"""The SAM transform gives what the real service gives, and says which resource is wrong."""

from __future__ import annotations

import copy
import logging
from typing import Any

import pytest

from local_aws.services.cloudformation.template.sam import SAM_TRANSFORM, SamTransformFailed, transform


def _template(**resource: Any) -> dict[str, Any]:
    return {
        "Transform": SAM_TRANSFORM,
        "Resources": {"Greet": {"Type": "AWS::Serverless::Function", **resource}},
    }


PROPERTIES = {
    "Handler": "greet.handle",
    "Runtime": "python3.13",
    "CodeUri": "s3://code/greet.zip",
    "Tracing": "Active",
    "Policies": [
        "AWSLambdaBasicExecutionRole",
        {"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]},
    ],
    "Events": {"Daily": {"Type": "ScheduleV2", "Properties": {"ScheduleExpression": "rate(1 day)"}}},
}


def test_a_function_becomes_what_it_stands_for() -> None:
    processed = transform(_template(Properties=PROPERTIES), {}, "us-east-1")

    types = {name: resource["Type"] for name, resource in processed["Resources"].items()}
    assert types == {
        "Greet": "AWS::Lambda::Function",
        "GreetRole": "AWS::IAM::Role",
        "GreetDaily": "AWS::Scheduler::Schedule",
        "GreetDailyRole": "AWS::IAM::Role",
    }
    function = processed["Resources"]["Greet"]["Properties"]
    assert function["Code"] == {"S3Bucket": "code", "S3Key": "greet.zip"}
    assert function["TracingConfig"] == {"Mode": "Active"}
    assert "Transform" not in processed


def test_managed_policies_have_their_arns_without_asking_anybody() -> None:
    processed = transform(_template(Properties=PROPERTIES), {}, "us-east-1")

    arns = processed["Resources"]["GreetRole"]["Properties"]["ManagedPolicyArns"]
    assert "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole" in arns
    assert "arn:aws:iam::aws:policy/AWSXrayWriteOnlyAccess" in arns


def test_parameters_decide_what_depends_on_them() -> None:
    template = _template(Properties={**PROPERTIES, "AutoPublishAlias": {"Ref": "Stage"}})
    template["Parameters"] = {"Stage": {"Type": "String"}}

    processed = transform(template, {"Stage": "live"}, "us-east-1")

    assert processed["Resources"]["GreetAliaslive"]["Properties"]["Name"] == "live"


def test_the_template_is_left_as_it_is() -> None:
    template = _template(Properties=PROPERTIES)
    before = copy.deepcopy(template)

    transform(template, {}, "us-east-1")

    assert template == before


def test_a_faulty_resource_is_named_with_its_fault() -> None:
    with pytest.raises(
        SamTransformFailed, match=r"Transform AWS::Serverless-2016-10-31 failed with: .*\[Greet\].*Handler"
    ):
        transform(_template(Properties={"Runtime": "python3.13", "CodeUri": "s3://a/b"}), {}, "us-east-1")


def test_no_metrics_of_the_translator_are_left_to_complain(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        transform(_template(Properties=PROPERTIES), {}, "us-east-1")

    assert caplog.text == ""
