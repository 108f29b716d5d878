"""What was measured of a run becomes what AWS bills of it, at least and at most."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bakeoff.domain.cost.measured import Deployed, Execution, Job, Step, StepKind
from bakeoff.domain.cost.prices import Item, Kind
from bakeoff.domain.cost.receipt import Spent
from bakeoff.domain.cost.spending import spent_of
from tests.template import WORKFLOW, states_of
from tests.unit.bakeoff.domain.cost.runs import LARGE, XLARGE

START = datetime(2026, 11, 30, 9, tzinfo=UTC)
NOW = START + timedelta(hours=2)
XGBOOST = Deployed("bakeoff-1-xgboost", LARGE)
IN, BEGUN, ENDED = StepKind.ENTERED, StepKind.BEGUN, StepKind.ENDED


def step(seconds: float, kind: StepKind, state: str) -> Step:
    return Step(START + timedelta(seconds=seconds), kind, state)


def task(state: str, begin: float, end: float) -> list[Step]:
    return [step(begin, IN, state), step(begin, BEGUN, state), step(end, ENDED, state)]


HOSTED = [
    step(0, IN, "Take candidate"),
    *task("Create endpoint", 100, 101),
    step(101, IN, "Await endpoint"),
    *task("Check endpoint", 101, 102),
    *task("Check endpoint", 132, 133),
    *task("Score candidate", 133, 153.2),
    step(154, IN, "Clean up"),
    *task("Release resources", 154, 155),
    *task("Release resources", 185, 186.5),
    step(186.5, IN, "Candidate done"),
]


def only(spent: list[Spent], kind: Kind, name: str | None = None) -> Spent:
    [found] = [each for each in spent if each.item.kind is kind and name in (None, each.name)]
    return found


def spent(*executions: Execution, jobs: tuple[Job, ...] = ()) -> list[Spent]:
    return spent_of(jobs, executions, NOW)


def test_the_states_of_these_histories_are_the_workflow_s() -> None:
    assert {*(each.state for each in HOSTED), "Resources left behind"} <= dict(states_of(WORKFLOW)).keys()


def test_a_job_and_its_disks_are_billed_as_long_as_each_other() -> None:
    job = Job(Kind.PROCESSING, "prepare-0", XLARGE, 2, 30, Decimal(180), Decimal(240), "its times")
    found = spent(jobs=(job,))
    assert found == [
        Spent(
            Item(Kind.PROCESSING, XLARGE), Decimal(180), Decimal(240), "its times", Decimal(2), "prepare-0"
        ),
        Spent(
            Item(Kind.PROCESSING_DISK),
            Decimal(180),
            Decimal(240),
            "as long as the instances",
            Decimal(60),
            "prepare-0",
        ),
    ]


def test_an_instance_with_disks_of_its_own_may_be_billed_for_none() -> None:
    job = Job(Kind.TRAINING, "x", "ml.m5d.large", 1, 30, Decimal(90), Decimal(90), "", own_disks=True)
    assert only(spent(jobs=(job,)), Kind.TRAINING_DISK).low == 0


def test_an_endpoint_costs_from_in_service_to_deletion_or_from_creation_until_it_is_gone() -> None:
    endpoint = only(spent(Execution(HOSTED, XGBOOST)), Kind.HOSTING)
    assert endpoint.item.instance_type == LARGE
    # Seen in service at 133, asked to go at 154; asked for at 100, seen gone at 186.5.
    assert (endpoint.low, endpoint.high) == (Decimal(21), Decimal("86.5"))


def test_an_endpoint_that_never_served_may_cost_nothing() -> None:
    steps = [each for each in HOSTED if each.state != "Score candidate"]
    assert only(spent(Execution(steps, XGBOOST)), Kind.HOSTING).low == 0


def test_what_nobody_saw_go_costs_until_now() -> None:
    stopped = HOSTED[:12]
    endpoint = only(spent(Execution(stopped, XGBOOST)), Kind.HOSTING)
    assert endpoint.high == 7200 - 100
    left = [*HOSTED, step(190, IN, "Resources left behind")]
    assert only(spent(Execution(left, XGBOOST)), Kind.HOSTING).high == 7200 - 100


def test_without_an_endpoint_none_is_billed() -> None:
    refused = [step(0, IN, "Take candidate"), *task("Create endpoint", 1, 2), step(2, IN, "Record failure")]
    kinds = {each.item.kind for each in spent(Execution(refused, XGBOOST))}
    assert not kinds & {Kind.HOSTING, Kind.HOSTING_DISK}


def test_transitions_are_entered_states_and_repeated_tries() -> None:
    steps = [
        *task("Plan run", 0, 1),
        step(3, BEGUN, "Plan run"),
        step(4, ENDED, "Plan run"),
        step(5, IN, "Map"),
    ]
    transitions = only(spent(Execution(steps)), Kind.TRANSITION)
    assert [transitions.low, transitions.high] == [3, 5]


def test_waiting_for_the_turn_is_told_by_itself() -> None:
    steps = [*task("Take turn", 0, 1), step(1, IN, "Our turn?"), *task("Plan run", 1, 2)]
    found = spent(Execution(steps))
    assert only(found, Kind.TRANSITION, "Take turn").low == 2
    assert only(found, Kind.TRANSITION, "").low == 1
    assert only(found, Kind.REQUEST, "Take turn").low == 1
    assert only(found, Kind.FUNCTION, "Take turn").size == Decimal("0.25")


def test_functions_are_billed_by_whole_seconds_and_their_memory() -> None:
    found = spent(Execution(HOSTED, XGBOOST))
    score = only(found, Kind.FUNCTION, "Score candidate")
    assert [score.low, score.high, score.size] == [0, 21, 2]
    release = only(found, Kind.FUNCTION, "Release resources")
    assert [release.high, release.size] == [3, Decimal("0.25")]
    assert only(found, Kind.REQUEST, "").high == 3


def test_a_function_that_goes_on_costs_until_now() -> None:
    steps = [step(0, IN, "Publish report"), step(7000, BEGUN, "Publish report")]
    assert only(spent(Execution(steps)), Kind.FUNCTION).high == 200


def test_of_a_run_that_nobody_knows_nothing_is_told() -> None:
    assert spent() == []


def test_a_call_that_was_refused_ran_nothing_and_costs_a_transition() -> None:
    steps = [
        step(0, IN, "Score candidate"),
        step(0, BEGUN, "Score candidate"),
        step(3, StepKind.REFUSED, "Score candidate"),
        step(5, BEGUN, "Score candidate"),
        step(25, ENDED, "Score candidate"),
    ]
    found = spent(Execution(steps))
    assert only(found, Kind.FUNCTION).high == 20
    assert only(found, Kind.REQUEST).high == 1
    assert only(found, Kind.TRANSITION).low == 2
