"""Every policy of the template after the SAM transform: no wildcards, and no confused deputies.

That each statement is needed, and that they suffice, is tests/e2e/test_least_privilege.py's to show.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.transformed import (
    Located,
    as_list,
    managed_document,
    managed_policies,
    own_statements,
    resource_statements,
    transformed,
    trust_statements,
)

# Action -> why AWS takes nothing narrower than `Resource: "*"`, by its Service Authorization Reference.
NO_NARROWER_RESOURCE = {
    **dict.fromkeys(
        (
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
            "xray:GetSamplingStatisticSummaries",
        ),
        "X-Ray's calls for traces and sampling know no resource",
    ),
    **dict.fromkeys(
        (
            "logs:CreateLogDelivery",
            "logs:GetLogDelivery",
            "logs:UpdateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:DescribeResourcePolicies",
        ),
        "log deliveries and resource policies belong to the account, not to a log group",
    ),
    **dict.fromkeys(
        (
            "sagemaker:ListEndpointConfigs",
            "sagemaker:ListEndpoints",
            "sagemaker:ListHyperParameterTuningJobs",
            "sagemaker:ListModelPackages",
            "sagemaker:ListModels",
            "sagemaker:ListProcessingJobs",
            "sagemaker:ListTrainingJobs",
        ),
        "SageMaker's lists know no resource; the janitor goes by name and tag",
    ),
    "logs:DescribeLogGroups": "Step Functions lists all groups, which takes the right to all of them",
    "cloudwatch:PutMetricData": "metrics know no resource; the condition on the namespace is the limit",
    **dict.fromkeys(
        (
            "ec2:CreateNetworkInterface",
            "ec2:CreateNetworkInterfacePermission",
            "ec2:DeleteNetworkInterface",
            "ec2:DeleteNetworkInterfacePermission",
        ),
        "SageMaker's guide, CreateProcessingJob API: Execution Role Permissions: \"Don't scope in the policy "
        "with any conditions or resource filters. Otherwise, the validation checks that occur during the "
        'creation of the processing job fail."',
    ),
    **dict.fromkeys(
        (
            "ec2:DescribeDhcpOptions",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
        ),
        "EC2's descriptions know no resource",
    ),
    "pricing:GetProducts": "prices know no resource",
    "ecr:GetAuthorizationToken": "the token is for the account's whole registry",
}
# AWS's own policy -> why it is attached in spite of what it says.
WIDE_MANAGED_POLICIES = {
    "AWSLambdaBasicExecutionRole": "as SAM attaches it to every function's role; it names all log groups and "
    "one action more than needed (CreateLogGroup: the groups are the template's)",
    "AWSLambdaVPCAccessExecutionRole": "in its place with FunctionSubnetIds only; Lambda asks for these "
    "actions on every resource when it puts a function into a VPC, and AWS keeps the list up to date",
}
# Service -> whether AWS documents that it says for whom it assumes a role. Source: the page on cross-service
# confused deputies in each service's guide.
SAYS_FOR_WHOM = {
    "states.amazonaws.com": True,
    "sagemaker.amazonaws.com": True,
    "events.amazonaws.com": True,
    "scheduler.amazonaws.com": True,
    # Its guide names no such key for execution roles, and a condition on a key that is never sent is never
    # met. A role can be given to functions of its own account only, and only by who may pass it.
    "lambda.amazonaws.com": False,
}
# A service that says so by the ARN alone, which names the account. Source: the same pages.
BY_ARN_ALONE = {"sagemaker.amazonaws.com"}
# Permission -> why it names an account but no SourceArn.
NO_SOURCE_ARN = {
    "StartRunFunctionUploadPermission": "the bucket's notification needs the permission first, and its name "
    "is generated: the two would wait for each other",
}


def actions(statement: dict[str, Any]) -> list[str]:
    assert "NotAction" not in statement and "NotResource" not in statement
    return [str(each) for each in as_list(statement["Action"])]


def services_of(statement: dict[str, Any]) -> list[str]:
    principal = statement.get("Principal", {})
    return as_list(principal.get("Service", [])) if isinstance(principal, dict) else []


def conditions_of(statement: dict[str, Any]) -> dict[str, Any]:
    return {
        key.lower(): value
        for operator, keys in statement.get("Condition", {}).items()
        # Neither ...IfExists nor a negation holds back a request that does not say.
        if operator in ("StringEquals", "StringLike", "ArnEquals", "ArnLike")
        for key, value in keys.items()
    }


def is_own_account(value: object) -> bool:
    return value == {"Ref": "AWS::AccountId"}


def is_of_own_account(value: Any) -> bool:
    """An ARN with the account in it, or a reference to a resource of the stack."""
    if isinstance(value, dict) and "Fn::Sub" in value:
        return ":${AWS::AccountId}:" in str(value["Fn::Sub"])
    return isinstance(value, dict) and set(value) <= {"Ref", "Fn::GetAtt"}


ALL, TRUSTS = list(own_statements()), list(trust_statements())
# What is denied may be as wide as can be.
OWN = [each for each in ALL if each.statement["Effect"] == "Allow"]
PERMISSIONS = {
    name: each["Properties"]
    for name, each in transformed().items()
    if each["Type"] == "AWS::Lambda::Permission"
}


@pytest.mark.parametrize("located", OWN, ids=str)
def test_a_statement_allows_named_actions_on_named_resources(located: Located) -> None:
    statement = located.statement

    assert statement["Effect"] == "Allow"
    for action in actions(statement):
        assert ":" in action and "*" not in action, f"{located}: name the actions instead of {action}"
    if "*" in as_list(statement["Resource"]):
        unexplained = [action for action in actions(statement) if action not in NO_NARROWER_RESOURCE]
        assert not unexplained, (
            f'{located}: {unexplained} on Resource "*". Name the resource. Only where the Service '
            "Authorization Reference knows none, add the action to NO_NARROWER_RESOURCE with that reason."
        )


@pytest.mark.parametrize("policy", sorted(managed_policies()))
def test_a_policy_of_aws_is_as_narrow_or_explained(policy: str) -> None:
    for statement in managed_document(policy)["Statement"]:
        assert not any("*" in action for action in actions(statement))
        explained = all(action in NO_NARROWER_RESOURCE for action in actions(statement))
        assert explained or "*" not in as_list(statement["Resource"]) or policy in WIDE_MANAGED_POLICIES


def test_every_exception_is_still_one() -> None:
    everywhere = [
        *(each.statement for each in OWN),
        *(statement for policy in managed_policies() for statement in managed_document(policy)["Statement"]),
    ]
    wide = {action for each in everywhere if "*" in as_list(each["Resource"]) for action in actions(each)}

    assert set(NO_NARROWER_RESOURCE) <= wide
    assert set(WIDE_MANAGED_POLICIES) <= set(managed_policies())
    assert set(NO_SOURCE_ARN) <= set(PERMISSIONS)


def test_each_workflow_passes_one_role_and_only_to_sagemaker() -> None:
    passing = {each.resource: each.statement for each in OWN if "iam:PassRole" in actions(each.statement)}

    assert {name: each["Resource"] for name, each in passing.items()} == {
        "ComparisonRole": {"Fn::GetAtt": "SageMakerRole.Arn"},
        "PromotionRole": {"Fn::GetAtt": "ProductionRole.Arn"},
    }
    for each in passing.values():
        assert actions(each) == ["iam:PassRole"]
        assert each["Condition"] == {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}


@pytest.mark.parametrize("located", TRUSTS, ids=str)
def test_a_role_trusts_one_service_for_this_account_only(located: Located) -> None:
    statement = located.statement
    [service] = services_of(statement)
    conditions = conditions_of(statement)

    assert set(statement["Principal"]) == {"Service"} and actions(statement) == ["sts:AssumeRole"]
    assert service in SAYS_FOR_WHOM, f"{located}: look up whether {service} sends aws:SourceArn, and list it"
    if SAYS_FOR_WHOM[service]:
        assert all(map(is_of_own_account, as_list(conditions.get("aws:sourcearn"))))
        if service in BY_ARN_ALONE:
            assert set(conditions) == {"aws:sourcearn"}, f"{located}: a key that is not sent is never met"
        else:
            assert is_own_account(conditions.get("aws:sourceaccount"))
    else:
        assert "Condition" not in statement, f"{located}: {service} would never meet it"


def test_a_resource_lets_a_service_in_for_this_account_only() -> None:
    for located in resource_statements():
        if services_of(located.statement):
            conditions = conditions_of(located.statement)
            assert is_own_account(conditions.get("aws:sourceaccount")), located
            assert is_of_own_account(conditions.get("aws:sourcearn")), located


@pytest.mark.parametrize("name", PERMISSIONS)
def test_a_function_is_invoked_by_this_account_s_resources_only(name: str) -> None:
    permission = PERMISSIONS[name]

    if name in NO_SOURCE_ARN:
        assert is_own_account(permission["SourceAccount"])
    else:
        assert is_of_own_account(permission["SourceArn"])
