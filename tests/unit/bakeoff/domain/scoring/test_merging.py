from __future__ import annotations

from typing import Any

import pytest

from bakeoff.domain.errors import InconsistentPredictions
from bakeoff.domain.run.files import RunFiles, WritableRunFiles
from bakeoff.domain.scoring.merging import failure_of_folds, merge_folds
from bakeoff.domain.scoring.predictions import read_predictions, require_scored
from bakeoff.domain.scoring.results import failed_result
from bakeoff.domain.statistics.metrics import measure
from tests.fakes import InMemoryRunStore
from tests.unit.bakeoff.domain.verdict.fold_runs import (
    FOLDS,
    PREFIX,
    SIZE,
    a_classification_in_folds,
    a_run_in_folds,
)
from tests.unit.bakeoff.domain.verdict.results import ACTUAL, RUN, a_run, errors

FAIR = errors(1.5)


def merged(store: InMemoryRunStore, name: str = "knn") -> Any:
    merge_folds(WritableRunFiles(store, RUN))
    return store.read_json(f"{PREFIX}results/{name}.json")


def test_rows_and_clusters_are_numbered_on_from_fold_to_fold() -> None:
    store = a_run_in_folds({"knn": FAIR})
    store.put(
        f"{PREFIX}predictions/knn/fold-1.csv",
        b"row,actual,predicted,cluster\n0,5,5.25,0\n3,5,5.25,0\n",
    )
    merged(store)

    lines = store.text(f"{PREFIX}predictions/knn.csv").splitlines()
    assert lines[0] == "row,actual,predicted,cluster,fold"
    assert lines[1] == f"0,5,{5 + FAIR[0]},0,0"
    assert lines[SIZE + 1 : SIZE + 4] == [
        f"{SIZE},5,5.25,{SIZE},1",
        f"{SIZE + 3},5,5.25,{SIZE},1",
        f"{2 * SIZE},{ACTUAL[2 * SIZE]},{ACTUAL[2 * SIZE] + FAIR[2 * SIZE]},{2 * SIZE},2",
    ]


def test_the_result_is_that_of_all_rows_and_times_are_sums() -> None:
    found = merged(a_run_in_folds({"knn": FAIR}))

    predicted = [actual + error for actual, error in zip(ACTUAL, FAIR, strict=True)]
    assert found["metrics"] == measure(ACTUAL, predicted).as_dict()
    assert (found["scored_rows"], found["training_seconds"], found["billable_seconds"]) == (330, 15, 30)
    assert found["latency_ms"]["p50"] == 10.0  # the first fold's
    assert [(each["fold"], each["rows"], each["training_seconds"]) for each in found["folds"]] == [
        (fold, SIZE, fold + 1) for fold in range(FOLDS)
    ]


def test_a_time_that_is_unknown_of_one_fold_is_unknown() -> None:
    store = a_run_in_folds({"knn": FAIR})
    key = f"{PREFIX}results/knn/fold-2.json"
    store.write_json(key, {**store.read_json(key), "billable_seconds": None})

    assert merged(store)["billable_seconds"] is None


def test_merged_predictions_are_those_that_were_scored() -> None:
    store = a_run_in_folds({"knn": FAIR})
    result, run = merged(store), RunFiles(store, RUN)

    found = read_predictions(run, [result])["knn"]
    require_scored(run, result, found)
    assert found.folds == [fold for fold in range(FOLDS) for _ in range(SIZE)]
    assert [part.rows[0] for part in found.of_folds()] == [fold * SIZE for fold in range(FOLDS)]
    assert [label for part in found.of_folds() for label in part.actual] == found.actual


def test_a_failed_fold_fails_its_candidate_and_no_other() -> None:
    store = a_run_in_folds({"knn": FAIR, "xgboost": FAIR}, {("knn", 2): "Train model: out of memory."})
    found = merged(store)

    assert (found["status"], found["error"]) == ("failed", "Fold 3 of 5: Train model: out of memory.")
    assert f"{PREFIX}predictions/knn.csv" not in store.stored_keys()
    assert merged(store, "xgboost")["status"] == "completed"


def test_of_several_failed_folds_the_first_is_told_with_their_number() -> None:
    store = a_run_in_folds({"knn": FAIR}, {("knn", 1): "Create endpoint: no capacity.", ("knn", 3): "Late."})

    assert merged(store)["error"] == "Fold 2 of 5: Create endpoint: no capacity. 2 of its folds failed."


def test_a_failed_fold_s_reason_that_ends_in_a_number_is_no_part_of_the_next_one() -> None:
    results = [failed_result({"name": "a", "algorithm": "b"}, "Train model: exit code: 1") for _ in range(2)]

    error = failure_of_folds({"name": "a", "algorithm": "b"}, results)["error"]
    assert error == "Fold 1 of 2: Train model: exit code: 1. 2 of its folds failed."


def test_a_fold_that_left_no_result_is_a_failed_one() -> None:
    store = a_run_in_folds({"knn": FAIR})
    store.delete(f"{PREFIX}results/knn/fold-4.json")

    assert merged(store)["error"].startswith("Fold 5 of 5: Neither a result nor a failure was recorded")


def test_classes_keep_their_names_and_probabilities() -> None:
    names = ["no", 'may "be", or\nnot']
    actual = [row % 2 for row in range(100)]
    answers = [[0.75, 0.25] if row % 3 else [0.375, 0.625] for row in range(100)]
    store = a_classification_in_folds({"knn": answers}, actual, names)
    result = merged(store)

    found = read_predictions(RunFiles(store, RUN), [result], names)["knn"]
    assert result["metrics"] == {}
    assert found.actual == actual and found.probabilities is not None
    assert found.probabilities.tolist() == [value for each in answers for value in each]
    assert [len(part.probabilities or ()) for part in found.of_folds()] == [40] * FOLDS


def test_the_tuning_of_the_fold_with_the_best_objective_is_told() -> None:
    store = a_run_in_folds({"knn": FAIR})
    for fold, objective in enumerate((2.0, 1.5, 1.25, 1.75, 3.0)):
        key = f"{PREFIX}results/knn/fold-{fold}.json"
        trial = {"name": "job", "values": {"depth": str(fold)}, "objective": objective}
        tuning = {"objective": {"metric": "rmse", "goal": "minimize"}, "trials": [trial], "best": "job"}
        store.write_json(key, {**store.read_json(key), "tuning": tuning})

    assert merged(store)["tuning"]["trials"][0]["values"] == {"depth": "2"}


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", "does not begin with the heading of predictions"),
        ("row,actual,predicted\n0,5,5\n", "does not begin with the heading of predictions"),
        ("row,actual,predicted,cluster\n", "holds no predictions"),
        ("row,actual,predicted,cluster\n0,5,5.5,0\nx,5,5.5,0\n", "line 3"),
        ("row,actual,predicted,cluster\n0,5,5.5,0\n1,5,many,0\n", "line 3"),
        ("row,actual,predicted,cluster\n0,5\n", "line 2"),
    ],
)
def test_what_are_no_predictions_of_a_fold_is_refused_by_its_name(text: str, flaw: str) -> None:
    store = a_run_in_folds({"knn": FAIR})
    store.put(f"{PREFIX}predictions/knn/fold-3.csv", text.encode())

    with pytest.raises(InconsistentPredictions, match=rf"predictions/knn/fold-3\.csv .*{flaw}"):
        merge_folds(WritableRunFiles(store, RUN))


def test_without_folds_nothing_is_merged() -> None:
    store = a_run({"knn": FAIR})
    before = store.stored_keys()
    merge_folds(WritableRunFiles(store, RUN))

    assert store.stored_keys() == before
