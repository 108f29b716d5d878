from __future__ import annotations

from typing import Any

import pytest

from bakeoff.domain.errors import InconsistentPredictions
from bakeoff.domain.run.files import RunFiles, WritableRunFiles
from bakeoff.domain.statistics.metrics import measure
from bakeoff.domain.verdict.comparison import compare_run, judge
from bakeoff.domain.verdict.options import VerdictOptions
from tests.fakes import InMemoryRunStore
from tests.unit.bakeoff.domain.verdict.results import ACTUAL, DATASET, MEAN, RUN, a_run, errors, failed

OPTIONS = VerdictOptions()
GOOD, FAIR, POOR = errors(1.0), errors(1.5), errors(9.0)


def test_the_comparison_is_stored_with_the_best_first() -> None:
    store = a_run({"xgboost": FAIR, "linear-learner": POOR, "knn": GOOD})

    assert judge(WritableRunFiles(store, RUN), OPTIONS) == {"finished": 3, "best": "knn", "final": None}

    comparison = store.read_json(f"runs/{RUN}/comparison.json")
    names = [candidate["name"] for candidate in comparison["candidates"]]
    assert names == ["knn", "xgboost", "linear-learner"]
    assert comparison["dataset"] == {**DATASET, "scored": len(ACTUAL)}
    assert (comparison["schema_version"], comparison["run_id"], comparison["metric"]) == (1, RUN, "rmse")


def test_metrics_are_those_of_the_predictions_not_those_that_were_recorded() -> None:
    [candidate] = compare_run(RunFiles(a_run({"knn": GOOD}), RUN), OPTIONS)["candidates"]

    predicted = [actual + error for actual, error in zip(ACTUAL, GOOD, strict=True)]
    assert candidate["metrics"] == pytest.approx(measure(ACTUAL, predicted).as_dict())


def test_a_clear_lead_makes_a_winner_and_a_small_one_a_tie() -> None:
    clear = compare_run(RunFiles(a_run({"knn": GOOD, "xgboost": FAIR}), RUN), OPTIONS)["verdict"]
    equal = compare_run(RunFiles(a_run({"knn": GOOD, "xgboost": GOOD}), RUN), OPTIONS)["verdict"]

    assert (clear["outcome"], clear["best"], clear["recommended"]) == ("winner", "knn", "knn")
    assert (equal["outcome"], equal["tied_with_best"]) == ("tie", ["xgboost"])
    pair: Any = clear["comparisons"][0]
    assert 0 < pair["ci_low"] < pair["difference"] < pair["ci_high"]


def test_the_baseline_predicts_the_training_mean_and_calls_out_who_is_no_better() -> None:
    comparison = compare_run(RunFiles(a_run({"knn": GOOD, "linear-learner": POOR}), RUN), OPTIONS)

    assert comparison["baseline"] == {
        "name": "training mean",
        "prediction": MEAN,
        "metrics": measure(ACTUAL, [MEAN] * len(ACTUAL)).as_dict(),
    }
    beats = {candidate["name"]: candidate["beats_baseline"] for candidate in comparison["candidates"]}
    assert beats == {"knn": True, "linear-learner": False}


@pytest.mark.parametrize("metric", ["rmse", "mae", "r2", "relative_accuracy"])
def test_any_metric_decides(metric: str) -> None:
    comparison = compare_run(
        RunFiles(a_run({"xgboost": FAIR, "knn": GOOD}), RUN), VerdictOptions(metric=metric)
    )

    assert comparison["metric"] == metric
    assert [candidate["name"] for candidate in comparison["candidates"]] == ["knn", "xgboost"]
    assert comparison["verdict"]["best"] == "knn"


def test_a_candidate_that_left_no_result_is_reported_as_failed() -> None:
    store = a_run({"xgboost": GOOD}, failures=["knn", "linear-learner"])
    store.delete(f"runs/{RUN}/results/linear-learner.json")

    assert judge(WritableRunFiles(store, RUN), OPTIONS) == {"finished": 1, "best": "xgboost", "final": None}

    found = store.read_json(f"runs/{RUN}/comparison.json")["candidates"]
    assert found[1] == {**failed("knn"), "beats_baseline": None}
    assert found[2]["error"] == "Neither a result nor a failure was recorded; see the execution's history."


def test_without_a_finished_candidate_there_is_nothing_to_compare() -> None:
    store = a_run({}, failures=["xgboost"])

    assert judge(WritableRunFiles(store, RUN), OPTIONS) == {"finished": 0, "best": None, "final": None}

    comparison = store.read_json(f"runs/{RUN}/comparison.json")
    assert comparison["dataset"]["scored"] == 0
    assert comparison["baseline"]["metrics"] == measure(ACTUAL, [MEAN] * len(ACTUAL)).as_dict()
    assert (comparison["verdict"]["outcome"], comparison["verdict"]["best"]) == ("inconclusive", None)


def test_the_same_files_give_the_same_comparison() -> None:
    store = a_run({"xgboost": FAIR, "knn": GOOD})

    assert compare_run(RunFiles(store, RUN), OPTIONS) == compare_run(RunFiles(store, RUN), OPTIONS)


@pytest.mark.parametrize(
    "text",
    [
        "row,actual,predicted\n0,5,5.1\n",
        "row,actual\n0,5\n",
        "",
        "row,actual,predicted\n0,five,5.1\n",
        "row,actual,predicted\n0,5,nan\n",
    ],
)
def test_predictions_of_other_rows_are_not_compared(text: str) -> None:
    store = a_run({"xgboost": FAIR, "knn": GOOD})
    store.put(f"runs/{RUN}/predictions/knn.csv", text.encode())

    with pytest.raises(
        InconsistentPredictions, match=f"runs/{RUN}/predictions/knn.csv .* run the comparison again"
    ):
        compare_run(RunFiles(store, RUN), OPTIONS)


def test_judging_needs_a_plan() -> None:
    with pytest.raises(FileNotFoundError, match=r"plan\.json"):
        judge(WritableRunFiles(InMemoryRunStore(), RUN), OPTIONS)


def test_a_comparison_of_a_mixed_table_tells_its_columns_and_the_rows_without_a_label() -> None:
    store = a_run({"knn": GOOD})
    columns = [
        {"name": "price", "role": "label", "kind": "number"},
        {"name": "id", "role": "ignored", "kind": "text", "why": "free text"},
    ]
    plan, summary = (store.read_json(f"runs/{RUN}/{name}") for name in ("plan.json", "datasets/summary.json"))
    store.write_json(f"runs/{RUN}/plan.json", {**plan, "table": {"columns": columns}})
    store.write_json(f"runs/{RUN}/datasets/summary.json", {**summary, "unlabelled": 12})

    dataset = compare_run(RunFiles(store, RUN), OPTIONS)["dataset"]

    assert dataset == {**DATASET, "columns": columns, "unlabelled": 12, "scored": len(ACTUAL)}


def test_a_verdict_on_groups_counts_groups_and_calls_no_row_a_copy() -> None:
    # Given test rows of which ten are of one group each
    store = a_run({"knn": GOOD, "xgboost": errors(9.0)})
    columns = [
        {"name": "price", "role": "label", "kind": "number"},
        {"name": "house", "role": "group", "kind": "text"},
    ]
    plan = store.read_json(f"runs/{RUN}/plan.json")
    store.write_json(f"runs/{RUN}/plan.json", {**plan, "table": {"columns": columns}})
    for name in ("knn", "xgboost"):
        key = f"runs/{RUN}/predictions/{name}.csv"
        heading, *rows = store.text(key).splitlines()
        lines = [f"{heading},cluster", *(f"{row},{place - place % 10}" for place, row in enumerate(rows))]
        store.put(key, "\n".join(lines).encode())

    comparison = compare_run(RunFiles(store, RUN), OPTIONS)

    reason = comparison["verdict"]["reason"]
    assert (
        "This rests on 330 test rows in 33 groups." in reason
        or "(330 test rows in 33 groups, where" in reason
    )
    assert comparison["dataset"]["distinct"] == 33 and "distinct" not in reason


def test_the_baseline_of_a_mixed_table_needs_no_finished_candidate() -> None:
    store = a_run({}, failures=["knn"])
    plan = store.read_json(f"runs/{RUN}/plan.json")
    columns = [
        {"name": "price", "role": "label", "kind": "number"},
        {"name": "kind", "role": "feature", "kind": "category"},
    ]
    store.write_json(f"runs/{RUN}/plan.json", {**plan, "formats": ["dense"], "table": {"columns": columns}})
    store.put(f"runs/{RUN}/datasets/dense/test/part-0", b"9.5,1,0\n11,0,1\n")
    store.put(f"runs/{RUN}/datasets/table/test/part-0", b'["9.5", "a"]\n["11.0", "b"]\n')

    metrics = compare_run(RunFiles(store, RUN), OPTIONS)["baseline"]["metrics"]

    assert metrics == measure([9.5, 11], [MEAN, MEAN]).as_dict()
