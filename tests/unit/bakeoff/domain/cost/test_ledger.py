"""What the runs of a day may cost together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bakeoff.domain.cost.ledger import Ledger, settle, unsettled
from bakeoff.domain.errors import BudgetExceeded
from tests.fakes import InMemoryRunStore

NOW = datetime(2026, 11, 30, 10, tzinfo=UTC)


@pytest.fixture
def store() -> InMemoryRunStore:
    return InMemoryRunStore()


def reserve(store: Any, run_id: str, amount: str, most: str = "5", now: datetime = NOW) -> str:
    worst: Any = {"amount": amount, "currency": "USD"}
    return Ledger(store, Decimal(most), now).reserve(run_id, worst)


def test_runs_of_a_day_are_counted_at_their_worst_until_they_have_receipts(store: InMemoryRunStore) -> None:
    key = reserve(store, "run-1", "3")
    with pytest.raises(BudgetExceeded) as refused:
        reserve(store, "run-2", "3")
    assert str(refused.value).startswith(
        "This run may cost up to $3.00, and the runs of today with those that go on up to $3.00, together "
        "more than MaxDailyCost of $5.00: "
    )
    settle(store, key, "run-1", Decimal("0.05"))
    assert reserve(store, "run-2", "3") == "costs/2026-11-30/run-2.json"


def test_a_refused_run_counts_for_nothing(store: InMemoryRunStore) -> None:
    with pytest.raises(BudgetExceeded):
        reserve(store, "run-1", "6")
    reserve(store, "run-2", "5")


def test_a_run_that_plans_again_is_counted_once(store: InMemoryRunStore) -> None:
    reserve(store, "run-1", "3")
    reserve(store, "run-1", "3")


def test_of_earlier_days_only_what_goes_on_counts(store: InMemoryRunStore) -> None:
    for days in (1, 2, 6):
        reserve(store, f"run-{days}", "1", now=NOW - timedelta(days=days))
    settle(store, "costs/2026-11-29/run-1.json", "run-1", Decimal("1"))
    reserve(store, "today", "3")
    with pytest.raises(BudgetExceeded):
        reserve(store, "too-much", "0.01")


def test_of_two_that_plan_at_once_each_sees_the_other(store: InMemoryRunStore) -> None:
    class Slow:
        """Another run writes its line before this one reads."""

        bucket = "bucket"

        def write_text(self, key: str, text: str, content_type: str) -> None:
            store.write_text(key, text, content_type)

        def read_lines(self, prefix: str) -> Any:
            reserve(store, "other", "3", most="1000")
            return store.read_lines(prefix)

    with pytest.raises(BudgetExceeded):
        reserve(Slow(), "run-1", "3")


def test_what_no_receipt_has_replaced_is_found_by_its_day(store: InMemoryRunStore) -> None:
    earlier = reserve(store, "run-1", "1", now=NOW - timedelta(days=7))
    reserve(store, "long-ago", "1", now=NOW - timedelta(days=8))
    settle(store, reserve(store, "run-2", "1"), "run-2", Decimal("0.1"))
    today = reserve(store, "run-3", "1")
    store.put("costs/2026-11-30/odd.json", b"no JSON\n")
    assert unsettled(store, NOW) == [(today, "run-3"), (earlier, "run-1")]


@pytest.mark.parametrize("line", ["", "no JSON", "[]", '{"run_id": "x", "settled": false, "amount": "much"}'])
def test_what_is_no_line_of_a_run_counts_for_nothing(store: InMemoryRunStore, line: str) -> None:
    store.put("costs/2026-11-30/odd.json", f"{line}\n".encode())
    reserve(store, "run-1", "5")
