from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bakeoff.domain.errors import InvalidEvent
from tests.fakes import FakeExecutions, InMemoryRunStore
from tests.handlers import Loaded
from tests.unit.bakeoff.handlers.conftest import Load

Events = Callable[[str], dict[str, Any]]
RUN_ID = "dataset1-0123456789abcdef"


@pytest.fixture
def executions() -> FakeExecutions:
    return FakeExecutions()


@pytest.fixture
def take_turn(
    load: Load, store: InMemoryRunStore, executions: FakeExecutions, monkeypatch: pytest.MonkeyPatch
) -> Loaded:
    loaded = load("TakeTurnFunction")
    settings = loaded.module.SETTINGS
    taker = loaded.module.TAKER
    assert (taker.max_concurrent, taker.poll_seconds) == (
        settings.max_concurrent_runs,
        settings.turn_poll_seconds,
    )
    assert taker.settle_seconds == settings.settle_seconds == 15
    monkeypatch.setattr(loaded.module, "TAKER", replace(taker, executions=executions, store=store))
    return loaded


def test_the_only_run_has_its_turn(take_turn: Loaded, event_of: Events, executions: FakeExecutions) -> None:
    event = event_of("TakeTurnFunction")
    executions.begin(RUN_ID, event["input"], datetime.now(UTC) - timedelta(minutes=1))

    assert take_turn(event) == {"turn": "ours"}


def test_a_new_upload_s_run_waits_for_the_rest(
    take_turn: Loaded, event_of: Events, executions: FakeExecutions
) -> None:
    event = event_of("TakeTurnFunction")
    executions.begin(RUN_ID, event["input"], datetime.now(UTC) + timedelta(seconds=5))

    assert take_turn(event) == {"turn": "unsettled", "wait_seconds": 15}


def test_a_run_waits_a_tenth_of_what_it_has_waited(
    take_turn: Loaded, event_of: Events, executions: FakeExecutions
) -> None:
    event = event_of("TakeTurnFunction")
    started = datetime.now(UTC) - timedelta(hours=1)
    for name in ("a", "b", RUN_ID):
        executions.begin(name, {}, started)

    answer = take_turn({**event, "started_at": started.isoformat()})

    assert answer["turn"] == "wait"
    assert 360 <= answer["wait_seconds"] <= 365


@pytest.mark.parametrize("wrong", [None, 5, "yesterday", "0001-01-01T00:00:00+23:00"])
def test_a_start_that_is_no_time_is_refused(take_turn: Loaded, event_of: Events, wrong: Any) -> None:
    with pytest.raises(InvalidEvent, match=r"'started_at' is .* must be a time such as"):
        take_turn({**event_of("TakeTurnFunction"), "started_at": wrong})
