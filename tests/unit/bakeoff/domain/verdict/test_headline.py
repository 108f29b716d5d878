from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.verdict.headline import MAX_CHARACTERS, headline

LONG = "a-candidate-s-name-of-24"
LONGER = "a-name-that-somebody-has-written-into-the-saved-file"
GROUPED = {"columns": [{"name": "house", "role": "group", "kind": "text"}]}


def comparison(
    outcome: str,
    best: str | None = "xgboost",
    rivals: Sequence[str] = (),
    tied: Sequence[str] = (),
    **data: Any,
) -> Any:
    """Every candidate finished: the best, if there is one, and its rivals."""
    names = [name for name in (best, *rivals) if name is not None]
    return {
        "metric": "rmse",
        "dataset": {"scored": 240},
        "candidates": [{"name": name, "status": "completed"} for name in names],
        "verdict": {
            "outcome": outcome,
            "best": best,
            "tied_with_best": list(tied),
            "comparisons": [{"candidate": name} for name in rivals],
        },
        **data,
    }


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (comparison("winner", rivals=["knn"]), "Winner: xgboost predicts better than knn."),
        (comparison("winner", rivals=["knn", "linear-learner"]),
         "Winner: xgboost predicts better than all 2 others."),
        (comparison("tie", rivals=["knn", "linear-learner"], tied=["knn"]),
         "Tie: xgboost and knn cannot be told apart."),
        (comparison("tie", rivals=["knn", "b", "c"], tied=["knn", "b"]),
         "Tie: xgboost and 2 others cannot be told apart."),
        (comparison("inconclusive", rivals=["knn"], dataset={"scored": 38}),
         "Inconclusive: 38 test rows, where a verdict takes 50."),
        (comparison("inconclusive", rivals=["knn"], dataset={"scored": 1240, "distinct": 12}),
         "Inconclusive: 1,240 test rows, 12 distinct; a verdict takes 50."),
        (comparison("inconclusive", rivals=["knn"], dataset={"scored": 1240, "distinct": 12, **GROUPED}),
         "Inconclusive: 1,240 test rows in 12 groups; a verdict takes 50 groups."),
        (comparison("inconclusive", rivals=["knn"], dataset={"scored": 1240, "distinct": 60, **GROUPED},
                    metric="relative_accuracy"),
         "Inconclusive: fewer than 50 groups of test rows have a label other than 0."),
        (comparison("inconclusive", rivals=["knn"], dataset={"scored": 1240, "distinct": 60, **GROUPED},
                    classes=[]),
         "Inconclusive: fewer than 25 groups of test rows of a class."),
        (comparison("inconclusive", rivals=["knn"], metric="relative_accuracy"),
         "Inconclusive: fewer than 50 test rows have a label other than 0."),
        (comparison("inconclusive"), "Inconclusive: only xgboost finished, so nothing was compared."),
        (comparison("inconclusive", None), "Inconclusive: no candidate finished."),
        (comparison("inconclusive", None, metric="r2",
                    candidates=[{"name": name, "status": "completed"} for name in "ab"]),
         "Inconclusive: the test rows leave the R² undefined."),
    ],
)  # fmt: skip
def test_every_outcome_has_a_line(given: Any, line: str) -> None:
    assert headline(given) == line


def test_candidates_that_failed_count_for_none() -> None:
    failed = {"name": "knn", "status": "failed"}
    none = comparison("inconclusive", None, candidates=[failed])
    assert headline(none) == "Inconclusive: no candidate finished."
    one = comparison("inconclusive", candidates=[{"name": "xgboost", "status": "completed"}, failed])
    assert headline(one) == "Inconclusive: only xgboost finished, so nothing was compared."


def test_two_of_the_longest_names_fit_whole() -> None:
    line = headline(comparison("tie", LONG, [LONG[::-1]], [LONG[::-1]]))
    assert line == f"Tie: {LONG} and {LONG[::-1]} cannot be told apart."
    assert len(line) == MAX_CHARACTERS


NAMES = st.one_of(st.just(LONGER), st.text(max_size=200))


@given(
    outcome=st.sampled_from(["winner", "tie", "inconclusive"]),
    names=st.lists(NAMES, min_size=2, max_size=5),
    scored=st.integers(0, 10**9),
    distinct=st.integers(0, 10**9),
)
def test_no_line_is_too_long(outcome: str, names: list[str], scored: int, distinct: int) -> None:
    dataset = {"scored": scored, "distinct": min(scored, distinct)}
    best, *rivals = names
    assert len(headline(comparison(outcome, best, rivals, rivals[:1], dataset=dataset))) <= MAX_CHARACTERS
    assert len(headline(comparison("inconclusive", best))) <= MAX_CHARACTERS


def test_it_needs_no_numeric_package() -> None:
    check = "import sys, bakeoff.domain.verdict.headline; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
