from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.comparison import compare, failed_result, judge
from tests.fakes import InMemoryRunStore
from tests.unit.bakeoff.domain.results import DATASET, completed, failed

CANDIDATES = [{"name": name, "algorithm": name} for name in ("xgboost", "linear-learner", "knn")]


def store_with(**results: object) -> InMemoryRunStore:
    store = InMemoryRunStore()
    entry = {**DATASET["objects"][0], "uri": "s3://data-bucket/Inputs/dataset1.csv", "format": "libsvm"}
    store.write_json("runs/run-1/plan.json", {"inputs": [entry], "candidates": CANDIDATES})
    store.write_json(
        "runs/run-1/datasets/summary.json",
        {
            "feature_dim": 8,
            "rows": {"train": 2924, "validation": 627, "test": 626},
            "rejected": {"total": 3, "reasons": {}, "examples": []},
        },
    )
    for name, result in results.items():
        store.write_json(f"runs/run-1/results/{name.replace('_', '-')}.json", result)
    return store


def test_the_comparison_is_stored_with_the_best_first() -> None:
    # Given three candidates that finished
    store = store_with(
        xgboost=completed("xgboost", 2.2),
        linear_learner=completed("linear-learner", 2.5),
        knn=completed("knn", 2.0),
    )

    # When they are judged
    answer = judge(store, "run-1")

    # Then the best is told, and comparison.json holds everything in order
    assert answer == {"finished": 3, "best": "knn"}
    comparison = store.read_json("runs/run-1/comparison.json")
    assert [candidate["name"] for candidate in comparison["candidates"]] == [
        "knn",
        "xgboost",
        "linear-learner",
    ]
    assert comparison["dataset"] == DATASET
    assert (comparison["schema_version"], comparison["run_id"], comparison["metric"]) == (1, "run-1", "rmse")


def test_a_candidate_that_left_no_result_is_reported_as_failed() -> None:
    store = store_with(xgboost=completed("xgboost", 2.2), knn=failed("knn"))

    assert judge(store, "run-1") == {"finished": 1, "best": "xgboost"}

    found = store.read_json("runs/run-1/comparison.json")["candidates"]
    assert found[1] == failed_result(
        CANDIDATES[1], "Neither a result nor a failure was recorded; see the execution's history."
    )
    assert found[2]["error"] == "Train model: out of memory"


def test_without_a_finished_candidate_there_is_no_best() -> None:
    store = store_with(xgboost=failed("xgboost"))

    assert judge(store, "run-1") == {"finished": 0, "best": None}

    verdict = store.read_json("runs/run-1/comparison.json")["verdict"]
    assert (verdict["outcome"], verdict["best"], verdict["recommended"]) == ("inconclusive", None, None)
    assert verdict["comparisons"] == []


def test_without_a_test_of_significance_nobody_wins() -> None:
    verdict = compare("run-1", DATASET, [completed("a", 1.0), completed("b", 100.0)])["verdict"]

    assert verdict == {
        "outcome": "inconclusive",
        "best": "a",
        "recommended": "a",
        "tied_with_best": [],
        "confidence": 0.95,
        "comparisons": [
            {
                "candidate": "b",
                "against": "a",
                "difference": 99.0,
                "ci_low": None,
                "ci_high": None,
                "p_value": None,
                "p_value_adjusted": None,
            }
        ],
    }


@given(st.lists(st.none() | st.floats(0, 100), max_size=6))
def test_the_finished_are_ranked_and_the_failed_follow_in_their_order(errors: list[float | None]) -> None:
    results = [
        failed(str(place)) if rmse is None else completed(str(place), rmse)
        for place, rmse in enumerate(errors)
    ]

    comparison = compare("run-1", DATASET, results)

    ranked = [item["metrics"]["rmse"] for item in comparison["candidates"] if item["metrics"]]
    fallen = [int(item["name"]) for item in comparison["candidates"] if not item["metrics"]]
    assert ranked == sorted(rmse for rmse in errors if rmse is not None)
    assert fallen == [place for place, rmse in enumerate(errors) if rmse is None]
    assert [item["metrics"] is None for item in comparison["candidates"]] == sorted(
        rmse is None for rmse in errors
    )
    assert all(pair["difference"] >= 0 for pair in comparison["verdict"]["comparisons"])


def test_equals_keep_their_given_order() -> None:
    comparison = compare("run-1", DATASET, [completed("b", 2.0), completed("a", 2.0)])

    assert comparison["verdict"]["best"] == "b"


def test_judging_needs_a_plan() -> None:
    with pytest.raises(FileNotFoundError, match=r"plan\.json"):
        judge(InMemoryRunStore(), "run-1")
