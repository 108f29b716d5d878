"""The predictions of a candidate, as predictions/<name>.csv holds them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bakeoff.domain.errors import InconsistentPredictions
from bakeoff.domain.naming import run_prefix
from bakeoff.domain.ports import RunStore


@dataclass(frozen=True)
class Predictions:
    """`rows` are positions in the test split; `actual` and `predicted` are in the label's unit; all (n,)."""

    rows: list[int]
    actual: list[float]
    predicted: list[float]


def read_predictions(
    store: RunStore, run_id: str, results: Iterable[Mapping[str, Any]]
) -> dict[str, Predictions]:
    """The predictions of every completed candidate, by name.

    Raises InconsistentPredictions when they are not of the same rows, or are no predictions.
    """
    names = [result["name"] for result in results if result["status"] == "completed"]
    found = {name: _read(store, f"{run_prefix(run_id)}predictions/{name}.csv") for name in names}
    first = next(iter(found.values()), None)
    for name, predictions in found.items():
        if first and (predictions.rows, predictions.actual) != (first.rows, first.actual):
            raise InconsistentPredictions(
                f"{name} was not scored on the same rows as {names[0]}: compare them in one run."
            )
    return found


def _read(store: RunStore, key: str) -> Predictions:
    try:
        records = list(csv.DictReader(store.read_lines(key)))
        if not records:
            raise InconsistentPredictions(f"{key} holds no predictions: run the comparison again.")
        return Predictions(
            rows=[int(record["row"]) for record in records],
            actual=[float(record["actual"]) for record in records],
            predicted=[float(record["predicted"]) for record in records],
        )
    except (KeyError, TypeError, ValueError, csv.Error) as err:
        raise InconsistentPredictions(
            f"{key} does not hold a row, its label and its prediction in every line: compare again."
        ) from err
