"""A run's receipt is stored beside its other files, and compared with what the plan said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bakeoff.domain.cost.accounting import Accountant, within
from bakeoff.domain.cost.measured import Execution, Job
from bakeoff.domain.cost.prices import Kind
from bakeoff.domain.run.files import WritableRunFiles
from tests.fakes import InMemoryRunStore
from tests.unit.bakeoff.domain.cost.runs import LARGE, FixedPrices
from tests.unit.bakeoff.domain.cost.test_spending import HOSTED, XGBOOST, task

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
    return Accountant("bakeoff-1a2b3c4d", measures, FixedPrices(), store, NOW).account(run)


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


def test_a_run_that_was_never_planned_has_none() -> None:
    run = WritableRunFiles(InMemoryRunStore(), "run-1")
    assert account(run, FakeMeasures()) is None


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


def test_what_was_reserved_is_settled_by_what_it_cost() -> None:
    store = InMemoryRunStore()
    run = planned(store, cost={"amount": "1.3", "reserved": "costs/2026-11-30/run-1.json"})
    receipt = account(run, FakeMeasures([job(90)]), store)
    assert store.read_json("costs/2026-11-30/run-1.json") == {
        "run_id": "run-1",
        "amount": receipt["total_high"],
        "settled": True,
    }
