"""From a plan of classes to what is stored of a candidate, through the facts of the prepared data."""

from __future__ import annotations

import csv
import json
from typing import Any

import pytest

from bakeoff.domain.datasets.test_rows import HeldOutSplit
from bakeoff.domain.errors import InvalidAlgorithms
from bakeoff.domain.run.files import RunFiles, WritableRunFiles
from bakeoff.domain.scoring.answering import VALUES, answering_of
from bakeoff.domain.scoring.scorer import Scorer
from tests.fakes import FakeEndpoint, InMemoryRunStore
from tests.units import checked_units

RUN = "runs/run-1"
BINARY: Any = {
    "hyperparameters": {"objective": "binary:logistic"},
    "reply": {"path": "predictions[].score", "kind": "positive_probability"},
}
MULTICLASS: Any = {
    "hyperparameters": {"num_class": "{classes}"},
    "accept": "application/json; verbose=true",
    "reply": {"path": "predictions[].labels", "kind": "votes"},
}
COLUMNS = [
    {"name": "kind", "role": "label", "kind": "category"},
    {"name": "area", "role": "feature", "kind": "number"},
]


def store_of(classes: list[str], tasks: dict[str, Any]) -> InMemoryRunStore:
    store = InMemoryRunStore()
    plan: Any = {
        "run_id": "run-1",
        "inputs": [],
        "task": {"kind": "classification", "positive": None},
        "table": {"columns": COLUMNS},
        "formats": ["csv"],
        "split": {},
        "max_rejected_share": 0.01,
        "candidates": [
            {
                "name": "model",
                "resource_name": "bakeoff-model",
                "algorithm": "model",
                "view": "csv",
                "accept": "application/json",
                "prediction_path": "predictions[].number",
                "hyperparameters": {},
                "tasks": tasks,
            }
        ],
    }
    rows = {"train": 70, "validation": 15, "test": len(classes)}
    counts = [{"name": name, "train": 30, "validation": 5, "test": 1} for name in classes]
    store.write_json(f"{RUN}/plan.json", plan)
    summary = {"rows": rows, "rejected": {"total": 0, "reasons": {}, "examples": []}, "classes": counts}
    store.write_json(f"{RUN}/datasets/summary.json", {**summary, "views": {"csv": {"features": 1}}})
    held = "".join(f"{number},{number}\n" for number in range(len(classes)))
    store.put(f"{RUN}/datasets/csv/test/part-0", held.encode())
    cells = "".join(json.dumps([name, str(number)]) + "\n" for number, name in enumerate(classes))
    store.put(f"{RUN}/datasets/table/test/part-0", cells.encode())
    return store


def scored(store: InMemoryRunStore, reply: Any) -> list[list[str]]:
    run = WritableRunFiles(store, "run-1")
    [candidate] = checked_units(store, "run-1")
    plan = run.plan()
    endpoint = FakeEndpoint(lambda rows: json.dumps({"predictions": [reply(int(row)) for row in rows]}))
    Scorer(
        run,
        endpoint,
        max_rows=0,
        latency_calls=3,
        seconds_left=lambda: 900.0,
        split=HeldOutSplit.of_candidate(plan, "model"),
        answering=answering_of(run, plan, "model"),
    ).score(candidate, {"training_seconds": 1, "billable_seconds": 1})
    assert store.read_json(f"{RUN}/results/model.json")["status"] == "completed"
    return list(csv.reader(run.prediction_lines("model")))


def test_of_two_classes_the_probability_is_the_second_one_s() -> None:
    store = store_of(["no", 'yes, "sir"'], {"binary": BINARY, "multiclass": MULTICLASS})

    found = scored(store, lambda row: {"score": 0.25 + row / 2, "predicted_label": 0})

    assert found == [
        ["row", "actual", "predicted", "p_no", 'p_yes, "sir"', "cluster"],
        ["0", "no", "no", "0.75", "0.25", "0"],
        ["1", 'yes, "sir"', 'yes, "sir"', "0.25", "0.75", "1"],
    ]


def test_of_three_classes_the_entry_s_other_section_holds() -> None:
    store = store_of(["a", "b", "c"], {"binary": BINARY, "multiclass": MULTICLASS})

    [candidate] = checked_units(store, "run-1")
    found = scored(store, lambda row: {"labels": [float(row)] * 3})

    assert candidate["hyperparameters"] == {"num_class": "3"}
    assert candidate["accept"] == "application/json; verbose=true" and "tasks" not in candidate
    assert candidate["prediction_path"] == "predictions[].labels"
    assert [row[2] for row in found[1:]] == ["a", "b", "c"]


def test_an_entry_that_cannot_tell_so_many_classes_is_refused_before_training() -> None:
    store = store_of(["a", "b", "c"], {"binary": BINARY})

    with pytest.raises(InvalidAlgorithms, match="'model' does not say how it tells 3 to 100 classes apart"):
        checked_units(store, "run-1")


def test_a_plan_without_a_task_predicts_numbers() -> None:
    store = store_of(["a", "b"], {"binary": BINARY})
    plan: Any = {name: value for name, value in RunFiles(store, "run-1").plan().items() if name != "task"}

    assert answering_of(RunFiles(store, "run-1"), plan, "model") is VALUES
