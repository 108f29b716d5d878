"""Delivery to Lambda, SNS and Step Functions; each runs in the background and may raise DeliveryRefused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from moto.awslambda.utils import get_backend as lambda_backend
from moto.sns.models import sns_backends
from moto.utilities.arns import parse_arn

from local_aws.mends.eventbridge.permissions import SERVICE, permits
from local_aws.site import current_site

Target = Mapping[str, Any]


class DeliveryRefused(Exception):
    """Why AWS would not have delivered; it counts as a failed invocation of the rule there."""


def _to_lambda(rule: Any, target: Target, body: str) -> None:
    arn = parse_arn(target["Arn"])
    backend = lambda_backend(arn.account, arn.region)
    statements = backend.get_function(target["Arn"]).policy.statements
    _require(permits(statements, "lambda:InvokeFunction", rule.arn), rule, target)
    backend.invoke(target["Arn"], None, body, {"x-amz-invocation-type": "Event"}, {})


def _to_topic(rule: Any, target: Target, body: str) -> None:
    arn = parse_arn(target["Arn"])
    backend = sns_backends[arn.account][arn.region]
    policy = json.loads(backend.get_topic(target["Arn"]).policy)
    _require(permits(policy["Statement"], "sns:Publish", rule.arn), rule, target)
    backend.publish(message=body, arn=target["Arn"])


def _to_state_machine(rule: Any, target: Target, body: str) -> None:
    site = current_site()
    if "RoleArn" not in target:
        raise DeliveryRefused(f"Rule {rule.name} cannot start {target['Arn']}: its target needs a RoleArn.")
    client = site.client("stepfunctions", site.assume(target["RoleArn"], "EventBridge"))
    client.start_execution(stateMachineArn=target["Arn"], input=body)


def _require(is_permitted: bool, rule: Any, target: Target) -> None:
    if not is_permitted:
        raise DeliveryRefused(
            f"Rule {rule.name} may not use {target['Arn']}: allow {SERVICE} in the policy of that resource."
        )


DELIVERIES: dict[str, Callable[[Any, Target, str], None]] = {
    "lambda": _to_lambda,
    "sns": _to_topic,
    "states": _to_state_machine,
}
