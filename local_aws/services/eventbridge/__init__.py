"""EventBridge rules that reach Lambda, SNS and Step Functions.

Patched in moto 5.2.5:
- `Rule.send_to_targets` raised NotImplementedError for these targets, and sent times as floats.
- A disabled rule still delivered, and a rule that has only a schedule matched every event.
- Schedules never fired (see `schedules`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from moto.events.models import Rule
from moto.utilities.arns import parse_arn

from local_aws.core.instance import current_instance
from local_aws.core.patching import wrap
from local_aws.services.eventbridge import schedules
from local_aws.services.eventbridge.targets import DELIVERIES
from local_aws.services.eventbridge.templates import body_of


def _send(original: Any, rule: Any, original_event: Any, transform_input: bool = True) -> None:
    is_silent = rule.state == "DISABLED" or not rule.event_pattern.get_pattern()
    if is_silent or not rule.event_pattern.matches_event(original_event):
        return
    _deliver(rule, _event(original_event), _iso(original_event["ingestion-time"]))
    _send_elsewhere(original, rule, original_event, transform_input)


def _deliver(rule: Any, event: Mapping[str, Any], ingested: str) -> None:
    variables = _variables(rule, event, ingested)
    for target in list(rule.targets):
        deliver = DELIVERIES.get(_service(target))
        if deliver is not None:
            current_instance().background(deliver, rule, target, body_of(target, event, variables))


def _send_elsewhere(original: Any, rule: Any, message: Any, transform_input: bool) -> None:
    # On a copy without our targets: another thread may be using the rule itself.
    rest = [target for target in rule.targets if _service(target) not in DELIVERIES]
    if rest:
        copy = object.__new__(Rule)
        copy.__dict__.update(rule.__dict__, targets=rest)
        original(copy, message, transform_input)


def _service(target: Mapping[str, Any]) -> str:
    return str(parse_arn(target["Arn"]).service)


def _event(message: Mapping[str, Any]) -> dict[str, Any]:
    event = {name: value for name, value in message.items() if name != "ingestion-time"}
    if isinstance(event["time"], int | float):
        event["time"] = _iso(event["time"])
    return event


def _variables(rule: Any, event: Mapping[str, Any], ingested: str) -> dict[str, Any]:
    return {
        "aws.events.event": {name: value for name, value in event.items() if name != "detail"},
        "aws.events.event.json": event,
        "aws.events.event.ingestion-time": ingested,
        "aws.events.rule-arn": rule.arn,
        "aws.events.rule-name": rule.name,
    }


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@cache
def apply() -> None:
    """Patch moto's rules, once for the process."""
    wrap(Rule, "send_to_targets", _send)
    schedules.apply(lambda rule, event: _deliver(rule, event, event["time"]))
