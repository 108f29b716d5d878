"""How far an update is, in the words of DescribeEndpoint.

Source: "Endpoint deployment state change" in the guide's page on EventBridge, which lists the messages.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from moto.core.utils import utcnow

from local_aws.services.sagemaker.control_plane.endpoints.traffic import Step
from local_aws.services.sagemaker.control_plane.endpoints.variants import Summary, instances

_MESSAGES = {
    "Creating": "Launching {all} instance(s).",
    "ActivatingTraffic": "Activating traffic on {kind} capacity of {part} instance(s).",
    "Baking": "Baking for {seconds} seconds ({wait}) with traffic enabled on {kind} capacity of {part} "
    "instance(s).",
    "Deleting": "Terminating {all} instance(s).",
}


def pending(
    config_name: str, summaries: Sequence[Summary], status: str, step: Step | None = None, start: Any = None
) -> dict[str, Any]:
    """PendingDeploymentSummary: the new configuration's variants, each in `status`."""
    return {
        "EndpointConfigName": config_name,
        "ProductionVariants": [
            {**each, **_active(each, step), **in_status(each, status, step)} for each in summaries
        ],
        "StartTime": start or utcnow(),
    }


def in_status(summary: Summary, status: str, step: Step | None = None) -> Summary:
    """VariantStatus of one variant."""
    part = _part(summary, step)
    kind = "full" if part == instances(summary) else "canary"
    message = _MESSAGES[status].format(
        all=instances(summary),
        part=part,
        kind=kind,
        seconds=step.seconds if step else 0,
        wait=step.wait if step else "",
    )
    return {"VariantStatus": [{"Status": status, "StatusMessage": message, "StartTime": utcnow()}]}


def _active(summary: Summary, step: Step | None) -> Summary:
    return {"CurrentInstanceCount": _part(summary, step)} if "CurrentInstanceCount" in summary else {}


def _part(summary: Summary, step: Step | None) -> int:
    """How many instances get requests."""
    share = step.share if step else Fraction(0)
    return max(1 if share else 0, int(instances(summary) * share))
