"""Which classes are taken for which, by every candidate that is shown in detail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bakeoff.domain.run.documents import ClassRows, CompletedCandidate
from bakeoff.domain.scoring.predictions import Predictions
from bakeoff.domain.statistics.classification.answers import Answers, Indices, confusion
from bakeoff.report.predictions import DETAILED
from bakeoff.report.text import told_apart

# A matrix of more takes more width than a page has; the commonest mistakes tell then.
_MOST_SQUARE = 12
_MOST_MISTAKES = 15
_UNFOLDED = 20
_LONGEST_HEADING = 36


def classes_told(
    classes: Sequence[ClassRows],
    candidates: Sequence[CompletedCandidate],
    predictions: Mapping[str, Predictions],
) -> dict[str, Any] | None:
    """Counts and shares of the ranked `candidates`, the best few of them; None without any predictions."""
    shown = [item["name"] for item in candidates if item["name"] in predictions][:DETAILED]
    if not shown:
        return None
    given = [each["name"] for each in classes]
    names, headings = told_apart(given), told_apart(given, _LONGEST_HEADING)
    counts = {name: _confusion(predictions[name], len(classes)) for name in shown}
    rows = counts[shown[0]].sum(axis=1).tolist()
    errors = [
        {"name": each, "rows": rows[place], "shares": [_error(found, place) for found in counts.values()]}
        for place, each in enumerate(names)
    ]
    return {
        "headings": headings,
        "positive": names[1] if len(names) == 2 else None,
        "candidates": [{"name": name, **_told(names, headings, found)} for name, found in counts.items()],
        "errors": errors[:_UNFOLDED],
        "folded": errors[_UNFOLDED:],
        "shown": shown,
        "left_out": len(candidates) - len(shown),
    }


def _confusion(found: Predictions, classes: int) -> Indices:
    actual, predicted = (np.asarray(each, dtype=np.int64) for each in (found.actual, found.predicted))
    return confusion(Answers(actual, predicted, None, classes))


def _told(names: Sequence[str], headings: Sequence[str], counts: Indices) -> dict[str, Any]:
    """A matrix, or of many classes the commonest mistakes; the other one is empty."""
    told: dict[str, Any] = {"matrix": [], "mistakes": []}
    if len(names) <= _MOST_SQUARE:
        return told | {
            "matrix": [_row(name, row) for name, row in zip(headings, counts.tolist(), strict=True)]
        }
    wrong = counts - np.diag(np.diag(counts))
    order = np.argsort(-wrong, axis=None, kind="stable")[:_MOST_MISTAKES]
    places = [divmod(int(place), len(names)) for place in order if wrong.flat[place]]
    return told | {
        "mistakes": [
            {"actual": names[a], "predicted": names[p], "rows": int(wrong[a, p]), "of": int(counts[a].sum())}
            for a, p in places
        ]
    }


def _row(name: str, counts: Sequence[int]) -> dict[str, Any]:
    rows = sum(counts)
    return {"name": name, "cells": [{"rows": own, "share": own / rows if rows else None} for own in counts]}


def _error(counts: Indices, place: int) -> float | None:
    """The share of a class's rows that were taken for another."""
    rows = int(counts[place].sum())
    return 1 - int(counts[place, place]) / rows if rows else None
