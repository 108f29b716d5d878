"""template.yaml after the SAM transform, with the roles and policies that SAM adds, for the tests of IAM."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from moto.iam.aws_managed_policies import aws_managed_policies_data

from local_aws.services.cloudformation.template import sam
from tests.template import TEMPLATE, scalars_of

_ADDRESS = "s3://artifacts/key"
_POLICIES = {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"}


class Located(NamedTuple):
    """A statement, and where it stands."""

    resource: str
    policy: str
    statement: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.resource}, {self.policy}, {self.statement.get('Sid', 'without a Sid')}"


@functools.cache
def transformed() -> dict[str, Any]:
    """The template's resources, those of every condition included; intrinsic functions stay as they are."""
    template: dict[str, Any] = copy.deepcopy(TEMPLATE)
    template["Globals"]["Function"]["CodeUri"] = _ADDRESS
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = _ADDRESS
    parameters = {name: str(each["Default"]) for name, each in template["Parameters"].items()}
    resources: dict[str, Any] = sam.transform(template, parameters, "us-east-1")["Resources"]
    return resources


def own_statements() -> Iterator[Located]:
    """The statements of the roles' policies that the template spells out."""
    for name, resource in transformed().items():
        properties = resource.get("Properties", {})
        for policy in properties.get("Policies", []) if resource["Type"] == "AWS::IAM::Role" else []:
            yield from _located(name, policy["PolicyName"], policy["PolicyDocument"])
        if resource["Type"] in _POLICIES:
            yield from _located(name, "PolicyDocument", properties["PolicyDocument"])


def managed_policies() -> dict[str, set[str]]:
    """AWS's own policies that are attached, by name, with the resources whose roles have them."""
    attached: dict[str, set[str]] = {}
    for name, resource in transformed().items():
        for arn in resource.get("Properties", {}).get("ManagedPolicyArns", []):
            # In every case of an Fn::If; both are deployed somewhere.
            for text in (each for each in scalars_of(arn) if ":policy/" in str(each)):
                attached.setdefault(str(text).rsplit("/", 1)[-1], set()).add(name)
    return attached


@functools.cache
def managed_document(policy: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(aws_managed_policies_data)[policy]["Document"]
    return document


def trust_statements() -> Iterator[Located]:
    for name, resource in transformed().items():
        if resource["Type"] == "AWS::IAM::Role":
            document = resource["Properties"]["AssumeRolePolicyDocument"]
            yield from _located(name, "AssumeRolePolicyDocument", document)


def resource_statements() -> Iterator[Located]:
    """The statements of the policies of buckets, topics, queues and the like."""
    for name, resource in transformed().items():
        if resource["Type"] not in _POLICIES:
            for key in ("PolicyDocument", "KeyPolicy", "ResourcePolicy"):
                document = resource.get("Properties", {}).get(key)
                yield from _located(name, key, document) if isinstance(document, dict) else ()


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _located(resource: str, policy: str, document: dict[str, Any]) -> Iterator[Located]:
    for statement in as_list(document["Statement"]):
        yield Located(resource, policy, statement)
