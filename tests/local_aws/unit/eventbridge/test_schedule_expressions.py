from __future__ import annotations

from datetime import UTC, datetime

import pytest
from moto.events.exceptions import ValidationException

from local_aws.services.eventbridge.schedules import next_after

THURSDAY = datetime(2026, 11, 26, 10, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        ("rate(1 minute)", "2026-11-26 10:21:30"),
        ("rate(15 minutes)", "2026-11-26 10:35:30"),
        ("rate(2 hours)", "2026-11-26 12:20:30"),
        ("rate(1 day)", "2026-11-27 10:20:30"),
    ],
)
def test_a_rule_is_due_when_eventbridge_says(expression: str, due: str) -> None:
    assert next_after(expression, THURSDAY) == datetime.fromisoformat(due).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "rate(15)",
        "rate(0 minutes)",
        "rate(1 minutes)",
        "rate(2 minute)",
        "rate(5 weeks)",
        "every hour",
    ],
)
def test_what_eventbridge_refuses_is_refused(expression: str) -> None:
    with pytest.raises(ValidationException, match="ScheduleExpression is not valid"):
        next_after(expression, THURSDAY)


def test_a_cron_expression_is_refused_as_not_implemented() -> None:
    with pytest.raises(NotImplementedError, match="cron"):
        next_after("cron(0 8 ? * MON-FRI *)", THURSDAY)
