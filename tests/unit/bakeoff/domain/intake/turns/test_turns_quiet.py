"""A run plans when a burst of uploads is over: all of it is then one run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.intake.turns import MAX_QUIETS, Asking, TurnTaker, seconds_until_quiet
from tests.fakes import FakeExecutions, InMemoryRunStore

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
SETTLE = 15
LONG_AGO = timedelta(days=1)


def left(*ages: float) -> int:
    """Seconds until it is quiet, when uploads are so many seconds old."""
    return seconds_until_quiet([NOON - timedelta(seconds=age) for age in ages], NOON, SETTLE)


def test_nothing_is_waited_for_when_nothing_was_uploaded_lately() -> None:
    assert left() == left(SETTLE) == left(1000, 16, 15.001) == 0


@pytest.mark.parametrize(("newest", "seconds"), [(0, 15), (0.2, 15), (1, 14), (14.5, 1), (14.999, 1)])
def test_the_newest_upload_must_be_old_enough(newest: float, seconds: int) -> None:
    assert left(newest, 100, 200) == left(200, newest) == seconds


@given(st.lists(st.floats(0, SETTLE - 0.01), min_size=1, max_size=100))
def test_a_burst_is_waited_for_only_so_long(gaps: Sequence[float]) -> None:
    """A chain of uploads, each `gap` before the next; the newest is as old as the first gap."""
    ages = [sum(gaps[: n + 1]) for n in range(len(gaps))]

    seconds = left(*ages)

    assert 0 <= seconds <= SETTLE
    if ages[-1] >= MAX_QUIETS * SETTLE:
        assert seconds == 0
    elif ages[-1] <= (MAX_QUIETS - 1) * SETTLE:
        assert seconds > 0


def test_a_steady_stream_starves_nobody() -> None:
    uploads, now, waited = [NOON], NOON, 0
    while seconds := seconds_until_quiet(uploads, now, SETTLE):
        now += timedelta(seconds=seconds)
        waited += seconds
        # Every 5 seconds another upload.
        while uploads[-1] + timedelta(seconds=5) <= now:
            uploads.append(uploads[-1] + timedelta(seconds=5))

    assert waited == MAX_QUIETS * SETTLE


@pytest.mark.parametrize(("ahead", "seconds"), [(0.5, 15), (14.9, 15), (15, 0), (3600, 0)])
def test_a_clock_ahead_of_ours_makes_nobody_wait_for_longer(ahead: float, seconds: int) -> None:
    assert left(-ahead) == seconds


class Burst:
    """Runs that look at a bucket `now`; two may go on at once."""

    def __init__(self, settle_seconds: int = SETTLE) -> None:
        self.now = NOON
        self.executions = FakeExecutions()
        self.store = InMemoryRunStore(now=lambda: self.now)
        self.taker = TurnTaker(self.executions, self.store, 2, 30, settle_seconds)

    def upload(self, run_id: str, took_seconds: float = 0) -> None:
        """An upload in parts is dated by its beginning."""
        end, self.now = self.now, self.now - timedelta(seconds=took_seconds)
        stored = self.store.put(f"Inputs/{run_id}.csv", run_id.encode())
        self.now = end
        self.start(run_id, {"trigger": {"key": stored.key, "version_id": stored.version_id}})

    def start(self, run_id: str, execution_input: Any) -> None:
        self.executions.begin(run_id, execution_input, self.now)

    def take(self, run_id: str, later: float) -> tuple[str, int]:
        self.now += timedelta(seconds=later)
        started = self.executions.going_on[run_id]
        answer = self.taker.take(Asking(run_id, self.executions.inputs[run_id], started, self.now))
        return answer["turn"], answer.get("wait_seconds", 0)


def test_a_run_waits_for_the_rest_of_its_burst() -> None:
    burst = Burst()
    burst.upload("first")
    assert burst.take("first", 1) == ("unsettled", 14)

    # Its event has not come yet, but S3 has it.
    burst.now += timedelta(seconds=4)
    burst.store.put("Inputs/second.csv", b"second")

    assert burst.take("first", 10) == ("unsettled", 5)
    assert burst.take("first", 5) == ("ours", 0)


def test_an_upload_in_parts_counts_from_its_end() -> None:
    burst = Burst()
    burst.upload("first", took_seconds=120)

    assert burst.take("first", 1) == ("unsettled", 14)
    burst.upload("second", took_seconds=120)
    assert burst.take("first", 14) == ("unsettled", 1)
    assert burst.take("first", 1) == ("ours", 0)


def test_a_run_that_waited_long_for_its_place_waits_for_a_burst_all_the_same() -> None:
    burst = Burst()
    for run_id in ("one", "two"):
        burst.start(run_id, {})
    burst.upload("waiting")
    burst.now += timedelta(hours=5)
    burst.store.put("Inputs/new.csv", b"new")
    for run_id in ("one", "two"):
        burst.executions.end(run_id)

    assert burst.take("waiting", 1) == ("unsettled", 14)


@pytest.mark.parametrize("own", [{}, {"algorithms": ["knn"]}])
def test_a_run_by_hand_waits_for_uploads_only(own: Any) -> None:
    burst = Burst()
    burst.store.put("Inputs/old.csv", b"old")
    burst.now += timedelta(seconds=SETTLE)
    burst.start("by-hand", own)
    assert burst.take("by-hand", 0) == ("ours", 0)

    burst.store.put("Inputs/new.csv", b"new")
    assert burst.take("by-hand", 1) == ("unsettled", 14)


def test_another_data_set_s_burst_is_not_waited_for() -> None:
    burst = Burst()
    burst.store.put("Inputs/cars/bakeoff.yaml", b"")
    burst.now += timedelta(seconds=100 * SETTLE)
    burst.upload("houses")
    burst.upload("cars/first")

    assert burst.take("houses", 1) == ("unsettled", 14)
    burst.now += timedelta(seconds=10)
    burst.upload("cars/second")
    assert burst.take("houses", 4) == ("ours", 0)
    assert burst.take("cars/first", 0) == ("unsettled", 11)


def test_a_run_that_nothing_is_known_of_yet_may_be_of_any_data_set() -> None:
    burst = Burst()
    burst.store.put("Inputs/cars/bakeoff.yaml", b"")
    burst.now += timedelta(seconds=100 * SETTLE)
    burst.upload("houses")
    burst.now += timedelta(seconds=10)
    burst.start("new", {"trigger": {"key": "Inputs/cars/large.csv", "version_id": "v1"}})
    burst.executions.known = lambda run_id: None  # type: ignore[method-assign]

    assert burst.take("houses", 4) == ("unsettled", 11)


def test_zero_switches_it_off() -> None:
    burst = Burst(settle_seconds=0)
    burst.upload("first")

    assert burst.take("first", 0) == ("ours", 0)


def test_only_who_has_a_place_and_nobody_to_wait_for_settles() -> None:
    burst = Burst()
    for run_id in ("first", "second", "third"):
        burst.upload(run_id)

    assert [burst.take(run_id, 0)[0] for run_id in ("first", "second", "third")] == [
        "unsettled",
        "unplanned",
        "wait",
    ]
