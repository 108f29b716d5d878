"""A run of candidates that predict classes, as scoring leaves it."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bakeoff.domain.datasets.test_rows import HeldOutRows
from bakeoff.domain.scoring.class_predictions import classes_csv
from bakeoff.domain.scoring.reply_kinds import ClassAnswers
from bakeoff.domain.verdict.options import Candidate
from tests.fakes import InMemoryRunStore
from tests.settings import held
from tests.unit.bakeoff.domain.statistics.classification.answered import answers
from tests.unit.bakeoff.domain.verdict.results import RUN, a_run, completed

NAMES = ["no", "yes", '<b>may be</b>, "or" not']


def candidate(
    name: str,
    actual: NDArray[np.int64],
    skill: float,
    classes: int = 3,
    seed: int = 0,
    labels_only: bool = False,
) -> Candidate:
    found = answers(actual, classes, seed, skill)
    return Candidate(
        name, found.predicted.astype(float), probabilities=None if labels_only else found.probabilities
    )


def a_classification(
    field: Mapping[str, Candidate], actual: NDArray[np.int64], names: Sequence[str] = NAMES
) -> InMemoryRunStore:
    """A finished run, planned to be judged by log loss; training has rows of the classes as 5 : 3 : 2, and
    20 of each further one.
    """
    store, prefix = a_run({}), f"runs/{RUN}/"
    plan = store.read_json(f"{prefix}plan.json")
    plan["candidates"] = [{"name": name, "algorithm": name} for name in field]
    plan["settings"] = held(task="classification", metric="log_loss", algorithms=[*field])
    plan["task"] = {"kind": "classification", "positive": None}
    store.write_json(f"{prefix}plan.json", plan)
    summary = store.read_json(f"{prefix}datasets/summary.json")
    summary["rows"]["test"] = len(actual)
    summary["classes"] = [
        {"name": name, "train": train, "validation": 5, "test": int(np.sum(actual == number))}
        for number, (name, train) in enumerate(zip(names, (50, 30, *[20] * len(names)), strict=False))
    ]
    store.write_json(f"{prefix}datasets/summary.json", summary)
    features = [f"{row},1" for row in range(len(actual))]
    contents = [each.encode() for each in features]
    rows = HeldOutRows(range(len(actual)), actual.tolist(), features, contents)
    lines = "".join(f"{label},{row},1\n" for row, label in enumerate(actual))
    store.put(f"{prefix}datasets/csv/test/part-00000", lines.encode())
    for name, own in field.items():
        flat = None if own.probabilities is None else array("d", own.probabilities.ravel().tolist())
        given = ClassAnswers([int(each) for each in own.predicted], flat)
        store.put(f"{prefix}predictions/{name}.csv", classes_csv(rows, given, names).encode())
        result = {**completed(name), "scored_rows": len(actual), "metrics": {}}
        store.write_json(f"{prefix}results/{name}.json", result)
    return store
