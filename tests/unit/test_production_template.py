"""What the template deploys for production, who may touch it, and that nothing of it is there by default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto.cloudformation.exceptions import ValidationError

from local_aws.services.iam.evaluation import Request, Verdict, decide
from local_aws.services.iam.evaluation import statements_of as parsed
from tests.template import TEMPLATE, Deployment, deployment
from tests.unit.test_security import KEY, statements

OFF, PROPOSE, AUTOMATIC = deployment(), deployment(Promotion="Propose"), deployment(Promotion="Automatic")
PROTECTED = deployment(Promotion="Automatic", KmsKeyArn=KEY, SubnetIds="subnet-1", SecurityGroupIds="sg-1")
CONDITIONS = {"Promotes", "Proposes"}
OF_PRODUCTION = {name for name, each in TEMPLATE["Resources"].items() if each.get("Condition") in CONDITIONS}
PREFIX = "ProductionPrefix.Value"
ARN = "arn:aws:sagemaker:us-east-1:123456789012"
PRODUCTION = [
    f"{ARN}:endpoint/{PREFIX}",
    f"{ARN}:endpoint-config/{PREFIX}-0123456789",
    f"{ARN}:model/{PREFIX}-0123456789",
    f"{ARN}:model-package-group/{PREFIX}",
    f"{ARN}:model-package/{PREFIX}/1",
]
LOOK = ("sagemaker:DescribeEndpoint", PRODUCTION[0])
VERBS = {
    "endpoint": "CreateEndpoint UpdateEndpoint DeleteEndpoint DescribeEndpoint InvokeEndpoint AddTags",
    "endpoint-config": "CreateEndpoint UpdateEndpoint CreateEndpointConfig DeleteEndpointConfig AddTags",
    "model": "CreateModel DeleteModel AddTags",
    "model-package-group": "CreateModelPackage CreateModelPackageGroup DeleteModelPackageGroup",
    "model-package": "CreateModelPackage UpdateModelPackage DeleteModelPackage",
}
# Whom production is none of the business: what compares, and what cleans up after it.
STRANGERS = [name for name in OFF.of("AWS::IAM::Role") if name not in ("PublishVersionsFunctionRole",)]


def asked() -> Iterator[tuple[str, str]]:
    for resource in PRODUCTION:
        kind = resource.split(":")[5].split("/")[0]
        for verb in VERBS[kind].split():
            yield f"sagemaker:{verb}", resource


def verdict(stack: Deployment, role: str, action: str, resource: str, **context: str) -> Verdict:
    document = {"Version": "2012-10-17", "Statement": list(statements(stack, role))}
    known = {key.replace("__", ":").lower(): value for key, value in context.items()}
    return decide(parsed(role, document), Request(action, resource, known, ())).verdict


def test_by_default_nothing_of_production_is_deployed() -> None:
    assert OF_PRODUCTION and not OF_PRODUCTION & set(OFF.resources)
    assert set(AUTOMATIC.resources) - set(OFF.resources) > {"PromotionWorkflow", "ProductionRole"}


@pytest.mark.parametrize("role", STRANGERS)
@pytest.mark.parametrize("stack", [PROPOSE, AUTOMATIC], ids=["propose", "automatic"])
def test_nothing_that_compares_or_cleans_up_can_touch_production(stack: Deployment, role: str) -> None:
    allowed = [each for each in asked() if verdict(stack, role, *each) is Verdict.ALLOWED]

    # The plan asks what is live.
    assert allowed == ([LOOK] if role == "PlanRunFunctionRole" else [])


@pytest.mark.parametrize(
    "role", ["PromotionRole", "DiscardVersionFunctionRole", "RemoveProductionFunctionRole"]
)
def test_what_changes_production_can_touch_nothing_of_runs(role: str) -> None:
    of_runs = [resource.replace(PREFIX, "ResourcePrefix.Value-abc-xgboost") for resource in PRODUCTION[:3]]
    allowed = [
        (action, resource)
        for action, production in asked()
        for resource in of_runs
        if verdict(AUTOMATIC, role, action, resource) is Verdict.ALLOWED
    ]

    assert any(verdict(AUTOMATIC, role, *each) is Verdict.ALLOWED for each in asked())
    assert allowed == []


@pytest.mark.parametrize("verb", ["CreateModelPackage", "UpdateModelPackage"])
@pytest.mark.parametrize("role", sorted(PROPOSE.of("AWS::IAM::Role")))
def test_under_propose_no_role_of_the_stack_approves(role: str, verb: str) -> None:
    for resource in PRODUCTION[3:]:
        given = verdict(
            PROPOSE, role, f"sagemaker:{verb}", resource, sagemaker__ModelApprovalStatus="Approved"
        )
        assert given is Verdict.EXPLICITLY_DENIED


def test_a_run_proposes_under_propose_and_approves_under_automatic_only() -> None:
    action, role = "sagemaker:CreateModelPackage", "RegisterModelFunctionRole"
    package = PRODUCTION[-1]

    assert (
        verdict(PROPOSE, role, action, package, sagemaker__ModelApprovalStatus="PendingManualApproval")
        is Verdict.ALLOWED
    )
    assert (
        verdict(AUTOMATIC, role, action, package, sagemaker__ModelApprovalStatus="Approved")
        is Verdict.ALLOWED
    )


def test_the_alarms_that_guard_an_update_watch_production_s_one_variant() -> None:
    guards = {
        name: each
        for name, each in AUTOMATIC.of("AWS::CloudWatch::Alarm").items()
        if each["Namespace"] == "AWS/SageMaker"
    }
    named = AUTOMATIC.resources["PromotionWorkflow"]["Properties"]["DefinitionSubstitutions"]
    [watching] = [each for each in statements(AUTOMATIC, "ProductionRole") if each["Sid"] == "WatchAlarms"]

    assert {each["MetricName"] for each in guards.values()} == {"Invocation5XXErrors", "ModelLatency"}
    for each in guards.values():
        dimensions = {part["Name"]: part["Value"] for part in each["Dimensions"]}
        assert dimensions == {"EndpointName": PREFIX, "VariantName": "AllTraffic"}
        assert each["AlarmActions"] == ["RunTopic"] and each["TreatMissingData"] == "notBreaching"
    assert {named["ErrorsAlarmName"], named["LatencyAlarmName"]} == set(guards)
    assert set(watching["Resource"]) == {f"{name}.Arn" for name in guards}


@pytest.mark.parametrize("traffic", ["canary", "linear"])
def test_requests_that_move_by_instances_need_two(traffic: str) -> None:
    with pytest.raises(ValidationError, match="give ProductionInstanceCount two or more"):
        deployment(Promotion="Automatic", PromotionTraffic=traffic)

    assert deployment(Promotion="Automatic", PromotionTraffic=traffic, ProductionInstanceCount="2").resources


def rule(name: str) -> Any:
    return AUTOMATIC.of("AWS::Events::Rule")[name]


def test_an_approval_in_the_stack_s_group_starts_a_promotion_and_nothing_else_does() -> None:
    pattern = rule("StartPromotionFunctionVersionApproved")["EventPattern"]

    assert pattern["detail"] == {"ModelPackageGroupName": [PREFIX], "ModelApprovalStatus": ["Approved"]}
    assert pattern["source"] == ["aws.sagemaker"]


def test_a_promotion_that_ends_badly_is_looked_after() -> None:
    pattern = rule("DiscardVersionFunctionPromotionEndedBadly")["EventPattern"]

    assert pattern["detail"]["status"] == ["ABORTED", "FAILED", "TIMED_OUT"]
    assert pattern["detail"]["stateMachineArn"] == [
        "arn:aws:states:us-east-1:123456789012:stateMachine:bakeoff-production"
    ]


def test_what_the_event_of_its_end_misses_is_looked_for_regularly() -> None:
    assert rule("DiscardVersionFunctionRegularly")["ScheduleExpression"] == "rate(15 minutes)"


@pytest.mark.parametrize(
    ("role", "uses"),
    [
        ("ProductionRole", {"kms:Decrypt", "kms:CreateGrant", "kms:DescribeKey"}),
        ("PromotionRole", {"kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant", "kms:DescribeKey"}),
        ("TakeProductionFunctionRole", {"kms:Decrypt", "kms:GenerateDataKey"}),
        ("ProbeProductionFunctionRole", {"kms:Decrypt"}),
        ("RecordProductionFunctionRole", {"kms:Decrypt", "kms:GenerateDataKey"}),
        ("PublishHistoryFunctionRole", {"kms:Decrypt", "kms:GenerateDataKey"}),
        ("RemoveProductionFunctionRole", set()),
    ],
)
def test_a_role_of_production_may_use_the_key_for_what_it_touches(role: str, uses: set[str]) -> None:
    found = {
        action
        for each in statements(PROTECTED, role)
        for action in ([each["Action"]] if isinstance(each["Action"], str) else each["Action"])
        if action.startswith("kms:")
    }

    assert found == uses


def test_models_join_the_given_network() -> None:
    assert "ProductionRole" in PROTECTED.resources["JoinNetwork"]["Properties"]["Roles"]
