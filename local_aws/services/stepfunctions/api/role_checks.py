"""What Step Functions asks of a state machine's role besides the tasks' own calls.

Patched in moto 5.2.5: any role would do, even none.
- A role must trust Step Functions for this very state machine.
- `.sync` hears of a finished job by a rule of EventBridge that Step Functions keeps in the role's name.
- Logs are delivered in the role's name, too, and so are traces.
Sources: "IAM policies for integrated services" (Amazon SageMaker AI), "Using CloudWatch Logs to log execution
history", "AWS X-Ray and Step Functions" and "Creating an IAM role for your state machine" in the developer
guide. They list the permissions together; which one is needed first is AWS's to know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from moto.core.exceptions import AWSError

from local_aws.core.instance import current_instance
from local_aws.services import iam

SERVICE = "states.amazonaws.com"
_SYNC_JOB = re.compile(r"\"arn:[\w-]+:states:::sagemaker:create(\w+)\.sync\"")
# Where the name of the rule is not that of the API's job.
_RULE_NOUNS = {"HyperParameterTuningJob": "TuningJob"}
_RULE = ("events:PutRule", "events:PutTargets", "events:DescribeRule")
_LOG_DELIVERY = tuple(
    f"logs:{action}"
    for action in (
        "CreateLogDelivery",
        "GetLogDelivery",
        "UpdateLogDelivery",
        "DeleteLogDelivery",
        "ListLogDeliveries",
        "PutResourcePolicy",
        "DescribeResourcePolicies",
        "DescribeLogGroups",
    )
)
_TRACING = tuple(
    f"xray:{action}"
    for action in ("PutTraceSegments", "PutTelemetryRecords", "GetSamplingRules", "GetSamplingTargets")
)


class AccessDenied(AWSError):  # type: ignore[misc]
    TYPE = "AccessDeniedException"
    STATUS = 400


def require_role(
    role_arn: str, state_machine_arn: str, definition: str, logging: Mapping[str, Any] | None
) -> None:
    """Raise AccessDenied, in AWS's words, unless the role is fit for the state machine."""
    if not iam.trusts(role_arn, SERVICE, iam.Source(state_machine_arn)):
        raise AccessDenied(
            f"Neither the global service principal {SERVICE}, nor the regional one is authorized to assume "
            "the provided role."
        )
    rules = [current_instance().arn("events", f"rule/{name}") for name in _managed_rules(definition)]
    if not _may_do_all(role_arn, _RULE, rules):
        raise AccessDenied(f"'{role_arn}' is not authorized to create managed-rule.")
    if (logging or {}).get("level", "OFF") != "OFF" and not _may_do_all(role_arn, _LOG_DELIVERY, ["*"]):
        raise AccessDenied("The state machine IAM Role is not authorized to access the Log Destination")


def trace(role_arn: str, tracing: Mapping[str, Any] | None) -> None:
    """Use the right to send traces; an execution whose role lacks it leaves none, and no other harm."""
    if (tracing or {}).get("enabled"):
        _may_do_all(role_arn, _TRACING, ["*"])


def _may_do_all(role_arn: str, actions: Iterable[str], resources: Iterable[str]) -> bool:
    # All are asked, so that whoever records the questions sees each of them.
    answers = [iam.allowed(role_arn, action, resource) for resource in resources for action in actions]
    return all(answers)


def _managed_rules(definition: str) -> list[str]:
    # In the text: whether it is a valid definition is checked elsewhere.
    nouns = {_RULE_NOUNS.get(noun, noun) for noun in _SYNC_JOB.findall(definition)}
    return [f"StepFunctionsGetEventsForSageMaker{noun}sRule" for noun in sorted(nouns)]
