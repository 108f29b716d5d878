from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from cli.leaderboard import failures, leaderboard, ranking, verdict_line
from tests.unit.cli.fakes import comparison


def _verdict(outcome: str, **changes: Any) -> dict[str, Any]:
    given = comparison()
    return {**given, "verdict": {**given["verdict"], "outcome": outcome, **changes}}


def test_candidates_are_ranked_by_rmse_and_the_failed_ones_follow_without_a_rank() -> None:
    rows = [(row.rank, row.name, row.status) for row in ranking(comparison())]
    assert rows == [(1, "xgboost", "completed"), (2, "knn", "completed"), (None, "linear-learner", "failed")]


def test_a_metric_of_which_more_is_better_ranks_the_other_way() -> None:
    given = comparison(metric="accuracy")
    given["candidates"][0]["metrics"]["accuracy"] = 99.0
    assert ranking(given)[0].name == "knn"


def test_the_table_has_every_number_of_every_candidate() -> None:
    stream = io.StringIO()
    Console(file=stream, width=160).print(leaderboard(comparison()))
    lines = [line.split("|") for line in stream.getvalue().splitlines() if "|" in line]
    cells = [[cell.strip() for cell in line[1:-1]] for line in lines]
    assert cells == [
        ["Rank", "Candidate", "RMSE", "MAE", "R2", "Accuracy %", "Training s", "Status"],
        ["1", "xgboost", "2.2000", "1.1000", "0.5000", "83.46", "12.3", "completed"],
        ["2", "knn", "2.3000", "1.1500", "0.5000", "83.46", "12.3", "completed"],
        ["-", "linear-learner", "-", "-", "-", "-", "-", "failed"],
    ]
    assert "run-1: 2924 rows to train, 626 to test" in stream.getvalue()


def test_a_failed_candidate_has_its_reason_on_one_line() -> None:
    assert list(failures(comparison())) == ["linear-learner did not finish: The quota is 0. Ask for more."]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (_verdict("winner"),
         "Winner: xgboost has the lowest RMSE and the difference is real "
         "(knn +0.1000, 95% interval +0.0200 to +0.1800, p = 0.012)."),
        (_verdict("tie", tied_with_best=["knn", "linear-learner"], recommended="knn"),
         "Tie: xgboost leads, but not provably before knn and linear-learner; use knn "
         "(knn +0.1000, 95% interval +0.0200 to +0.1800, p = 0.012)."),
        (_verdict("inconclusive", comparisons=[{"candidate": "knn", "against": "xgboost", "difference": 0.1,
                                                "ci_low": None, "ci_high": None, "p_value_adjusted": None}]),
         "Inconclusive: xgboost has the lowest RMSE, which proves no difference (knn +0.1000)."),
        (_verdict("inconclusive", comparisons=[]),
         "No verdict: only xgboost finished, so there is nothing to compare it with."),
        (_verdict("inconclusive", best=None), "No verdict: no candidate finished."),
    ],
)  # fmt: skip
def test_the_verdict_claims_what_the_test_showed(given: dict[str, Any], expected: str) -> None:
    assert verdict_line(given) == expected
