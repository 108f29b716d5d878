from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.cleanup.janitor import Janitor, Kind, Resource, Sweep
from bakeoff.domain.errors import AccessDenied, SweepIncomplete
from bakeoff.domain.run.names import resource_name, tuning_name
from bakeoff.domain.run.tags import RUN_TAG, STACK_TAG
from tests.fakes import FakeExecutions, FakeSageMaker

PREFIX, STACK, RUN, OTHER_RUN = "bakeoff-1a2b3c4d", "bakeoff", "data-1", "data-2"
NOW = datetime(2026, 11, 26, tzinfo=UTC)
OLD, YOUNG, LIMIT = NOW - timedelta(hours=2), NOW, NOW - timedelta(hours=1)
HOSTED = (Kind.MODEL, Kind.ENDPOINT_CONFIG, Kind.ENDPOINT)


class World:
    """A stack's SageMaker and Step Functions, and their janitor."""

    def __init__(self) -> None:
        self.sagemaker = FakeSageMaker()
        self.executions = FakeExecutions()
        self.janitor = Janitor(STACK, PREFIX, self.sagemaker, self.sagemaker, self.executions)

    def deploy(
        self,
        run: str = RUN,
        candidate: str = "knn",
        status: str = "InService",
        created: datetime = OLD,
        stack: str = STACK,
    ) -> None:
        for kind in HOSTED:
            self.make(kind, run, candidate, created, stack, status)

    def make(
        self,
        kind: Kind,
        run: str = RUN,
        role: str = "knn",
        created: datetime = OLD,
        stack: str = STACK,
        status: str = "InService",
    ) -> Resource:
        tags = {STACK_TAG: stack, RUN_TAG: run}
        return self.sagemaker.add(kind, resource_name(PREFIX, run, role), tags, created, status)

    def sweep(self, run: str = RUN) -> Sweep:
        return self.janitor.sweep_run(run)


@pytest.fixture
def world() -> World:
    return World()


def test_an_aborted_run_s_endpoint_goes_in_the_first_pass_and_the_rest_in_the_next(world: World) -> None:
    world.deploy()

    first = world.sweep()
    with pytest.raises(SweepIncomplete, match=r"^These have yet to go.*endpoint bakeoff-1a2b3c4d-.*-knn"):
        first.require_complete()
    assert len(first.found) == 3
    passes = [world.sweep() for _ in range(2)]

    assert world.sagemaker.names() == set()
    passes[-1].require_complete()


@pytest.mark.parametrize("status", ["Creating", "Deleting", "Updating"])
def test_an_endpoint_in_transition_is_left_to_a_later_pass(world: World, status: str) -> None:
    world.deploy(status=status)

    with pytest.raises(SweepIncomplete):
        world.sweep().require_complete()

    assert len(world.sagemaker.names(Kind.MODEL, Kind.ENDPOINT_CONFIG)) == 2


@pytest.mark.parametrize("kind", [Kind.TRAINING_JOB, Kind.PROCESSING_JOB])
def test_running_jobs_are_stopped_and_need_no_second_pass(world: World, kind: Kind) -> None:
    job = world.make(kind, role="knn-0-0")

    sweep = world.sweep()

    sweep.require_complete()
    assert (sweep.found, sweep.released, world.sagemaker.stopped) == ([job], [job], [job.name])


def test_a_tuning_job_is_found_by_its_short_name_and_stopped_before_its_training_jobs(world: World) -> None:
    tags = {STACK_TAG: STACK, RUN_TAG: RUN}
    name = f"{tuning_name(PREFIX, RUN, 3)}0"
    for kind, each in ((Kind.TUNING_JOB, name), (Kind.TRAINING_JOB, f"{name}-001-1a2b3c4d")):
        world.sagemaker.add(kind, each, tags, OLD)

    world.sweep().require_complete()

    assert world.sagemaker.stopped == [name, f"{name}-001-1a2b3c4d"]
    assert list(Kind).index(Kind.TUNING_JOB) < list(Kind).index(Kind.TRAINING_JOB)


@pytest.mark.parametrize("kind", [Kind.MODEL, Kind.ENDPOINT_CONFIG])
def test_what_was_made_before_the_endpoint_goes_at_once(world: World, kind: Kind) -> None:
    world.make(kind)

    world.sweep().require_complete()

    assert world.sagemaker.names() == set()


def test_a_clean_run_leaves_nothing_to_do_however_often_it_is_swept(world: World) -> None:
    for _ in range(3):
        sweep = world.sweep()
        sweep.require_complete()
        assert sweep.found == []


def test_other_runs_and_other_stacks_keep_what_they_have(world: World) -> None:
    world.deploy(OTHER_RUN)
    world.deploy(RUN, "of-another-stack", stack="another")
    world.sagemaker.add(Kind.MODEL, f"{PREFIX}-by-hand", {}, OLD)
    before = world.sagemaker.names()

    world.sweep().require_complete()

    assert world.sagemaker.names() == before


def test_a_name_that_is_shared_with_a_stranger_is_left_alone(world: World) -> None:
    world.make(Kind.MODEL)
    world.make(Kind.ENDPOINT, stack="another")

    assert world.sweep().released == []
    assert len(world.sagemaker.names()) == 2


def test_what_a_redriven_run_holds_is_spared_and_looked_at_again(world: World) -> None:
    world.deploy()
    world.executions.begin(RUN, {}, OLD)

    sweep = world.sweep()

    assert sweep.found == []
    assert len(world.sagemaker.names()) == 3
    with pytest.raises(SweepIncomplete):
        sweep.require_complete()


def test_the_schedule_finds_what_any_finished_run_left(world: World) -> None:
    world.deploy(RUN, status="Failed")
    world.deploy(OTHER_RUN)
    world.make(Kind.TRAINING_JOB, OTHER_RUN, "knn-0-0")

    for _ in range(3):
        sweep = world.janitor.sweep_orphans(LIMIT)

    sweep.require_complete()
    assert world.sagemaker.names() == set()


def test_the_schedule_spares_running_runs_and_the_young(world: World) -> None:
    world.executions.begin(RUN, {}, OLD)
    world.deploy(RUN)
    world.deploy(OTHER_RUN, created=YOUNG)
    before = world.sagemaker.names()

    sweep = world.janitor.sweep_orphans(LIMIT)

    sweep.require_complete()
    assert (sweep.found, world.sagemaker.names()) == ([], before)


def test_a_model_waits_for_an_endpoint_that_is_too_young(world: World) -> None:
    world.make(Kind.MODEL, created=OLD)
    world.make(Kind.ENDPOINT, created=YOUNG)

    world.janitor.sweep_orphans(LIMIT).require_complete()

    assert len(world.sagemaker.names()) == 2


def test_what_fails_stops_nothing_else_and_is_told_in_the_end(world: World) -> None:
    world.deploy(candidate="knn")
    world.deploy(candidate="xgboost")
    job = world.make(Kind.TRAINING_JOB, role="knn-0-0")
    broken = resource_name(PREFIX, RUN, "knn")
    world.sagemaker.broken = {name: AccessDenied(f"no to {name}") for name in (broken, job.name)}

    for _ in range(3):
        sweep = world.sweep()

    assert world.sagemaker.names(*HOSTED) == {f"{kind} {broken}" for kind in HOSTED}
    with pytest.raises(AccessDenied, match=f"no to {job.name}") as raised:
        sweep.require_complete()
    assert raised.value.__notes__ == [f"Also: AccessDenied: no to {broken}"]


runs = st.sampled_from([RUN, OTHER_RUN, "data-3"])
things = st.tuples(
    st.sampled_from(list(Kind)),
    runs,
    st.sampled_from(["knn", "xgboost"]),
    st.sampled_from([OLD, YOUNG]),
    st.sampled_from([STACK, "another"]),
    st.sampled_from(["InService", "Failed", "OutOfService"]),
)


@given(st.lists(things, max_size=12), st.sets(runs))
def test_enough_passes_leave_nothing_of_a_finished_run_and_everything_of_all_others(
    made: list[tuple[Kind, str, str, datetime, str, str]], going_on: set[str]
) -> None:
    world = World()
    for run in going_on:
        world.executions.begin(run, {}, OLD)
    mine: dict[str, set[str]] = {}
    for kind, run, role, created, stack, status in made:
        # A name is one run's and one stack's, as the prefix has it.
        mine.setdefault(f"{world.make(kind, run, role + stack, created, stack, status)}", {run}).add(stack)
    kept = {name for name, facts in mine.items() if facts & going_on or "another" in facts}

    for _ in range(3):
        for run in {RUN, OTHER_RUN, "data-3"}:
            world.sweep(run)

    assert world.sagemaker.names() == kept
