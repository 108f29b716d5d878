"""What the template's parameters for operators change in what is deployed; their defaults change nothing."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from moto.cloudformation.exceptions import ValidationError

from bakeoff.domain.cost import ledger
from local_aws.deployment.deploy import parameters_of
from tests.documented import OPERATIONS
from tests.template import PROJECT, TEMPLATE, Deployment, deployment

PLAIN = deployment()
CONFIG = tomllib.loads((PROJECT / "samconfig.toml").read_text("utf-8"))


def test_every_parameter_of_operation_is_documented() -> None:
    groups = TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    [names] = [group["Parameters"] for group in groups if group["Label"]["default"] == "Operation"]

    assert names and not [name for name in names if f"`{name}`" not in OPERATIONS]


# ------------------------------------------------------------------ who hears
def test_an_address_is_subscribed_to_the_topic() -> None:
    assert PLAIN.of("AWS::SNS::Subscription") == {}
    assert deployment(NotificationEmail="team@example.com").of("AWS::SNS::Subscription") == {
        "NotificationSubscription": {
            "TopicArn": "RunTopic",
            "Protocol": "email",
            "Endpoint": "team@example.com",
        }
    }


@pytest.mark.parametrize("text", ["team", "team@example", "a@b.c, d@e.f", "@example.com"])
def test_an_address_is_one_address(text: str) -> None:
    with pytest.raises(ValidationError, match="must be one address"):
        deployment(NotificationEmail=text)


# ------------------------------------------------------------------ how long runs are kept
DAY_SECONDS = 86_400
# https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
REDRIVE_DAYS = 14


def rules(stack: Deployment) -> dict[str, dict[str, Any]]:
    found = stack.of("AWS::S3::Bucket")["DataBucket"]["LifecycleConfiguration"]["Rules"]
    return {rule["Id"]: rule for rule in found}


def test_what_a_run_made_expires_only_where_days_are_given() -> None:
    rule = {"Id": "ExpireRuns", "Status": "Enabled", "Prefix": "runs/"}

    assert rules(PLAIN)["ExpireRuns"] == {**rule, "ExpiredObjectDeleteMarker": True}
    assert rules(deployment(RunRetentionDays="90"))["ExpireRuns"] == {**rule, "ExpirationInDays": "90"}


@pytest.mark.parametrize("days", ["0", "30"])
def test_an_upload_never_expires_and_no_two_expirations_overlap(days: str) -> None:
    found = rules(deployment(RunRetentionDays=days)).values()
    expiring = [
        rule["Prefix"] for rule in found if {"ExpirationInDays", "ExpiredObjectDeleteMarker"} & rule.keys()
    ]

    made = [rule["Prefix"] for rule in found if "ExpirationInDays" in rule]
    assert made == ([] if days == "0" else ["runs/", "costs/"])
    assert not [(a, b) for a in expiring for b in expiring if a is not b and a.startswith(b)]


def test_what_the_runs_of_a_day_cost_expires_with_them() -> None:
    [_, shortest, *_] = sorted(TEMPLATE["Parameters"]["RunRetentionDays"]["AllowedValues"])
    longest = TEMPLATE["Parameters"]["RunTimeoutSeconds"]["MaxValue"]

    for stack in (PLAIN, deployment(RunRetentionDays="90")):
        assert rules(stack)["ExpireCosts"] == {
            **rules(stack)["ExpireRuns"],
            "Id": "ExpireCosts",
            "Prefix": ledger.PREFIX,
        }
    # A run that began at the end of a day ends on the day after its longest.
    assert longest / DAY_SECONDS + 1 <= ledger.DAYS < shortest


def test_no_run_expires_while_it_goes_on_or_can_be_redriven() -> None:
    [_, shortest, *_] = sorted(TEMPLATE["Parameters"]["RunRetentionDays"]["AllowedValues"])
    longest = TEMPLATE["Parameters"]["RunTimeoutSeconds"]["MaxValue"]

    # Once for the run, once for its redriven states.
    assert REDRIVE_DAYS + 2 * longest / DAY_SECONDS < shortest


# ------------------------------------------------------------------ who pays
@pytest.mark.parametrize("tags", ["", "project=prices", "project=house prices,owner=a@b.example,empty="])
def test_cost_tags_reach_the_function_that_plans(tags: str) -> None:
    [variables] = [
        each["Environment"]["Variables"]
        for each in deployment(CostTags=tags).of("AWS::Lambda::Function").values()
        if each["Handler"] == "bakeoff.handlers.plan_run.handle"
    ]

    assert (variables["BAKEOFF_COST_TAGS"], variables["BAKEOFF_STACK_NAME"]) == (tags, "bakeoff")


@pytest.mark.parametrize(
    "tags",
    [
        "project",
        "=x",
        "a=b,",
        "a=b,,c=d",
        "aws:x=y",
        "bakeoff:run=mine",
        "a=b;c",
        f"{'k' * 129}=v",
        "ok=1,aws:x=y",
    ],
)
def test_tags_that_sagemaker_would_refuse_or_that_are_ours_are_refused(tags: str) -> None:
    with pytest.raises(ValidationError, match="must be up to 40 tags"):
        deployment(CostTags=tags)


def test_an_environment_with_stack_tags_tags_what_runs_make_as_well() -> None:
    for name, environment in CONFIG.items():
        tags = environment["deploy"]["parameters"].get("tags", "") if isinstance(environment, dict) else ""
        if tags:
            assert parameters_of(PROJECT / "samconfig.toml", name)["CostTags"] == tags.replace(" ", ",")


# ------------------------------------------------------------------ how long endpoints' logs are kept
@pytest.mark.parametrize(("expire", "days", "policies"), [("false", 0, 0), ("true", "7", 1)])
def test_the_janitor_may_limit_logs_only_where_it_is_asked_to(
    expire: str, days: object, policies: int
) -> None:
    stack = deployment(ExpireEndpointLogs=expire, LogRetentionDays="7")
    [variables] = [
        each["Environment"]["Variables"]
        for each in stack.of("AWS::Lambda::Function").values()
        if each["Handler"] == "bakeoff.handlers.sweep_resources.handle"
    ]
    limiting = [name for name in stack.of("AWS::IAM::Policy") if name == "LimitEndpointLogs"]

    assert (variables["BAKEOFF_ENDPOINT_LOG_DAYS"], len(limiting)) == (days, policies)


# ------------------------------------------------------------------ what to ask for first
@pytest.mark.parametrize(("column", "candidates"), [(2, 2), (3, 5)])
def test_the_quotas_are_those_of_all_runs_at_the_same_time(column: int, candidates: int) -> None:
    default = {name: each["Default"] for name, each in TEMPLATE["Parameters"].items()}
    rows = {
        line.split("|")[1].split("`")[1]: int(line.split("|")[column + 1])
        for line in OPERATIONS.splitlines()
        if line.startswith("| `<")
    }
    at_once = min(default["MaxConcurrency"], candidates) * default["MaxConcurrentRuns"]

    assert rows == {
        "<ProcessingInstanceType>": default["InstanceCount"] * default["MaxConcurrentRuns"],
        "<TrainingInstanceType>": at_once,
        "<EndpointInstanceType>": at_once,
    }


# ------------------------------------------------------------------ what functions in a VPC have to reach
# Client -> its endpoint in a VPC, by "AWS services that integrate with AWS PrivateLink".
ENDPOINTS = {
    "cloudformation": "cloudformation",
    "lambda": "lambda",
    "logs": "logs",
    "s3": "S3",
    "sagemaker": "sagemaker.api",
    "sagemaker-runtime": "sagemaker.runtime",
    "sns": "sns",
    "stepfunctions": "states",
}


def test_every_service_that_a_function_calls_is_among_the_endpoints() -> None:
    sources = [path.read_text("utf-8") for path in (PROJECT / "src" / "bakeoff" / "adapters").glob("*.py")]
    called = {name for text in sources for name in re.findall(r'make_client\(\s*"([a-z0-9-]+)"', text)}
    [paragraph] = [each for each in OPERATIONS.split("\n\n") if each.startswith("**Functions in a VPC**")]

    assert called == ENDPOINTS.keys()
    for endpoint in ENDPOINTS.values():
        assert endpoint in paragraph
