from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from bakeoff.domain.verdict.options import METRIC_NAMES
from bakeoff_cli.show.leaderboard import leaderboard, ranking
from tests.unit.bakeoff_cli.comparisons import comparison, in_folds


def _drawn(width: int = 160, **changes: Any) -> str:
    return _printed(comparison(**changes), width)


def _printed(document: Any, width: int = 160) -> str:
    stream = io.StringIO()
    Console(file=stream, width=width).print(leaderboard(document))
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
        ["Rank", "Candidate", "RMSE *", "MAE", METRIC_NAMES["r2"], "Rel. acc. %", "p50 ms", "Train s"],
        ["1", "xgboost", "2.2000", "1.1000", "0.500", "83.46", "17.5", "12.3"],
        ["2", "knn", "2.3000", "1.1500", "0.500", "83.46", "17.5", "12.3"],
        ["-", "training mean", "3.2000", "1.6000", "0.500", "83.46", "-", "-"],
        ["failed", "linear-learner", "-", "-", "-", "-", "-", "-"],
    ]
    assert drawn.startswith("run-1: 2924 rows to train, 626 to test\n")
    assert drawn.endswith("* decides.\n")


def test_where_the_plan_asked_for_prices_the_cost_of_a_million_predictions_is_told_with_what_it_assumes() -> (
    None
):
    document = comparison()
    first, second = document["candidates"][:2]
    first["cost_per_million"] = {"amount": "0.012345", "price": {"currency": "USD"}}
    second["cost_per_million"] = None

    drawn = _printed(document)

    assert [row[-1] for row in _cells(drawn)] == ["1M pred.", "$0.0123", "unknown", "-", "-"]
    assert "1M pred.: a million predictions at list price, by one instance that answers" in drawn
    assert "rests on" not in drawn, "it decides nothing here"


def test_where_the_cost_decides_it_is_told_on_what_it_rests() -> None:
    document = comparison()
    first = document["candidates"][0]
    first["cost_per_million"] = {"amount": "0.012345", "price": {"currency": "USD"}}
    first.update(scored_rows=82, rows_per_second=1000.0)
    document["verdict"]["preference"] = "lowest-cost"

    drawn = " ".join(_printed(document).split())

    assert f"as measured. It rests on {first['name']}: 82 rows in 0.082 s, measured once." in drawn


def test_the_title_names_what_is_predicted() -> None:
    stream = io.StringIO()
    Console(file=stream, width=80).print(leaderboard(comparison(), "price\x1b[2J"))
    assert stream.getvalue().startswith("run-1, predicting price[2J: 2924 rows to train, 626 to test\n")


@pytest.mark.parametrize("metric", ["rmse", "mae", "r2", "relative_accuracy"])
def test_the_metric_that_decides_comes_first_and_is_marked(metric: str) -> None:
    headings = _cells(_drawn(metric=metric))[0]
    assert headings[2] == {**METRIC_NAMES, "relative_accuracy": "Rel. acc. %"}[metric] + " *"
    assert "".join(headings).count("*") == 1 and len(headings) == 8


@pytest.mark.parametrize(("width", "columns"), [(60, 4), (80, 6), (120, 8)])
def test_a_narrow_terminal_keeps_the_names_and_drops_columns_and_says_so(width: int, columns: int) -> None:
    # Given the longest names that there may be
    given = comparison()
    names = ["a-name-of-24-characters-", "xgboost-with-bigger-tree", "linear-learner-for-today"]
    for candidate, name in zip(given["candidates"], names, strict=True):
        candidate["name"] = name
    drawn = _drawn(width=width, candidates=given["candidates"])
    cells = _cells(drawn)
    # Then every name stands on one line, beside the metric that decides
    assert [row[1] for row in cells] == ["Candidate", *names[:2], "training mean", names[2]]
    assert [row[2] for row in cells] == ["RMSE *", "2.2000", "2.3000", "3.2000", "-"]
    assert {len(row) for row in cells} == {columns}
    assert max(map(len, drawn.splitlines())) <= width and "\N{HORIZONTAL ELLIPSIS}" not in drawn
    # And the columns that are not there are named
    hidden = ["MAE", METRIC_NAMES["r2"], "Rel. acc. %", "p50 ms", "Train s"][columns - 3 :]
    told = "* decides." + (f" On a wider terminal: {', '.join(hidden)}." if hidden else "")
    assert " ".join(drawn.split()).endswith(told)


def test_labels_of_any_size_keep_the_table_narrow() -> None:
    given = comparison()
    for candidate in given["candidates"][:2]:
        candidate["metrics"] = {"rmse": 1.23456e25, "mae": 9.87e24, "r2": -1e26, "relative_accuracy": -5e20}
    cells = _cells(_drawn(candidates=given["candidates"]))
    assert cells[1][2:6] == ["1.2346e+25", "9.8700e+24", "-1.0000e+26", "-5.0000e+20"]


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
    assert "626 to test, 100 of them scored\n" in _drawn(dataset=dataset)


def test_nothing_of_a_title_steers_the_terminal() -> None:
    dataset = {"train": "1\x1b[2J", "test": "\x07\n2", "scored": "\x1b", "distinct": "\x1b]0;"}
    drawn = _drawn(dataset=dataset, run_id="run\x1b[1m-1")
    assert all(character == "\n" or character.isprintable() for character in drawn)


def test_copies_among_the_test_rows_are_counted() -> None:
    dataset = {**comparison()["dataset"], "distinct": 12}
    assert "626 to test, 12 distinct\n" in _drawn(dataset=dataset)
    assert "distinct" not in _drawn(dataset={**dataset, "distinct": 626})


def test_rows_of_groups_are_counted_by_them() -> None:
    columns = [{"name": "house", "role": "group", "kind": "text"}]
    dataset = {**comparison()["dataset"], "distinct": 12, "columns": columns}

    assert "626 to test, in 12 groups\n" in _drawn(dataset=dataset)
    assert "group" not in _drawn(dataset={**dataset, "distinct": 626})


def test_with_folds_the_spread_over_them_stands_beside_what_decides() -> None:
    drawn = _printed(in_folds())
    cells = _cells(drawn)
    assert cells[0][2:5] == ["RMSE *", "Fold SD", "MAE"]
    assert [row[3] for row in cells[1:]] == ["0.0421", "0.0421", "-", "-"]
    assert drawn.startswith("run-1: 627 rows in 3 folds, about 418 to train in each\n")
    notes = "Fold SD: its standard deviation over the folds. p50 ms: of the first fold. Train s: of all folds"
    assert f"* decides. {notes}.\n" in drawn
    assert "Fold SD" not in _drawn()


def test_with_folds_rows_that_were_sampled_are_counted() -> None:
    given = in_folds()
    given["dataset"]["scored"] = 300
    assert "about 418 to train in each, 300 of them scored\n" in _printed(given)


def test_with_folds_80_columns_hold_what_decides() -> None:
    drawn = _printed(in_folds(), 80)
    assert max(map(len, drawn.splitlines())) <= 80
    assert _cells(drawn)[0][:5] == ["Rank", "Candidate", "RMSE *", "Fold SD", "MAE"]
    notes = "* decides. Fold SD: its standard deviation over the folds. On a wider terminal: p50 ms, Train s."
    assert " ".join(drawn.split()).endswith(notes)
