"""What a plan says of folds, and what cannot hold beside them."""

from __future__ import annotations

from typing import Any

import pytest

from bakeoff.domain.errors import BakeoffError, InvalidAlgorithms, InvalidSettings, TooFewRows
from tests.fakes import InMemoryRunStore
from tests.settings import STACK
from tests.unit.bakeoff.domain.planning.test_planner import CREATED_AT, planner_of
from tests.unit.bakeoff.domain.reading.parquet.parquet_files import DOUBLE, column, parquet_of

TUNED = {"name": "tuned", "algorithm": "xgboost", "tuning": {"jobs": 6, "each_fold": True}}
FILE = b"algorithms: [knn, xgboost:tuned]\nfolds: 4\n"


def store_of(rows: int = 600, settings: bytes = b"") -> InMemoryRunStore:
    store = InMemoryRunStore()
    lines = [f"{7 * row % 101},{row},{row % 9},2026-{row % 12 + 1:02}-03" for row in range(rows)]
    store.put("Inputs/houses.csv", "\n".join(["price,area,age,sold", *lines, ""]).encode())
    if settings:
        store.put("Inputs/bakeoff.yaml", settings)
    return store


def planned(given: dict[str, Any], store: InMemoryRunStore | None = None, **overrides: Any) -> Any:
    """The answer and the plan."""
    store = store or store_of()
    given = {"algorithms": ["xgboost"], "ignore": ["sold"], **given}
    answer = planner_of(store, **overrides).plan("run-1", given, CREATED_AT)
    return answer, store.read_json("runs/run-1/plan.json")


def refused(kind: type[BakeoffError], given: dict[str, Any], *more: Any, **overrides: Any) -> str:
    with pytest.raises(kind) as refusal:
        planned(given, *more, **overrides)
    return str(refusal.value)


def test_the_plan_says_how_many_folds_there_are_and_who_said_so() -> None:
    answer, plan = planned({"folds": 5.0, "algorithms": ["xgboost", "knn"]})

    assert plan["split"]["folds"] == 5
    assert plan["settings"]["folds"] == {"value": 5, "source": "the execution's input"}
    assert (answer["folds"], answer["units"], answer["training_jobs"]) == (5, 10, 11)


def test_without_folds_neither_split_nor_answer_knows_of_them() -> None:
    answer, plan = planned({})

    assert "folds" not in plan["split"] and not {"folds", "units", "training_jobs"} & answer.keys()


def test_a_stack_s_folds_hold_unless_the_file_or_the_execution_says_otherwise() -> None:
    stack = {**STACK, "folds": 3}

    assert planned({}, settings=stack)[1]["split"]["folds"] == 3
    assert planned({}, store_of(settings=b"folds: 4"), settings=stack)[1]["split"]["folds"] == 4
    assert "folds" not in planned({"folds": 0}, store_of(settings=b"folds: 4"), settings=stack)[1]["split"]


def test_a_time_that_makes_the_latest_rows_the_test_is_refused_beside_folds() -> None:
    assert refused(InvalidSettings, {"folds": 5, "time": "sold", "ignore": []}) == (
        "The execution's input: time makes the latest rows the test, but with 5 folds (the execution's "
        "input) every row is a test row once: leave time out, or set folds: 0."
    )


def test_a_time_in_a_file_beside_a_stack_s_folds_is_refused_at_its_place() -> None:
    store = store_of(settings=b"algorithms: [knn]\ntime: sold\n")

    assert refused(InvalidSettings, {"ignore": []}, store, settings={**STACK, "folds": 3}) == (
        "Inputs/bakeoff.yaml, line 2, column 7: time makes the latest rows the test, but with 3 folds (the "
        "stack's parameter Folds) every row is a test row once: leave time out, or set folds: 0."
    )


def test_a_time_without_folds_is_planned() -> None:
    assert planned({"time": "sold", "ignore": []})[1]["settings"]["time"]["value"] == "sold"


@pytest.mark.parametrize("most", [1, 9])
def test_scored_rows_that_leave_a_fold_less_than_two_are_refused(most: int) -> None:
    assert refused(InvalidSettings, {"folds": 5, "max_scored_rows": most}) == (
        f"The execution's input: max_scored_rows is {most}, but 5 folds share them and need 2 each: set 10 "
        "or more, or 0 for all rows."
    )


@pytest.mark.parametrize("most", [0, 10])
def test_scored_rows_that_go_round_are_planned(most: int) -> None:
    assert planned({"folds": 5, "max_scored_rows": most})[1]["split"]["folds"] == 5


def test_a_tuned_candidate_is_refused_with_the_number_of_training_jobs() -> None:
    assert refused(InvalidAlgorithms, {"folds": 5, "algorithms": ["knn", "xgboost:tuned"]}) == (
        "Algorithm 'xgboost-tuned' is tuned, and 5 folds would have to tune it each for itself, by 100 "
        "training jobs instead of 20: say tuning.each_fold: true if that is meant, compare it untuned, or "
        "set folds: 0."
    )


def test_a_tuned_candidate_in_a_file_is_refused_at_its_place() -> None:
    store = store_of(settings=FILE)

    with pytest.raises(InvalidAlgorithms) as refusal:
        planner_of(store).plan("run-1", {}, CREATED_AT)

    assert str(refusal.value).startswith(
        "Inputs/bakeoff.yaml, line 1, column 19: Algorithm 'xgboost-tuned' is"
    )


def test_each_fold_false_asks_for_nothing() -> None:
    tuned = {**TUNED, "tuning": {"each_fold": False}}

    assert refused(InvalidAlgorithms, {"folds": 3, "algorithms": [tuned]}).startswith("Algorithm 'tuned' is")


def test_a_candidate_that_is_tuned_in_each_fold_says_so_and_its_jobs_are_counted() -> None:
    answer, plan = planned({"folds": 4, "algorithms": ["knn", TUNED]})

    assert plan["candidates"][1]["tuning"]["each_fold"] is True
    # Four of k-NN, four times six of the tuned one, and the final model's.
    assert (answer["units"], answer["training_jobs"]) == (8, 29)


def test_a_classification_is_tuned_in_each_fold_too() -> None:
    given = {"folds": 3, "algorithms": [TUNED], "target": "age", "task": "classification"}

    answer, plan = planned(given)

    tasks = plan["candidates"][0]["tasks"]
    assert {name: own["tuning"]["each_fold"] for name, own in tasks.items()} == dict.fromkeys(tasks, True)
    assert answer["training_jobs"] == 19


def test_each_fold_of_one_split_is_as_if_nobody_had_said_it() -> None:
    assert planned({"algorithms": [TUNED]})[1]["candidates"][0]["tuning"]["jobs"] == 6


@pytest.mark.parametrize("word", ["yes", 1, None])
def test_each_fold_is_true_or_false(word: Any) -> None:
    tuned = {**TUNED, "tuning": {"each_fold": word}}

    assert "each_fold" in refused(InvalidAlgorithms, {"algorithms": [tuned]})


def test_fewer_rows_than_fifty_a_fold_are_refused_where_the_plan_sees_them_all() -> None:
    assert refused(TooFewRows, {"folds": 10}, store_of(rows=499)) == (
        "The data have 499 rows, but 10 folds of at least 50 take 500: set folds to 4 or less, or upload "
        "more data."
    )


def test_rows_that_chance_would_have_to_share_out_evenly_are_refused_by_the_plan() -> None:
    assert refused(TooFewRows, {"folds": 10}, store_of(rows=500)) == (
        "The data have 500 rows, which chance shares out among 10 folds, and almost surely one would get "
        "fewer than the 50 that each takes: set folds to 5 or less, or upload more data."
    )
    assert planned({"folds": 10}, store_of(rows=560))[1]["split"]["folds"] == 10
    assert planned({"folds": 2}, store_of(rows=120))[1]["split"]["folds"] == 2


@pytest.mark.parametrize("rows", [499, 500])
def test_rows_that_parquet_states_are_as_good_as_seen(rows: int) -> None:
    store = InMemoryRunStore()
    body = parquet_of([column("price", DOUBLE), column("area", DOUBLE)], rows=rows)
    store.put("Inputs/houses.parquet", body)

    assert refused(TooFewRows, {"folds": 10, "ignore": []}, store).startswith(f"The data have {rows} rows, ")
    assert planned({"folds": 4, "ignore": []}, store)[1]["split"]["folds"] == 4


def test_rows_that_nobody_has_seen_yet_may_be_enough() -> None:
    store = store_of(rows=30)
    lines = [f"{7 * row % 101},{row % 9},{'x' * 250_000}" for row in range(60)]
    store.put("Inputs/houses.csv", "\n".join(["price,age,note", *lines, ""]).encode())

    assert planned({"folds": 10, "ignore": ["note"]}, store)[1]["split"]["folds"] == 10
