from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.errors import TurnNeverCame
from bakeoff.domain.intake.data_sets import DataSets
from bakeoff.domain.intake.settings_file import SETTINGS_KEY, is_settings_file
from bakeoff.domain.intake.turns import (
    MAX_WAIT_SECONDS,
    MAX_WAITED_SECONDS,
    Asking,
    Execution,
    KnownRun,
    TurnTaker,
    ahead_of,
    has_own_settings,
    next_wait,
)
from bakeoff.domain.ports import StoredObject
from tests.fakes import FakeExecutions, InMemoryRunStore

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
OURS = {"turn": "ours"}
TARGET = {"target": {"name": "price"}}


class Queue:
    """Runs that start one second after another, two of which may go on at once; a minute later, they ask."""

    def __init__(self) -> None:
        self.executions = FakeExecutions()
        self.store = InMemoryRunStore()
        self._taker = TurnTaker(
            self.executions, self.store, max_concurrent=2, poll_seconds=30, settle_seconds=0
        )

    def start(self, run_id: str, execution_input: Any = None) -> None:
        started = NOON + timedelta(seconds=len(self.executions.inputs))
        self.executions.begin(run_id, {} if execution_input is None else execution_input, started)

    def upload(self, run_id: str, key: str) -> StoredObject:
        stored = self.store.put(key, run_id.encode())
        self.start(run_id, {"trigger": {"key": key, "version_id": stored.version_id}})
        return stored

    def plan(self, run_id: str) -> None:
        stored = self.store.list_inputs()
        sets = DataSets.among(item.key for item in stored)
        members = sets.members(sets.of_run(self.executions.inputs[run_id]), stored)
        listed = [{"key": item.key, "version_id": item.version_id} for item in members]
        inputs = [item for item in listed if not is_settings_file(item["key"])]
        file = next((item for item in listed if is_settings_file(item["key"])), None)
        self.store.write_json(f"runs/{run_id}/plan.json", {"inputs": inputs, "settings_file": file})

    def answer(self, run_id: str, waited: float = 60) -> dict[str, Any]:
        given_input = self.executions.inputs[run_id]
        return self._taker.take(Asking(run_id, given_input, NOON, NOON + timedelta(seconds=waited)))

    def take(self, run_id: str) -> str:
        """Whose turn it is, or who has the upload."""
        answer = self.answer(run_id)
        return str(answer.get("superseded_by", answer["turn"]))


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
    queue.start("odd", ahead)
    queue.start("own", own)

    assert queue.take("odd") == "ours"
    assert queue.take("own") == "wait"


@pytest.mark.parametrize("name", ["..", "-rf"])
def test_a_run_of_an_impossible_name_serves_nobody_and_stops_nobody(queue: Queue, name: str) -> None:
    queue.start(name)
    queue.upload("own", "Inputs/own.csv")

    assert queue.take("own") == "ours"


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
    assert busy.take("first") == busy.take("second") == "ours"


def test_a_later_upload_waits_and_then_has_its_turn(busy: Queue) -> None:
    busy.upload("third", "Inputs/third.csv")
    assert busy.take("third") == "wait"

    busy.executions.end("first")

    assert busy.take("third") == "ours"


def test_an_upload_that_another_run_has_planned_needs_no_run(busy: Queue) -> None:
    for run_id in ("third", "fourth"):
        busy.upload(run_id, f"Inputs/{run_id}.csv")
    busy.executions.end("first")
    assert busy.take("third") == "ours"
    assert busy.take("fourth") == "wait"

    busy.plan("third")

    assert busy.take("fourth") == "third"


def test_a_free_place_is_not_taken_for_an_upload_that_an_earlier_run_has_planned(queue: Queue) -> None:
    for run_id in ("first", "second"):
        queue.upload(run_id, f"Inputs/{run_id}.csv")
    queue.plan("first")

    assert queue.take("second") == "first"


# ------------------------------------------------------------------ an earlier run's plan is waited for
@pytest.fixture
def pair(queue: Queue) -> Queue:
    """Two uploads of one command: the first run has a place, and has not planned yet."""
    for run_id in ("first", "second"):
        queue.upload(run_id, f"Inputs/{run_id}.csv")
    return queue


def test_a_run_waits_for_the_plan_of_an_earlier_one_although_a_place_is_free(pair: Queue) -> None:
    assert (pair.take("first"), pair.take("second")) == ("ours", "unplanned")


@pytest.mark.parametrize("well", [True, False])
def test_a_run_whose_predecessor_ends_without_a_plan_has_its_turn(pair: Queue, well: bool) -> None:
    pair.executions.end("first", well=well)

    assert pair.take("second") == "ours"


def test_a_run_whose_predecessor_planned_without_its_upload_has_its_turn(queue: Queue) -> None:
    queue.upload("first", "Inputs/first.csv")
    queue.plan("first")
    queue.upload("second", "Inputs/second.csv")

    assert queue.take("second") == "ours"


@pytest.mark.parametrize("own", [{"algorithms": ["knn"]}, TARGET, "no object"])
def test_nobody_waits_for_the_plan_of_a_run_with_own_settings(queue: Queue, own: Any) -> None:
    queue.start("own", own)
    queue.upload("second", "Inputs/second.csv")

    assert queue.take("second") == "ours"


@pytest.mark.parametrize("own", [{"algorithms": ["knn"]}, TARGET, {}, {"Comment": "again"}])
def test_a_run_by_hand_waits_for_nobody_s_plan(queue: Queue, own: Any) -> None:
    queue.upload("first", "Inputs/first.csv")
    queue.start("by-hand", own)

    assert queue.take("by-hand") == "ours"


def test_a_run_that_nothing_is_known_of_yet_is_waited_for_but_serves_nobody(pair: Queue) -> None:
    known = pair.executions.known
    pair.executions.known = lambda run_id: None  # type: ignore[method-assign]
    assert pair.take("second") == "unplanned"

    pair.plan("first")
    assert pair.take("second") == "ours"

    pair.executions.known = known  # type: ignore[method-assign]
    assert pair.take("second") == "first"


def test_a_plan_of_a_run_that_has_failed_serves_nobody_whatever_the_listing_says(pair: Queue) -> None:
    pair.plan("first")
    pair.executions.failed.add("first")

    assert pair.take("second") == "ours"


# ------------------------------------------------------------------ settings are uploads, too
def test_settings_and_data_of_one_burst_are_served_by_one_run(queue: Queue) -> None:
    queue.upload("data", "Inputs/first.csv")
    queue.upload("settings", SETTINGS_KEY)
    assert queue.take("settings") == "unplanned"

    queue.plan("data")

    assert queue.take("settings") == "data"


def test_newer_settings_are_not_served_by_a_plan_with_older_ones(queue: Queue) -> None:
    queue.upload("older", SETTINGS_KEY)
    queue.upload("data", "Inputs/first.csv")
    queue.plan("older")
    queue.upload("newer", SETTINGS_KEY)

    assert queue.take("data") == "older"
    queue.executions.end("data")

    assert queue.take("newer") == "ours"


def test_replaced_settings_are_served_by_the_plan_that_has_the_newest(queue: Queue) -> None:
    queue.upload("first", "Inputs/first.csv")
    queue.upload("replaced", SETTINGS_KEY)
    queue.store.put(SETTINGS_KEY, b"target: area")
    queue.plan("first")

    assert queue.take("replaced") == "first"


def test_a_plan_of_an_earlier_release_serves_no_settings(queue: Queue) -> None:
    queue.upload("first", "Inputs/first.csv")
    queue.store.write_json("runs/first/plan.json", {"inputs": []})
    queue.upload("settings", SETTINGS_KEY)

    assert queue.take("settings") == "ours"


# ------------------------------------------------------------------ data sets side by side
@pytest.fixture
def sets(queue: Queue) -> Queue:
    """A folder of its own for cars; what else is uploaded is the default data set."""
    queue.store.put("Inputs/cars/bakeoff.yaml", b"")
    return queue


def test_a_run_does_not_wait_for_the_plan_of_another_data_set(sets: Queue) -> None:
    sets.upload("houses", "Inputs/first.csv")
    sets.upload("cars", "Inputs/cars/2026/second.csv")

    assert (sets.take("houses"), sets.take("cars")) == ("ours", "ours")


def test_a_run_waits_for_the_plan_of_its_own_data_set_wherever_in_it_the_upload_lies(sets: Queue) -> None:
    sets.upload("first", "Inputs/cars/2026/second.csv")
    sets.upload("second", "Inputs/cars/third.csv")
    assert sets.take("second") == "unplanned"

    sets.plan("first")

    assert sets.take("second") == "first"


def test_a_plan_of_another_data_set_serves_nobody(sets: Queue) -> None:
    sets.upload("houses", "Inputs/first.csv")
    sets.upload("cars", "Inputs/cars/second.csv")
    sets.plan("houses")

    assert sets.take("cars") == "ours"


def test_a_run_by_hand_on_a_data_set_serves_its_uploads(sets: Queue) -> None:
    sets.start("by-hand", {"dataset": "cars"})
    sets.upload("cars", "Inputs/cars/second.csv")
    assert sets.take("cars") == "unplanned"

    sets.plan("by-hand")

    assert sets.take("cars") == "by-hand"


def test_a_run_of_the_default_data_set_does_not_wait_for_one_by_hand_on_another(sets: Queue) -> None:
    sets.start("by-hand", {"dataset": "cars"})
    sets.upload("houses", "Inputs/first.csv")

    assert sets.take("houses") == "ours"


def test_a_folder_that_becomes_a_data_set_is_planned_with_the_settings(queue: Queue) -> None:
    queue.upload("data", "Inputs/cars/first.csv")
    queue.upload("settings", "Inputs/cars/bakeoff.yaml")
    assert queue.take("settings") == "unplanned"

    queue.plan("data")

    assert queue.take("settings") == "data"


# ------------------------------------------------------------------ a run that has just ended
@pytest.mark.parametrize(("well", "turn"), [(True, "first"), (False, "ours")])
def test_a_late_event_s_upload_is_served_by_a_run_that_ended_well(pair: Queue, well: bool, turn: str) -> None:
    pair.plan("first")
    pair.executions.end("first", well=well)

    assert pair.take("second") == turn


def test_a_run_that_ended_well_without_the_upload_or_with_own_settings_serves_nobody(queue: Queue) -> None:
    queue.upload("first", "Inputs/first.csv")
    queue.plan("first")
    queue.upload("second", "Inputs/second.csv")
    queue.start("knn-only", {"algorithms": ["knn"]})
    queue.plan("knn-only")
    for ended in ("first", "knn-only"):
        queue.executions.end(ended)

    assert queue.take("second") == "ours"


def test_a_run_by_hand_is_carried_out_although_its_data_were_compared(busy: Queue) -> None:
    for ended in ("first", "second"):
        busy.executions.end(ended)
    busy.start("by-hand")

    assert busy.take("by-hand") == "ours"


# ------------------------------------------------------------------ revisions
def test_an_upload_that_came_before_the_plan_is_served_by_an_earlier_run(queue: Queue) -> None:
    queue.start("first")
    queue.start("second")
    queue.upload("third", "Inputs/third.csv")

    queue.plan("second")

    assert queue.take("third") == "second"


def test_a_replaced_upload_is_served_by_a_plan_of_what_replaced_it(busy: Queue) -> None:
    for run_id in ("third", "fourth"):
        busy.upload(run_id, "Inputs/same.csv")
    busy.executions.end("first")
    busy.plan("third")

    assert busy.take("fourth") == "third"
    busy.upload("fifth", "Inputs/same.csv")
    assert busy.take("fifth") == "wait"
    # The plan holds neither the fourth's revision nor the newest: whether it came before or after is unknown.
    busy.executions.inputs["fourth"]["trigger"]["version_id"] = "unknown"
    assert busy.take("fourth") == "wait"


def test_a_revision_older_than_the_plan_s_is_served_when_the_plan_has_the_newest(busy: Queue) -> None:
    busy.upload("third", "Inputs/same.csv")
    busy.store.put("Inputs/same.csv", b"newer")
    busy.plan("second")

    assert busy.take("third") == "second"


# ------------------------------------------------------------------ who serves and is served
def test_a_run_by_hand_is_never_superseded(busy: Queue) -> None:
    busy.start("by-hand")
    busy.start("of-own-algorithms", {"algorithms": ["knn"], "trigger": busy.executions.inputs["first"]})

    assert busy.take("by-hand") == busy.take("of-own-algorithms") == "wait"


@pytest.mark.parametrize("own", [{"algorithms": ["knn"]}, TARGET])
def test_a_run_of_own_settings_serves_no_upload(queue: Queue, own: Any) -> None:
    for run_id in ("knn-only", "another"):
        queue.start(run_id, own)
    queue.upload("third", "Inputs/third.csv")
    queue.plan("knn-only")

    assert queue.take("third") == "wait"


def test_a_run_by_hand_of_the_stack_s_settings_serves_uploads(queue: Queue) -> None:
    for run_id in ("by-hand", "another"):
        queue.start(run_id)
    queue.upload("third", "Inputs/third.csv")
    queue.plan("by-hand")

    assert queue.take("third") == "by-hand"


@given(st.dictionaries(st.text(max_size=5), st.none(), max_size=3), st.booleans())
def test_whatever_step_functions_and_start_run_do_not_put_in_is_a_setting_of_one_s_own(
    more: dict[str, None], started: bool
) -> None:
    usual = (
        {"trigger": {}, "Comment": "x", "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": "y"} if started else {}
    )

    assert has_own_settings(usual | more) == bool(more.keys() - usual.keys())


@pytest.mark.parametrize(
    ("known", "serves"),
    [
        (KnownRun({}, has_failed=False), True),
        (KnownRun({}, has_failed=True), False),
        (KnownRun(TARGET, has_failed=False), False),
        (KnownRun(None, has_failed=False), False),
    ],
)
def test_only_a_run_of_the_stack_s_settings_that_has_not_failed_serves(known: KnownRun, serves: bool) -> None:
    assert known.serves_uploads is serves


# ------------------------------------------------------------------ the queue
def test_a_listing_that_lacks_the_run_itself_admits_nobody(queue: Queue) -> None:
    queue.upload("first", "Inputs/first.csv")
    queue.executions.end("first")

    assert queue.take("first") == "wait"


def wait_for_turn(busy: Queue) -> None:
    busy.start("waiting")


def wait_for_plan(busy: Queue) -> None:
    busy.executions.end("second")
    busy.start("unplanned")
    busy.executions.end("first")
    busy.upload("waiting", "Inputs/waiting.csv")


@pytest.mark.parametrize("wait", [wait_for_turn, wait_for_plan])
def test_a_run_gives_up_after_ten_days(busy: Queue, wait: Callable[[Queue], None]) -> None:
    wait(busy)

    assert busy.answer("waiting", MAX_WAITED_SECONDS)["wait_seconds"] == MAX_WAIT_SECONDS
    with pytest.raises(TurnNeverCame, match=r"waited for 10 days: .*MaxConcurrentRuns"):
        busy.answer("waiting", MAX_WAITED_SECONDS + 1)


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


# ------------------------------------------------------------------ pauses
@given(st.integers(1, MAX_WAIT_SECONDS), st.integers(0, 1000))
def test_ten_days_of_waiting_are_a_short_history(poll_seconds: int, ahead: int) -> None:
    """Step Functions keeps 25,000 events, and a look and a pause make nine (tests/workflow counts them)."""
    waited, looks = 0.0, 0
    while waited <= MAX_WAITED_SECONDS:
        pause = next_wait(waited, poll_seconds, ahead)
        assert 1 <= pause <= max(poll_seconds, MAX_WAIT_SECONDS, waited / 10)
        waited, looks = waited + pause, looks + 1
    assert looks < 600


def test_the_first_looks_come_soon() -> None:
    waited = 0
    pauses: list[int] = []
    while not pauses or pauses[-1] < 30:
        pauses.append(next_wait(waited, poll_seconds=30, ahead=1))
        waited += pauses[-1]

    assert pauses == [2, 2, 2, 3, 4, 6, 9, 14, 21, 30]


@pytest.mark.parametrize("runs", [20, 100, 1000])
def test_a_burst_s_runs_together_ask_a_few_times_a_second(runs: int) -> None:
    a_second = sum(1 / next_wait(0, 30, ahead) for ahead in range(1, runs))

    assert a_second < 4 + runs / 30
