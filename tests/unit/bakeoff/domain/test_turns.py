from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.errors import TurnNeverCame
from bakeoff.domain.ports import StoredObject
from bakeoff.domain.turns import (
    MAX_WAIT_SECONDS,
    MAX_WAITED_SECONDS,
    Execution,
    TurnTaker,
    ahead_of,
    next_wait,
)
from tests.fakes import FakeExecutions, InMemoryRunStore

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
WAIT = {"turn": "wait", "wait_seconds": 30}


class Queue:
    """Runs that start one second after another, two of which may go on at once."""

    def __init__(self) -> None:
        self.executions = FakeExecutions()
        self.store = InMemoryRunStore()
        self._taker = TurnTaker(self.executions, self.store, max_concurrent=2, poll_seconds=30)

    def start(self, run_id: str, execution_input: Any = None) -> None:
        started = NOON + timedelta(seconds=len(self.executions.inputs))
        self.executions.begin(run_id, execution_input or {}, started)

    def upload(self, run_id: str, key: str) -> StoredObject:
        stored = self.store.put(key, run_id.encode())
        self.start(run_id, {"trigger": {"key": key, "version_id": stored.version_id}})
        return stored

    def plan(self, run_id: str) -> None:
        inputs = [{"key": item.key, "version_id": item.version_id} for item in self.store.list_inputs()]
        self.store.write_json(f"runs/{run_id}/plan.json", {"inputs": inputs})

    def take(self, run_id: str, waited: float = 0) -> dict[str, Any]:
        return self._taker.take(run_id, self.executions.input_of(run_id), waited)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["trigger", "key", "version_id", "algorithms"]), inner, max_size=3)
    ),
)


@given(json_values, json_values)
def test_whatever_the_inputs_hold_every_run_waits_or_has_its_turn(ahead: Any, own: Any) -> None:
    queue = Queue()
    queue.upload("planned", "Inputs/planned.csv")
    queue.plan("planned")
    for run_id, given_input in (("odd", ahead), ("own", own)):
        queue.executions.begin(run_id, given_input, NOON + timedelta(seconds=len(queue.executions.inputs)))

    assert queue.take("odd") == {"turn": "ours"}
    assert queue.take("own") == WAIT


def test_a_run_of_an_impossible_name_serves_nobody_and_stops_nobody() -> None:
    queue = Queue()
    for run_id in ("..", "-rf"):
        queue.start(run_id)
    queue.upload("own", "Inputs/own.csv")

    assert queue.take("own") == WAIT


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def busy(queue: Queue) -> Queue:
    """Two uploads whose runs have planned and go on."""
    for run_id in ("first", "second"):
        queue.upload(run_id, f"Inputs/{run_id}.csv")
        queue.plan(run_id)
    return queue


def test_as_many_runs_as_may_go_on_have_their_turn_at_once(busy: Queue) -> None:
    assert busy.take("first") == busy.take("second") == {"turn": "ours"}


def test_a_later_upload_waits_and_then_has_its_turn(busy: Queue) -> None:
    busy.upload("third", "Inputs/third.csv")
    assert busy.take("third") == WAIT

    busy.executions.end("first")

    assert busy.take("third") == {"turn": "ours"}


def test_an_upload_that_another_run_has_planned_needs_no_run(busy: Queue) -> None:
    for run_id in ("third", "fourth"):
        busy.upload(run_id, f"Inputs/{run_id}.csv")
    busy.executions.end("first")
    assert busy.take("third") == {"turn": "ours"}
    assert busy.take("fourth") == WAIT

    busy.plan("third")

    assert busy.take("fourth") == {"turn": "superseded", "superseded_by": "third"}


def test_an_upload_that_came_before_the_plan_is_served_by_an_earlier_run(queue: Queue) -> None:
    queue.start("first")
    queue.start("second")
    queue.upload("third", "Inputs/third.csv")

    queue.plan("second")

    assert queue.take("third") == {"turn": "superseded", "superseded_by": "second"}


def test_a_replaced_upload_is_served_by_a_plan_of_what_replaced_it(busy: Queue) -> None:
    for run_id in ("third", "fourth"):
        busy.upload(run_id, "Inputs/same.csv")
    busy.executions.end("first")
    busy.plan("third")

    assert busy.take("fourth") == {"turn": "superseded", "superseded_by": "third"}
    busy.upload("fifth", "Inputs/same.csv")
    assert busy.take("fifth") == WAIT
    # The plan holds neither the fourth's revision nor the newest: whether it came before or after is unknown.
    busy.executions.inputs["fourth"]["trigger"]["version_id"] = "unknown"
    assert busy.take("fourth") == WAIT


def test_a_revision_older_than_the_plan_s_is_served_when_the_plan_has_the_newest(busy: Queue) -> None:
    busy.upload("third", "Inputs/same.csv")
    busy.store.put("Inputs/same.csv", b"newer")
    busy.plan("second")

    assert busy.take("third") == {"turn": "superseded", "superseded_by": "second"}


def test_a_run_by_hand_is_never_superseded(busy: Queue) -> None:
    busy.start("by-hand")
    busy.start("of-own-algorithms", {"algorithms": ["knn"], "trigger": busy.executions.inputs["first"]})

    assert busy.take("by-hand") == busy.take("of-own-algorithms") == WAIT


def test_a_run_of_own_algorithms_serves_no_upload(queue: Queue) -> None:
    for run_id in ("knn-only", "another"):
        queue.start(run_id, {"algorithms": ["knn"]})
    queue.upload("third", "Inputs/third.csv")
    queue.plan("knn-only")

    assert queue.take("third") == WAIT


def test_a_run_by_hand_of_the_stack_s_algorithms_serves_uploads(queue: Queue) -> None:
    for run_id in ("by-hand", "another"):
        queue.start(run_id)
    queue.upload("third", "Inputs/third.csv")
    queue.plan("by-hand")

    assert queue.take("third") == {"turn": "superseded", "superseded_by": "by-hand"}


def test_a_listing_that_lacks_the_run_itself_admits_nobody(queue: Queue) -> None:
    queue.upload("first", "Inputs/first.csv")
    queue.executions.end("first")

    assert queue.take("first") == WAIT


def test_a_run_gives_up_after_ten_days(busy: Queue) -> None:
    busy.start("third")

    assert busy.take("third", MAX_WAITED_SECONDS)["turn"] == "wait"
    with pytest.raises(TurnNeverCame, match=r"waited for 10 days: .*MaxConcurrentRuns"):
        busy.take("third", MAX_WAITED_SECONDS + 1)


def test_equal_starts_are_ordered_by_name() -> None:
    runs = [Execution(name, NOON) for name in ("c", "a", "b")]

    assert ahead_of("c", runs) == ["a", "b"]


starts = st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 3), min_size=1, max_size=8)


@given(starts, st.data())
def test_a_place_in_the_queue_only_moves_forward(starts: dict[str, int], data: st.DataObject) -> None:
    runs = [Execution(name, NOON + timedelta(seconds=second)) for name, second in starts.items()]
    me = data.draw(st.sampled_from(runs))
    before = ahead_of(me.run_id, runs)

    # Whoever else ends, and whoever starts later.
    left = [run for run in runs if run is me or data.draw(st.booleans())]
    later = [Execution(f"later-{n}", NOON + timedelta(seconds=4 + n)) for n in range(3)]

    after = ahead_of(me.run_id, data.draw(st.permutations(left + later)))
    assert before is not None and after is not None
    assert set(after) <= set(before)


@given(st.integers(1, MAX_WAIT_SECONDS))
def test_ten_days_of_waiting_are_a_short_history(poll_seconds: int) -> None:
    """Step Functions keeps 25,000 events, and a look and a pause make nine (tests/workflow counts them)."""
    waited, looks = 0.0, 0
    while waited <= MAX_WAITED_SECONDS:
        pause = next_wait(waited, poll_seconds)
        assert poll_seconds <= pause <= max(poll_seconds, MAX_WAIT_SECONDS, waited / 10)
        waited, looks = waited + pause, looks + 1
    assert looks < 600
