from __future__ import annotations

from typing import Any

import pytest

from bakeoff.domain.verdict.advice import advice


def comparison(needed: int | None = 2400, rows: tuple[int, int, int] = (2933, 627, 617), **more: Any) -> Any:
    train, validation, test = rows
    dataset = {"train": train, "validation": validation, "test": test, "scored": test, **more}
    return {"dataset": dataset, "verdict": {"outcome": "tie", "rows_needed": needed}}


def test_a_tie_on_one_split_says_what_folds_would_bring() -> None:
    assert advice(comparison()) == (
        "With the setting folds: 10, 4,177 rows would judge instead of 617 for about ten times the cost."
    )


def test_what_the_run_might_have_cost_stands_beside_the_price_of_folds() -> None:
    worst: Any = {"amount": "2.401", "currency": "USD"}

    told = advice(comparison(), worst)

    assert told is not None
    assert told.endswith(" for about ten times the cost (at most $2.41 for this run, by its plan).")


def test_a_worst_case_that_nobody_knows_is_not_told() -> None:
    unknown: Any = {"amount": None, "currency": "USD", "known": "1.3", "unknown": []}

    assert advice(comparison(), unknown) == advice(comparison())


def test_where_even_all_rows_may_not_decide_it_says_so() -> None:
    told = advice(comparison(needed=5000))

    assert told is not None and "instead of 617, which may still be too few, for about ten" in told


def test_rows_that_repeat_count_once_beside_what_is_needed() -> None:
    told = advice(comparison(needed=2400, distinct=300))

    assert told is not None and "may still be too few" in told


@pytest.mark.parametrize(
    "run",
    [
        comparison(needed=None),
        comparison(folds=10),
        comparison(rows=(525, 112, 112)),
        comparison(scored=500),
        comparison(columns=[{"name": "day", "role": "time", "kind": "date"}]),
    ],
    ids=[
        "the lead is too small",
        "there are folds",
        "too few rows for ten folds",
        "sampled",
        "the latest rows judge",
    ],
)
def test_where_folds_bring_nothing_there_is_no_advice(run: Any) -> None:
    assert advice(run) is None
