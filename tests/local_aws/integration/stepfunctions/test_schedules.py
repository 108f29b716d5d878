"""Rules with a schedule: when they deliver, and what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local_aws.services.eventbridge.schedules import clock

from .conftest import ScriptedFunctions, Workflows
from .test_eventbridge import Inbox


class Scheduled(Inbox):
    def schedule(self, expression: str, state: str = "ENABLED", **target: Any) -> str:
        created = self.events.put_rule(Name=self.name, ScheduleExpression=expression, State=state)
        self.permit(str(created["RuleArn"]))
        self.events.put_targets(Rule=self.name, Targets=[{"Id": "inbox", "Arn": self.arn, **target}])
        return str(created["RuleArn"])


@pytest.fixture
def inbox(workflows: Workflows, functions: ScriptedFunctions) -> Iterator[Scheduled]:
    inbox = Scheduled(workflows, functions)
    yield inbox
    inbox.events.remove_targets(Rule=inbox.name, Ids=["inbox"])
    inbox.events.delete_rule(Name=inbox.name)


def later(**time: float) -> datetime:
    return datetime.now(UTC) + timedelta(**time)


def test_a_rate_delivers_each_time_that_it_is_due(inbox: Scheduled) -> None:
    rule = inbox.schedule("rate(15 minutes)")

    clock.get().look(later(minutes=14))
    assert inbox.is_empty()
    clock.get().look(later(minutes=16))

    event = inbox.take()
    assert (event["detail-type"], event["source"], event["detail"]) == ("Scheduled Event", "aws.events", {})
    assert (event["resources"], event["time"][-1]) == ([rule], "Z")
    clock.get().look(later(minutes=17))
    assert inbox.is_empty()
    clock.get().look(later(minutes=40))
    assert inbox.take()["id"] != event["id"]


def test_the_clock_ticks_by_itself(inbox: Scheduled, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given that a minute is a fifth of a second
    monkeypatch.setattr(
        "local_aws.services.eventbridge.schedules.next_after",
        lambda expression, moment: moment + timedelta(seconds=0.2),
    )

    inbox.schedule("rate(1 minute)", Input='{"from": "the clock"}')

    assert inbox.take() == inbox.take() == {"from": "the clock"}


def test_a_disabled_rule_is_silent(inbox: Scheduled) -> None:
    inbox.schedule("rate(1 minute)", "DISABLED")

    clock.get().look(later(hours=1))

    assert inbox.is_empty()


def test_a_wrong_expression_is_refused(inbox: Scheduled) -> None:
    with pytest.raises(inbox.events.exceptions.ClientError, match="ScheduleExpression is not valid"):
        inbox.schedule("rate(1 minutes)")
    # The fixture takes the rule down.
    inbox.schedule("rate(2 minutes)")
