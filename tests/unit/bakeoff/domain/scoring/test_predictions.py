from __future__ import annotations

from typing import Any

import pytest

from bakeoff.domain.errors import InconsistentPredictions
from bakeoff.domain.run.files import RunFiles
from bakeoff.domain.scoring.predictions import read_judged_predictions, read_predictions
from tests.fakes import InMemoryRunStore
from tests.unit.bakeoff.domain.verdict.results import ACTUAL, RUN, a_run, completed, errors

RESULTS = [completed(name) for name in ("xgboost", "knn")]


def a_store(changed: str, label: float) -> InMemoryRunStore:
    """A run of two candidates; `label` is that of row 3 in the predictions of the one called `changed`."""
    store = a_run({"xgboost": errors(1.0), "knn": errors(1.5)})
    key = f"runs/{RUN}/predictions/{changed}.csv"
    lines = store.text(key).splitlines()
    lines[4] = f"3,{label},7.5"
    store.put(key, "\n".join(lines).encode())
    return store


def test_untouched_predictions_are_read_row_by_row() -> None:
    found = read_judged_predictions(RunFiles(a_store("knn", ACTUAL[3]), RUN), RESULTS)

    assert found["knn"].rows == list(range(len(ACTUAL)))
    assert found["knn"].actual == found["xgboost"].actual == ACTUAL
    assert found["knn"].predicted[3] == 7.5


@pytest.mark.parametrize("changed", ["xgboost", "knn"])
def test_the_test_split_tells_which_candidate_s_rows_were_changed(changed: str) -> None:
    with pytest.raises(InconsistentPredictions) as caught:
        read_judged_predictions(RunFiles(a_store(changed, 99), RUN), RESULTS)

    assert str(caught.value) == (
        f"runs/{RUN}/predictions/{changed}.csv holds row 3 with the label 99 where row 3 with the label "
        f"{ACTUAL[3]} belongs, so it was changed after it was scored: run the comparison again."
    )


def test_only_the_rows_that_were_scored_of_a_larger_split_are_expected() -> None:
    store = a_run({})
    for name in ("xgboost", "knn"):
        rows = "".join(f"{row},{ACTUAL[row]},5\n" for row in range(0, len(ACTUAL), 2))
        store.put(f"runs/{RUN}/predictions/{name}.csv", f"row,actual,predicted\n{rows}".encode())
    store.put(f"runs/{RUN}/predictions/knn.csv", b"row,actual,predicted\n0,5,5\n")
    half: Any = [{**result, "scored_rows": len(ACTUAL) // 2} for result in RESULTS]

    with pytest.raises(InconsistentPredictions, match=r"knn\.csv holds nothing where row 2 with the label 7"):
        read_judged_predictions(RunFiles(store, RUN), half)


def test_whoever_may_not_read_the_split_is_told_of_the_difference() -> None:
    with pytest.raises(InconsistentPredictions, match=r"knn\.csv does not hold the rows of xgboost\.csv"):
        read_predictions(RunFiles(a_store("xgboost", 99), RUN), RESULTS)


def test_a_split_that_fits_all_cannot_hide_the_difference() -> None:
    store = a_store("knn", ACTUAL[3])
    store.put(f"runs/{RUN}/predictions/knn.csv", b"row,actual,predicted\n0,5,5\n")
    results: Any = [RESULTS[0], {**RESULTS[1], "scored_rows": 1}]

    with pytest.raises(InconsistentPredictions, match=r"knn\.csv does not hold the rows of xgboost\.csv"):
        read_judged_predictions(RunFiles(store, RUN), results)
