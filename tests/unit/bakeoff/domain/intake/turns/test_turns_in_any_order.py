"""Whatever the order of uploads, events, looks and ends: no accepted upload is lost, none counts twice.

A model of the whole: a bucket, S3's events (repeated, late, in any order), Step Functions' listing (late as
well), and runs that look for their turn, plan, end well or badly, before and after their plan. The rules are
the real ones. How many runs plan is counted in test_turns_bursts.py.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from bakeoff.domain.collecting import ErrorCollector
from bakeoff.domain.intake.data_sets import DataSets
from bakeoff.domain.intake.settings_file import is_settings_file
from bakeoff.domain.intake.turns import Asking, Execution, TurnTaker
from bakeoff.domain.intake.uploads import Upload, start_runs
from tests.fakes import FakeExecutions, FakeStarter, InMemoryRunStore

BUCKET = "data-bucket"
MORNING = datetime(2026, 11, 26, tzinfo=UTC)
keys = st.sampled_from(
    [
        *(f"Inputs/{name}.csv" for name in "abc"),
        "Inputs/bakeoff.yaml",
        "Inputs/cars/a.csv",
        "Inputs/cars/bakeoff.yaml",
    ]
)


class DelayedListing(FakeExecutions):
    """Answers from a moment in the past while `delayed`, as an eventually consistent listing may."""

    def __init__(self) -> None:
        super().__init__()
        self.delayed = False
        self._seen: list[Execution] = []

    def running(self) -> list[Execution]:
        if not self.delayed:
            self._seen = super().running()
        return self._seen


class Comparisons(RuleBasedStateMachine):
    events = Bundle("events")

    @initialize(most=st.integers(1, 2), settle_seconds=st.sampled_from([0, 15]))
    def deploy(self, most: int, settle_seconds: int) -> None:
        self.most = most
        self.now = MORNING
        self.store = InMemoryRunStore(BUCKET, now=lambda: self.now)
        self.starter = FakeStarter()
        self.listing = DelayedListing()
        self.taker = TurnTaker(self.listing, self.store, most, 30, settle_seconds)
        self.uploads: list[Upload] = []
        self.waiting: list[str] = []
        self.admitted: list[str] = []
        self.planned: dict[str, list[tuple[str, str]]] = {}
        self.superseded: dict[str, str] = {}
        self.stopped: set[str] = set()
        self.was_delayed = False

    # ------------------------------------------------------------ what happens outside
    @rule(target=events, key=keys)
    def upload(self, key: str) -> Upload:
        """New data, or newer data of the same key."""
        stored = self.store.put(key, f"{len(self.uploads)}".encode())
        made = Upload(BUCKET, key, stored.bytes, stored.version_id, sequencer=f"{len(self.uploads):04x}")
        self.uploads.append(made)
        return made

    @rule(event=events, times=st.integers(1, 3))
    def deliver(self, event: Upload, times: int) -> None:
        """At least once, in any order; Step Functions takes a name only once."""
        outcome = start_runs(self.starter, [event] * times, ErrorCollector())
        for run_id in outcome["started"]:
            self.begin(run_id, self.starter.inputs[run_id])
        assert len(outcome["started"]) <= 1

    @rule(given=st.sampled_from([{"target": "price"}, {"dataset": "cars"}, {}]))
    def start_by_hand(self, given: dict[str, str]) -> None:
        self.begin(f"by-hand-{len(self.listing.inputs)}", given)

    def begin(self, run_id: str, execution_input: object) -> None:
        # No two at once, which are ordered by name (test_turns.py).
        self.now += timedelta(milliseconds=1)
        self.listing.begin(run_id, execution_input, self.now)
        self.waiting.append(run_id)

    @rule(seconds=st.integers(1, 20))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(delayed=st.booleans())
    def delay_the_listing(self, delayed: bool) -> None:
        self.listing.delayed = delayed
        self.was_delayed = self.was_delayed or delayed

    # ------------------------------------------------------------ what runs do
    @rule(data=st.data())
    def look(self, data: st.DataObject) -> None:
        if self.waiting:
            self.take_turn(data.draw(st.sampled_from(self.waiting)))

    @rule()
    def everybody_looks(self) -> None:
        for run_id in list(self.waiting):
            self.take_turn(run_id)

    def take_turn(self, run_id: str) -> None:
        asking = Asking(run_id, self.listing.inputs[run_id], self.listing.going_on[run_id], self.now)
        answer = self.taker.take(asking)
        if "wait_seconds" in answer:
            return
        self.waiting.remove(run_id)
        if answer["turn"] == "ours":
            self.admitted.append(run_id)
        else:
            assert answer["superseded_by"] not in self.listing.failed
            self.superseded[run_id] = answer["superseded_by"]
            self.listing.end(run_id)

    @rule(data=st.data())
    def plan(self, data: st.DataObject) -> None:
        if unplanned := [run_id for run_id in self.admitted if run_id not in self.planned]:
            self.plan_of(data.draw(st.sampled_from(unplanned)))

    def plan_of(self, run_id: str) -> None:
        listed = self.store.list_inputs()
        sets = DataSets.among(item.key for item in listed)
        members = sets.members(sets.of_run(self.listing.inputs[run_id]), listed)
        self.planned[run_id] = [(item.key, item.version_id) for item in members]
        files = [asdict(item) for item in members if is_settings_file(item.key)]
        plan = {
            "inputs": [asdict(item) for item in members if not is_settings_file(item.key)],
            "settings_file": files[0] if files else None,
        }
        assert len(files) <= 1
        self.store.write_json(f"runs/{run_id}/plan.json", plan)

    @rule(data=st.data(), well=st.booleans())
    def end(self, data: st.DataObject, well: bool) -> None:
        """Well or badly, after its plan."""
        if ended := [run_id for run_id in self.admitted if run_id in self.planned]:
            self.end_of(data.draw(st.sampled_from(ended)), well)

    @rule(data=st.data())
    def stop(self, data: st.DataObject) -> None:
        """Before its plan: its uploads are then owed to the next one."""
        if unplanned := [*self.waiting, *(run_id for run_id in self.admitted if run_id not in self.planned)]:
            run_id = data.draw(st.sampled_from(unplanned))
            self.stopped.add(run_id)
            if run_id in self.waiting:
                self.waiting.remove(run_id)
                self.listing.end(run_id, well=False)
            else:
                self.end_of(run_id, well=False)

    def end_of(self, run_id: str, well: bool) -> None:
        self.admitted.remove(run_id)
        self.listing.end(run_id, well=well)

    # ------------------------------------------------------------ what is promised
    @invariant()
    def no_more_runs_go_on_than_may(self) -> None:
        # A delayed listing may hide a run for a moment: docs/adr/0016 says what follows.
        assert self.was_delayed or len(self.admitted) <= self.most

    @invariant()
    def no_plan_counts_an_object_twice(self) -> None:
        for planned in self.planned.values():
            assert len({key for key, _ in planned}) == len(planned)

    @invariant()
    def whoever_is_superseded_has_its_data_in_that_very_plan(self) -> None:
        for run_id, by in self.superseded.items():
            trigger = self.listing.inputs[run_id]["trigger"]
            version = dict(self.planned[by])[trigger["key"]]
            assert _number(version) >= _number(trigger["version_id"])
            assert "target" not in self.listing.inputs[by]

    def teardown(self) -> None:
        """Every event arrives, every run ends: every upload is in a plan, or a newer one of its key is."""
        self.listing.delayed = False
        for event in self.uploads:
            self.deliver(event, 1)
        while self.waiting or self.admitted:
            self.now += timedelta(seconds=1)
            for run_id in list(self.waiting):
                self.take_turn(run_id)
            for run_id in list(self.admitted):
                if run_id not in self.planned:
                    self.plan_of(run_id)
                self.end_of(run_id, well=True)
        for upload in self.uploads:
            if upload.run_id in self.stopped:
                # Whoever stops a run asks for no other; its data are in the next one.
                continue
            own, by = upload.run_id, self.superseded.get(upload.run_id)
            version = dict(self.planned[by or own])[upload.key]
            assert _number(version) >= _number(upload.version_id)


def _number(version_id: str) -> int:
    return int(version_id.removeprefix("version-"))


Comparisons.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestComparisons = Comparisons.TestCase
