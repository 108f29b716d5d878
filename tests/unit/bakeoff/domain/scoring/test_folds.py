"""One fold of a candidate: its rows, its files, its share; and what is done in the first one only."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bakeoff.domain.datasets.test_rows import HeldOutSplit, read_all_folds, read_test_rows
from bakeoff.domain.errors import DatasetsNotPrepared, InconsistentPredictions, TooFewRows
from bakeoff.domain.run.files import RunFiles, WritableRunFiles
from bakeoff.domain.scoring.failures import record_failure
from bakeoff.domain.scoring.predictions import Predictions, require_scored
from bakeoff.domain.scoring.results import read_result
from bakeoff.domain.scoring.scorer import Scorer
from tests.fakes import FakeEndpoint, InMemoryRunStore
from tests.mixed import fit, table_line
from tests.settings import held

RUN = "runs/run-1"
SIZES = (4, 3, 5)
CANDIDATE: Any = {
    "name": "xgboost",
    "algorithm": "xgboost",
    "view": "csv",
    "accept": "application/json",
    "prediction_path": "predictions[].score",
}
XGBOOST: Any = {"name": "xgboost", "algorithm": "xgboost"}
TRAINING = {"training_seconds": 61, "billable_seconds": 30}
FAILURE = {"step": "Train model", "error": "States.TaskFailed", "cause": "out of memory"}
COLUMNS = [
    {"name": "price", "role": "label", "kind": "number"},
    {"name": "area", "role": "feature", "kind": "number"},
    {"name": "town", "role": "feature", "kind": "category"},
]


def rows_of(fold: int) -> list[str]:
    """Label, and a feature that equals it; the last row of a fold is a copy of its first."""
    numbers = [10 * fold + row % (SIZES[fold] - 1) for row in range(SIZES[fold])]
    return [f"{number}.0,{number}" for number in numbers]


def folded(**settings: Any) -> InMemoryRunStore:
    """A plain table in three folds, the first one in two objects."""
    store = InMemoryRunStore()
    plan = {
        "settings": held(**settings),
        "split": {"folds": 3},
        "formats": ["csv"],
        "candidates": [CANDIDATE],
    }
    store.write_json(f"{RUN}/plan.json", plan)
    store.write_json(f"{RUN}/datasets/summary.json", {"folds": [{"rows": size} for size in SIZES]})
    for fold in range(3):
        rows = rows_of(fold)
        cut = 2 if fold == 0 else len(rows)
        for part, lines in enumerate((rows[:cut], rows[cut:])):
            if lines:
                body = "".join(f"{line}\n" for line in lines)
                store.put(f"{RUN}/datasets/csv/fold-{fold}-part-{part:05d}", body.encode())
    return store


def score(store: InMemoryRunStore, fold: int | None, endpoint: FakeEndpoint | None = None) -> FakeEndpoint:
    endpoint = endpoint or FakeEndpoint.of_model(lambda row: row[0] + 1)
    run = WritableRunFiles(store, "run-1")
    scorer = Scorer.planned(run, endpoint, "xgboost", lambda: 900.0, lambda: 900.0, fold)
    scorer.score(CANDIDATE, TRAINING)
    return endpoint


def test_a_fold_s_rows_are_scored_and_stored_beside_those_of_other_folds() -> None:
    store = folded()

    score(store, 1)

    result = store.read_json(f"{RUN}/results/xgboost/fold-1.json")
    assert (result["name"], result["scored_rows"], result["metrics"]["rmse"]) == ("xgboost", 3, 1.0)
    assert store.text(f"{RUN}/predictions/xgboost/fold-1.csv") == (
        "row,actual,predicted,cluster\n0,10.0,11.0,0\n1,11.0,12.0,1\n2,10.0,11.0,0\n"
    )
    assert f"{RUN}/results/xgboost.json" not in store.stored_keys()


def test_a_fold_may_lie_in_several_objects() -> None:
    assert score(folded(), 0).batches[0] == ["0", "1", "2", "0"]


@pytest.mark.parametrize(
    ("most", "scored"),
    [(0, SIZES), (6, (2, 2, 2)), (7, (3, 2, 2)), (8, (3, 3, 2)), (12, (4, 3, 4)), (99, SIZES)],
)
def test_scored_rows_are_shared_among_folds(most: int, scored: tuple[int, ...]) -> None:
    store = folded(max_scored_rows=most)

    for fold in range(3):
        score(store, fold)

    results = [store.read_json(f"{RUN}/results/xgboost/fold-{fold}.json") for fold in range(3)]
    assert tuple(result["scored_rows"] for result in results) == scored


def test_importance_is_measured_in_the_first_fold_only() -> None:
    store = folded(importance=True)

    for fold in range(3):
        score(store, fold)

    results = [store.read_json(f"{RUN}/results/xgboost/fold-{fold}.json") for fold in range(3)]
    assert ["importance" in result for result in results] == [True, False, False]
    assert results[0]["importance"]["rows"] == 4


def test_a_fold_without_rows_is_told() -> None:
    store = folded()
    store.delete(f"{RUN}/datasets/csv/fold-1-part-00000")

    with pytest.raises(TooFewRows, match=r"^Run run-1 has no test rows in fold-1\.$"):
        score(store, 1)


def test_ten_folds_are_not_taken_for_the_first() -> None:
    store = folded()
    store.put(f"{RUN}/datasets/csv/fold-10-part-00000", b"99,99\n")

    assert read_test_rows(RunFiles(store, "run-1"), 0, HeldOutSplit(fold=1)).actual == [10, 11, 10]


def test_a_fold_that_failed_and_one_that_nobody_recorded_leave_failed_results() -> None:
    store = folded()
    run = WritableRunFiles(store, "run-1")

    answer = record_failure(run, XGBOOST, FAILURE, 2)

    assert answer == {"name": "xgboost", "status": "failed"}
    assert read_result(run, XGBOOST, 2)["error"] == "Train model: out of memory"
    assert read_result(run, XGBOOST, 0)["error"] == (
        "Neither a result nor a failure was recorded; see the execution's history."
    )
    assert f"{RUN}/results/xgboost.json" not in store.stored_keys()


def test_the_rows_of_all_folds_are_numbered_on_with_their_copies() -> None:
    run = RunFiles(folded(), "run-1")

    found = read_all_folds(run, (0, 0, 0), HeldOutSplit())

    assert found.numbers == [*range(12)]
    assert found.actual == [0, 1, 2, 0, 10, 11, 10, 20, 21, 22, 23, 20]
    assert found.clusters() == [0, 1, 2, 0, 4, 5, 4, 7, 8, 9, 10, 7]


def test_thinned_out_folds_keep_the_numbers_of_all_rows() -> None:
    run = RunFiles(folded(), "run-1")

    found = read_all_folds(run, (2, 2, 2), HeldOutSplit())

    assert (found.numbers, found.actual) == ([0, 2, 4, 5, 7, 9], [0, 2, 10, 11, 20, 22])


def scored(rows: list[int], actual: list[float]) -> Predictions:
    return Predictions(rows, actual, actual, None)


def test_predictions_of_all_folds_are_held_to_the_rows_that_were_scored() -> None:
    run = RunFiles(folded(), "run-1")
    result: Any = {"name": "xgboost", "scored_rows": 6, "folds": [{"rows": 2}] * 3}

    require_scored(run, result, scored([0, 2, 4, 5, 7, 9], [0, 2, 10, 11, 20, 22]))

    with pytest.raises(InconsistentPredictions, match="holds row 6 with the label 10 where row 5"):
        require_scored(run, result, scored([0, 2, 4, 6, 7, 9], [0, 2, 10, 10, 20, 22]))


def mixed() -> InMemoryRunStore:
    """A mixed table in three folds, each with encoders of its own: only the first knows the town of Ulm."""
    store = folded(importance=True)
    plan = store.read_json(f"{RUN}/plan.json")
    store.write_json(f"{RUN}/plan.json", {**plan, "table": {"columns": COLUMNS}})
    kinds = [("area", "number"), ("town", "category")]
    for fold in range(3):
        rows = [{"area": str(row), "town": ("Ulm", "Bonn")[row % 2]} for row in range(40)]
        seen = rows if fold == 0 else [row for row in rows if row["town"] == "Bonn"]
        store.write_json(f"{RUN}/datasets/fold-{fold}/encoding.json", fit(kinds, seen, "price"))
        labels = [str(row) for row in range(40)]
        pairs = list(zip(labels, rows, strict=True))
        text = "".join(f"{label},{row['area']},{int(row['town'] == 'Ulm')}\n" for label, row in pairs)
        store.put(f"{RUN}/datasets/csv/fold-{fold}/test/part-0", text.encode())
        table = "".join(f"{table_line(label, list(row.values()))}\n" for label, row in pairs)
        store.put(f"{RUN}/datasets/table/fold-{fold}/part-0", table.encode())
    return store


def test_a_mixed_table_s_fold_is_read_in_its_own_view_with_its_own_encoders() -> None:
    store = mixed()

    score(store, 0, FakeEndpoint.of_model(lambda row: row[0] + 5 * row[1]))

    result = store.read_json(f"{RUN}/results/xgboost/fold-0.json")
    assert result["scored_rows"] == 40
    assert {each["column"] for each in result["importance"]["columns"]} == {"area", "town"}


def test_a_view_and_a_table_of_differing_folds_are_refused_by_name() -> None:
    store = mixed()
    store.put(f"{RUN}/datasets/table/fold-2/part-1", (json.dumps(["1", "2", "Ulm"]) + "\n").encode())

    with pytest.raises(DatasetsNotPrepared, match=r"^Fold-2 of run run-1 has 40 rows in a view, and 41 rows"):
        score(store, 2)
