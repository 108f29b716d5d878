"""What the caller of an API call must be allowed, by the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local_aws.services.iam import s3_actions
from local_aws.services.iam.actions.tables import PASSED_ROLES, RENAMED, RESOURCES, TAGGING
from local_aws.services.iam.calls import Call
from local_aws.services.iam.matching import Context
from local_aws.services.iam.templates import ANY, resources, values_at


@dataclass(frozen=True)
class Check:
    """One action that the caller must be allowed on one resource; `context` adds to the request's."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)


def checks_of(call: Call) -> list[Check]:
    """Everything that AWS authorises before it carries out `call`."""
    if call.service == "s3":
        return [Check(f"s3:{action}", arn) for action, arn in s3_actions.needed(call)]
    action = RENAMED.get((call.service, call.operation), call.operation)
    arns = [arn for template in _templates(call) for arn in resources(template, call)]
    context = _service_context(call)
    checks = [Check(f"{call.service}:{action}", arn, context) for arn in arns]
    return [*checks, *_tagging(call, arns), *_passed_roles(call)]


def request_tags(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The tags that a call brings, whichever way its service spells them."""
    tags = parameters.get("Tags") or parameters.get("tags") or {}
    if isinstance(tags, Mapping):
        return {str(key): str(value) for key, value in tags.items()}
    pairs = [{key.lower(): value for key, value in tag.items()} for tag in tags]
    return {pair["key"]: pair.get("value", "") for pair in pairs}


def _templates(call: Call) -> tuple[str, ...]:
    listed = RESOURCES.get(call.service, {}).get(call.operation, ANY)
    return (listed,) if isinstance(listed, str) else listed


def _tagging(call: Call, arns: list[str]) -> Iterator[Check]:
    action = TAGGING.get(call.service)
    creates = call.operation.startswith(("Create", "Put"))
    if action and creates and request_tags(call.parameters):
        # A call that makes one resource from another tags only the one it makes: the first.
        yield Check(f"{call.service}:{action}", arns[0])


def _passed_roles(call: Call) -> Iterator[Check]:
    service, paths = PASSED_ROLES.get(call.service, ("", ()))
    roles = {role for path in paths for role in values_at(path, call.parameters) if isinstance(role, str)}
    for role in sorted(roles):
        yield Check("iam:PassRole", role, {"iam:passedtoservice": service})


def _service_context(call: Call) -> Context:
    if call.service == "cloudwatch" and "Namespace" in call.parameters:
        return {"cloudwatch:namespace": str(call.parameters["Namespace"])}
    if call.service == "sagemaker":
        return _sagemaker_context(call.parameters)
    return {}


def _sagemaker_context(parameters: Mapping[str, Any]) -> Context:
    stage = parameters.get("ModelLifeCycle") or {}
    given = {
        "sagemaker:modelapprovalstatus": parameters.get("ModelApprovalStatus"),
        "sagemaker:modellifecycle:stage": stage.get("Stage"),
        "sagemaker:modellifecycle:stagestatus": stage.get("StageStatus"),
    }
    return {key: str(value) for key, value in given.items() if value is not None}
