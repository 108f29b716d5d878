"""Delivery to Lambda, SNS and Step Functions; each runs in the background and may raise DeliveryRefused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from moto.awslambda.utils import get_backend as lambda_backend
from moto.sns.models import sns_backends
from moto.utilities.arns import parse_arn

from local_aws.core.instance import current_instance
from local_aws.services import iam

Target = Mapping[str, Any]
SERVICE = "events.amazonaws.com"


class DeliveryRefused(Exception):
    """Why AWS would not have delivered; it counts as a failed invocation of the rule there."""


def _to_lambda(rule: Any, target: Target, body: str) -> None:
    arn = parse_arn(target["Arn"])
    backend = lambda_backend(arn.account, arn.region)
    statements = backend.get_function(target["Arn"]).policy.statements
    _require(statements, "lambda:InvokeFunction", rule, target)
    backend.invoke(target["Arn"], None, body, {"x-amz-invocation-type": "Event"}, {})


def _to_topic(rule: Any, target: Target, body: str) -> None:
    arn = parse_arn(target["Arn"])
    backend = sns_backends[arn.account][arn.region]
    policy = json.loads(backend.get_topic(target["Arn"]).policy)
    _require(policy["Statement"], "sns:Publish", rule, target)
    backend.publish(message=body, arn=target["Arn"])


def _to_state_machine(rule: Any, target: Target, body: str) -> None:
    instance = current_instance()
    if "RoleArn" not in target:
        raise DeliveryRefused(f"Rule {rule.name} cannot start {target['Arn']}: its target needs a RoleArn.")
    try:
        role = iam.assume(instance, target["RoleArn"], "EventBridge", SERVICE, iam.Source(rule.arn))
    except iam.RoleNotAssumable as err:
        raise DeliveryRefused(f"Rule {rule.name} cannot start {target['Arn']}: {err}") from err
    client = instance.client("stepfunctions", role)
    client.start_execution(stateMachineArn=target["Arn"], input=body)


def _require(policy: Iterable[Mapping[str, Any]], action: str, rule: Any, target: Target) -> None:
    if not iam.lets_in(policy, SERVICE, action, target["Arn"], iam.Source(rule.arn)):
        raise DeliveryRefused(
            f"Rule {rule.name} may not use {target['Arn']}: allow {SERVICE} in the policy of that resource."
        )


DELIVERIES: dict[str, Callable[[Any, Target, str], None]] = {
    "lambda": _to_lambda,
    "sns": _to_topic,
    "states": _to_state_machine,
}
