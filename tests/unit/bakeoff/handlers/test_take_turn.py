from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bakeoff.domain.errors import InvalidEvent
from bakeoff.domain.turns import TurnTaker
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
    taker = TurnTaker(executions, store, settings.max_concurrent_runs, settings.turn_poll_seconds)
    monkeypatch.setattr(loaded.module, "TAKER", taker)
    return loaded


def test_the_only_run_has_its_turn(take_turn: Loaded, event_of: Events, executions: FakeExecutions) -> None:
    event = event_of("TakeTurnFunction")
    executions.begin(RUN_ID, event["input"], datetime.now(UTC))

    assert take_turn(event) == {"turn": "ours"}


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


@pytest.mark.parametrize("wrong", [None, 5, "yesterday"])
def test_a_start_that_is_no_time_is_refused(take_turn: Loaded, event_of: Events, wrong: Any) -> None:
    with pytest.raises(InvalidEvent, match=r"'started_at' is .* must be a time such as"):
        take_turn({**event_of("TakeTurnFunction"), "started_at": wrong})
