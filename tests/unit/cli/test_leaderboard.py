from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from cli.leaderboard import leaderboard, ranking
from tests.unit.cli.comparisons import comparison


def _drawn(width: int = 160, **changes: Any) -> str:
    stream = io.StringIO()
    Console(file=stream, width=width).print(leaderboard(comparison(**changes)))
    return stream.getvalue()


def _cells(drawn: str) -> list[list[str]]:
    lines = [line.split("|") for line in drawn.splitlines() if "|" in line]
    return [[cell.strip() for cell in line[1:-1]] for line in lines]


def test_candidates_keep_the_order_of_the_comparison_around_the_baseline() -> None:
    assert [(row.place, row.name) for row in ranking(comparison())] == [
        ("1", "xgboost"),
        ("2", "knn"),
        ("-", "training mean"),
        ("failed", "linear-learner"),
    ]


def test_the_table_has_every_number_of_every_candidate() -> None:
    drawn = _drawn()
    assert _cells(drawn) == [
        ["Rank", "Candidate", "RMSE", "MAE", "R2", "Acc. %", "p50 ms", "Train s"],
        ["1", "xgboost", "2.2000", "1.1000", "0.500", "83.46", "17.5", "12.3"],
        ["2", "knn", "2.3000", "1.1500", "0.500", "83.46", "17.5", "12.3"],
        ["-", "training mean", "3.2000", "1.6000", "0.500", "83.46", "-", "-"],
        ["failed", "linear-learner", "-", "-", "-", "-", "-", "-"],
    ]
    assert "run-1: 2924 rows to train, 626 to test " in drawn


def test_no_number_is_cut_on_a_terminal_of_80_columns() -> None:
    cut = _cells(_drawn(width=80))
    assert [row[2] for row in cut if row[0]] == ["RMSE", "2.2000", "2.3000", "3.2000", "-"]
    assert not any("\N{HORIZONTAL ELLIPSIS}" in cell for row in cut for cell in row)


def test_without_a_baseline_there_is_no_row_of_one() -> None:
    assert "training mean" not in _drawn(baseline=None)


def test_an_undefined_metric_is_a_dash() -> None:
    given = comparison()
    given["candidates"][0]["metrics"]["r2"] = None
    assert _cells(_drawn(candidates=given["candidates"]))[1][4] == "-"


def test_a_metric_of_almost_nothing_has_no_sign() -> None:
    given = comparison()
    given["baseline"]["metrics"]["r2"] = -0.0002
    assert _cells(_drawn(baseline=given["baseline"]))[3][4] == "0.000"


def test_rows_that_were_sampled_are_counted() -> None:
    dataset = {**comparison()["dataset"], "scored": 100}
    assert "626 to test, 100 of them scored " in _drawn(dataset=dataset)
