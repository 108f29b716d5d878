"""A run's receipt is stored beside its other files, and compared with what the plan said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

from bakeoff.domain.cost.accounting import Accountant, Accounted, settle_ended, told_by, within
from bakeoff.domain.cost.ledger import Ledger, unsettled
from bakeoff.domain.cost.measured import Execution, Job
from bakeoff.domain.cost.prices import Kind
from bakeoff.domain.cost.receipt import recomputed
from bakeoff.domain.cost.worst_case import worst_case
from bakeoff.domain.run.files import WritableRunFiles
from tests.fakes import InMemoryRunStore
from tests.unit.bakeoff.domain.cost.runs import CAPACITY, LARGE, XLARGE, FixedPrices, candidate, plan_of
from tests.unit.bakeoff.domain.cost.test_spending import HOSTED, IN, XGBOOST, step, task

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


class FakeMeasures:
    def __init__(self, jobs: Sequence[Job] = (), executions: Sequence[Execution] = ()) -> None:
        self._jobs, self._executions = list(jobs), list(executions)
        self.asked: list[str] = []

    def jobs(self, prefix: str) -> list[Job]:
        self.asked.append(prefix)
        return self._jobs

    def executions(self, run_id: str) -> list[Execution]:
        self.asked.append(run_id)
        return self._executions


def planned(store: InMemoryRunStore | None = None, **plan: Any) -> WritableRunFiles:
    store = store or InMemoryRunStore()
    store.write_json("runs/run-1/plan.json", {"settings": {}, "candidates": [], **plan})
    return WritableRunFiles(store, "run-1")


def account(run: WritableRunFiles, measures: FakeMeasures, store: InMemoryRunStore | None = None) -> Any:
    store = store or InMemoryRunStore()
    return accounted(run, measures, store).receipt


def accounted(
    run: WritableRunFiles,
    measures: FakeMeasures,
    store: InMemoryRunStore | None = None,
    prices: FixedPrices = FixedPrices(),  # noqa: B008
) -> Accounted:
    accountant = Accountant("bakeoff-1a2b3c4d", measures, prices, store or InMemoryRunStore(), NOW)
    return accountant.account(run)


def job(seconds: int) -> Job:
    return Job(Kind.TRAINING, "a", LARGE, 1, 30, Decimal(seconds), Decimal(seconds), "")


def test_the_receipt_lies_beside_the_plan_and_knows_what_that_said() -> None:
    run = planned(cost={"amount": "1.3"})
    measures = FakeMeasures([job(90)], [Execution(HOSTED, XGBOOST)])
    receipt = account(run, measures)
    assert run.receipt() == receipt
    assert (receipt["worst_case"], receipt["made_at"]) == ("1.3", "2026-11-30T12:00:00Z")
    assert [line["kind"] for line in receipt["lines"]][:4] == [
        "training",
        "training disk",
        "hosting",
        "hosting disk",
    ]
    run_id, prefix = measures.asked
    # The beginning of every name of the run, tuning jobs included, which have no hyphen behind it.
    assert run_id == "run-1" and prefix.startswith("bakeoff-1a2b3c4d-") and not prefix.endswith("-")


def test_a_run_that_was_never_planned_paid_for_its_turn_and_for_planning() -> None:
    run = WritableRunFiles(InMemoryRunStore(), "run-1")
    steps = [*task("Take turn", 0, 1), *task("Plan run", 1, 4), step(4, IN, "Run failed")]

    receipt = account(run, FakeMeasures([], [Execution(steps)]))

    assert run.receipt() == receipt
    assert (receipt["planned"], receipt["data_set"], receipt["worst_case"]) == (False, "", None)
    assert [(line["kind"], line["name"], line["high"]) for line in receipt["lines"]] == [
        ("state transition", "", "4"),
        ("state transition", "Take turn", "1"),
        ("function", "Take turn", "1"),
        ("function", "Plan run", "3"),
        ("function call", "Take turn", "1"),
        ("function call", "", "1"),
    ]
    assert Decimal(receipt["total_low"]) > 0 and within(receipt) is None
    assert recomputed(receipt) == receipt


def test_a_run_of_which_nothing_is_known_has_a_receipt_of_nothing() -> None:
    receipt = account(WritableRunFiles(InMemoryRunStore(), "run-1"), FakeMeasures())
    assert (receipt["planned"], receipt["lines"], receipt["total_high"]) == (False, [], "0.000000")


def test_only_what_is_more_than_the_receipt_before_is_new() -> None:
    run = planned()
    first = accounted(run, FakeMeasures([job(90)]))
    again = accounted(run, FakeMeasures([job(90)]))
    later = accounted(run, FakeMeasures([job(180)]))
    assert first.more == Decimal(first.receipt["total_high"]) > 0
    assert again.more == 0
    assert first.more + later.more == Decimal(later.receipt["total_high"])


DEARER = FixedPrices(hourly={LARGE: Decimal("0.2"), XLARGE: Decimal("0.4")})


def hourly(cost: Any) -> dict[str, str]:
    """The price of each kind of instance on the receipt of a run whose plan has the cost."""
    measures = FakeMeasures([job(3600)], [Execution(HOSTED, XGBOOST)])
    found = accounted(planned(cost=cost), measures, prices=DEARER).receipt
    lines = [each for each in found["lines"] if each["instance_type"]]
    return {each["kind"]: each["price"]["amount"] for each in lines if each["price"]}


def test_what_the_plan_told_is_the_price_to_the_end_of_the_run() -> None:
    plan = plan_of(candidate("xgboost"))
    cost = worst_case(plan, CAPACITY, FixedPrices())
    left_out = [(each["kind"], each["instance_type"]) for each in cost["other_prices"]]
    assert ("training", LARGE) in left_out and len(told_by(cost)) == 9

    assert hourly(cost) == {"training": "0.115", "hosting": "0.115"}
    # A plan of an earlier release told no more than the parts of its bound.
    del cost["other_prices"]
    assert hourly(cost) == {"training": "0.2", "hosting": "0.115"}


def test_a_plan_of_an_earlier_release_said_nothing() -> None:
    receipt = account(planned(), FakeMeasures([job(90)]))
    assert receipt["worst_case"] is None and within(receipt) is None


def test_a_run_stays_within_what_the_plan_said_or_does_not() -> None:
    # An hour of training is 0.115, its disk 0.0064.
    assert within(account(planned(cost={"amount": "0.1215"}), FakeMeasures([job(3600)]))) is True
    assert within(account(planned(cost={"amount": "0.12"}), FakeMeasures([job(3600)]))) is False


def test_waiting_for_the_turn_is_none_of_it() -> None:
    waiting = Execution([each for n in range(4000) for each in task("Take turn", n, n + 1)])
    receipt = account(planned(cost={"amount": "0.02"}), FakeMeasures([], [waiting]))
    assert Decimal(receipt["total_high"]) > Decimal("0.1")
    assert within(receipt) is True


def test_what_a_stopped_run_reserved_after_its_receipt_is_settled_later() -> None:
    """Lambda goes on planning although nobody waits for it any more."""
    store, worst = InMemoryRunStore(), {"amount": "1.3", "currency": "USD"}
    measures = FakeMeasures([], [Execution(task("Plan run", 0, 4))])
    stopped, running = WritableRunFiles(store, "run-1"), WritableRunFiles(store, "run-2")
    accountant = Accountant("bakeoff-1a2b3c4d", measures, FixedPrices(), store, NOW)
    assert accountant.account(stopped).receipt["planned"] is False
    for run in (stopped, running):
        reserved = Ledger(store, Decimal(5), NOW).reserve(run.run_id, cast(Any, worst))
        store.write_json(f"runs/{run.run_id}/plan.json", {"cost": {"amount": "1.3", "reserved": reserved}})

    [found] = settle_ended(store, lambda run_id: run_id == "run-2", accountant, NOW)

    assert "planned" not in found.receipt == stopped.receipt()
    assert found.more == 0
    assert [run_id for _, run_id in unsettled(store, NOW)] == ["run-2"]
    assert list(settle_ended(store, lambda _: True, accountant, NOW)) == []


def test_what_was_reserved_is_settled_by_what_it_cost() -> None:
    store = InMemoryRunStore()
    run = planned(store, cost={"amount": "1.3", "reserved": "costs/2026-11-30/run-1.json"})
    receipt = account(run, FakeMeasures([job(90)]), store)
    assert store.read_json("costs/2026-11-30/run-1.json") == {
        "run_id": "run-1",
        "amount": receipt["total_high"],
        "settled": True,
    }
