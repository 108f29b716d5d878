"""A run with folds, as scoring leaves it: predictions and a result of each candidate in each fold."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from statistics import fmean, stdev
from typing import Any

from bakeoff.domain.datasets.test_rows import HeldOutRows
from bakeoff.domain.scoring.class_predictions import classes_csv
from bakeoff.domain.scoring.reply_kinds import ClassAnswers
from bakeoff.domain.scoring.results import failed_result
from tests.fakes import InMemoryRunStore
from tests.settings import held
from tests.unit.bakeoff.domain.verdict.results import ACTUAL, RUN, a_run, completed, planned

FOLDS = 5
SIZE = len(ACTUAL) // FOLDS
PREFIX = f"runs/{RUN}/"


def labels_of(fold: int) -> list[int]:
    return ACTUAL[fold * SIZE : (fold + 1) * SIZE]


def a_run_in_folds(
    predictions: Mapping[str, Sequence[float]], failures: Mapping[tuple[str, int], str] | None = None
) -> InMemoryRunStore:
    """For each candidate the errors of its predictions, fold by fold; `failures` are of a candidate in a
    fold. In fold f a candidate trained for f + 1 seconds.
    """
    store = _planned(list(predictions))
    store.write_json(f"{PREFIX}datasets/summary.json", _summary())
    for fold in range(FOLDS):
        rows = "".join(f"{actual},{fold},{place}\n" for place, actual in enumerate(labels_of(fold)))
        store.put(f"{PREFIX}datasets/csv/fold-{fold}-part-00000", rows.encode())
    for name, errors in predictions.items():
        for fold in range(FOLDS):
            own = zip(labels_of(fold), errors[fold * SIZE :], strict=False)
            lines = [f"{row},{actual},{actual + error},{row}\n" for row, (actual, error) in enumerate(own)]
            text = "".join(["row,actual,predicted,cluster\n", *lines])
            store.put(f"{PREFIX}predictions/{name}/fold-{fold}.csv", text.encode())
            result: Any = {**completed(name, latency=10.0 + fold), "scored_rows": SIZE}
            result |= {"training_seconds": fold + 1, "billable_seconds": 2 * (fold + 1)}
            store.write_json(f"{PREFIX}results/{name}/fold-{fold}.json", result)
    for (name, fold), error in (failures or {}).items():
        failed = failed_result({"name": name, "algorithm": name}, error)
        store.write_json(f"{PREFIX}results/{name}/fold-{fold}.json", failed)
        store.delete(f"{PREFIX}predictions/{name}/fold-{fold}.csv")
    return store


def a_classification_in_folds(
    answers: Mapping[str, Sequence[Sequence[float]]], actual: Sequence[int], names: Sequence[str]
) -> InMemoryRunStore:
    """For each candidate the probabilities of its answers, row by row and fold by fold."""
    store = _planned(list(answers))
    plan = store.read_json(f"{PREFIX}plan.json")
    plan |= {
        "settings": held(task="classification", metric="log_loss", folds=FOLDS, algorithms=list(answers)),
        "task": {"kind": "classification", "positive": None},
    }
    store.write_json(f"{PREFIX}plan.json", plan)
    size = len(actual) // FOLDS
    parts = [list(actual[fold * size : (fold + 1) * size]) for fold in range(FOLDS)]
    counts = [[part.count(number) for number in range(len(names))] for part in parts]
    summary = _summary()
    del summary["label"]
    summary["classes"] = [{"name": name, "train": 1, "validation": 1, "test": 0} for name in names]
    summary["folds"] = [{"rows": size, "classes": own} for own in counts]
    store.write_json(f"{PREFIX}datasets/summary.json", summary)
    for name, probabilities in answers.items():
        for fold, part in enumerate(parts):
            own = probabilities[fold * size : (fold + 1) * size]
            contents = [str(row).encode() for row in range(size)]
            rows = HeldOutRows(range(size), [float(each) for each in part], ["1"] * size, contents)
            best = [list(each).index(max(each)) for each in own]
            given = ClassAnswers(best, array("d", [value for each in own for value in each]))
            store.put(f"{PREFIX}predictions/{name}/fold-{fold}.csv", classes_csv(rows, given, names).encode())
            result = {**completed(name), "scored_rows": size, "metrics": {}}
            store.write_json(f"{PREFIX}results/{name}/fold-{fold}.json", result)
    return store


def _planned(names: Sequence[str]) -> InMemoryRunStore:
    store = a_run({})
    plan = store.read_json(f"{PREFIX}plan.json")
    plan["split"]["folds"] = FOLDS
    plan["settings"] = held(folds=FOLDS, algorithms=list(names))
    plan["candidates"] = [
        {
            **planned(name),
            "resource_name": f"bakeoff-0123456789-{name}",
            "hyperparameters": {"rows": "{train_rows}"},
            "input_data_config": [],
        }
        for name in names
    ]
    store.write_json(f"{PREFIX}plan.json", plan)
    store.delete(f"{PREFIX}datasets/csv/test/part-00000")
    return store


def _summary() -> dict[str, Any]:
    """Of the final model, and of each fold."""
    parts = [labels_of(fold) for fold in range(FOLDS)]
    folds = [{"rows": len(part), "label": _statistics(part)} for part in parts]
    return {
        "feature_dim": 8,
        "rows": {"train": (FOLDS - 1) * SIZE, "validation": SIZE, "test": 0},
        "label": {"train": _statistics(ACTUAL[SIZE:]), "validation": _statistics(parts[0])},
        "rejected": {"total": 3, "reasons": {"the label is not a number": 3}, "examples": []},
        "folds": folds,
    }


def _statistics(labels: Sequence[float]) -> dict[str, Any]:
    return {
        "count": len(labels),
        "mean": fmean(labels),
        "stddev": stdev(labels),
        "min": min(labels),
        "max": max(labels),
    }
