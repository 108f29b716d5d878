"""Rules with a rate deliver when they are due; moto 5.2.5 stores the expression and no more.

Rates count from the rule's creation. Cron expressions are not implemented, and refused.
Source: "Schedule types in EventBridge".
"""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from moto.events.exceptions import ValidationException
from moto.events.models import EventsBackend, events_backends

from local_aws.core.instance import Instance
from local_aws.core.patching import wrap
from local_aws.core.per_instance import PerInstance

Deliver = Callable[[Any, dict[str, Any]], None]
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)(s?)\)")
_TICK_SECONDS = 1.0


def next_after(expression: str, moment: datetime) -> datetime:
    """When a rule is due next. Raises ValidationException for an expression that EventBridge refuses."""
    if expression.startswith("cron("):
        raise NotImplementedError("schedules by cron expressions")
    if rate := _RATE.fullmatch(expression):
        count, unit, plural = int(rate[1]), rate[2], bool(rate[3])
        if count and plural == (count > 1):
            return moment + timedelta(**{f"{unit}s": count})
    raise ValidationException("Parameter ScheduleExpression is not valid.")


class Clock:
    """Looks every second which rules are due, once an instance has a rule with a schedule."""

    def __init__(self, instance: Instance) -> None:
        self._site = instance
        self._due: dict[tuple[str, str], datetime] = {}
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._deliver: Deliver
        self._started = False

    def start(self, deliver: Deliver) -> None:
        """Start ticking; again does nothing."""
        with self._lock:
            if not self._started:
                self._deliver, self._started = deliver, True
                self._site.on_close(self._stopped.set)
                self._site.threads.start(self._tick, name="eventbridge-schedules")

    def look(self, now: datetime) -> None:
        """Deliver every rule that is due at `now`; a test need not wait for a real clock."""
        for rule in self._take_due(now):
            self._deliver(rule, scheduled_event(rule, now))

    def _take_due(self, now: datetime) -> list[Any]:
        rules = {(rule.arn, rule.scheduled_expression): rule for rule in self._scheduled()}
        with self._lock:
            # A rule that is new is due later; one that is gone is forgotten.
            due = {key for key in rules if key in self._due and now >= self._due[key]}
            self._due = {
                key: self._due[key] if key in self._due and key not in due else next_after(key[1], now)
                for key in rules
            }
        return [rules[key] for key in due]

    def _scheduled(self) -> Iterator[Any]:
        buses = events_backends[self._site.account_id][self._site.region].event_buses
        for rule in [rule for bus in list(buses.values()) for rule in list(bus.rules.values())]:
            if rule.scheduled_expression and rule.state == "ENABLED":
                yield rule

    def _tick(self) -> None:
        while not self._stopped.wait(_TICK_SECONDS):
            self.look(datetime.now(UTC))


def scheduled_event(rule: Any, now: datetime) -> dict[str, Any]:
    """What EventBridge sends when a rule's time has come."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": rule.account_id,
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": rule.region_name,
        "resources": [rule.arn],
        "detail": {},
    }


clock = PerInstance(Clock)


def apply(deliver: Deliver) -> None:
    """Have `deliver` called with each rule that is due and its event."""
    wrap(EventsBackend, "put_rule", partial(_put_rule, deliver))


def _put_rule(deliver: Deliver, original: Any, self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    expression = kwargs.get("scheduled_expression")
    if expression:
        next_after(expression, datetime.now(UTC))
    rule = original(self, name, *args, **kwargs)
    if expression:
        clock.get().start(deliver)
        clock.get().look(datetime.now(UTC))
    return rule
