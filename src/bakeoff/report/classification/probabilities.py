"""How good the candidates' probabilities are: what they rank, and whether they mean what they say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from markupsafe import Markup

from bakeoff.domain.run.documents import ClassRows, CompletedCandidate
from bakeoff.domain.scoring.predictions import Predictions
from bakeoff.domain.statistics.classification.answers import Answers
from bakeoff.domain.statistics.classification.calibration import reliability
from bakeoff.domain.statistics.classification.curves import (
    Curve,
    average_precision,
    precision_recall_curve,
    roc_curve,
    thinned,
)
from bakeoff.domain.statistics.classification.metrics import CALIBRATION_ERROR
from bakeoff.report.plots.curves import draw_precision_recall, draw_roc
from bakeoff.report.plots.reliability import FEW, draw_reliability
from bakeoff.report.predictions import DETAILED
from bakeoff.report.text import shortened, told_apart

_LONGEST = 20  # characters of a class's name in a picture, where lines of text are not broken


@dataclass(frozen=True)
class _Answered:
    """A candidate's answers, and its metrics as the comparison has them."""

    name: str
    answers: Answers
    metrics: Mapping[str, float | None]

    @classmethod
    def of(cls, item: CompletedCandidate, found: Predictions, classes: int) -> _Answered:
        actual, predicted = (np.asarray(each, dtype=np.int64) for each in (found.actual, found.predicted))
        flat = np.frombuffer(found.probabilities or b"")
        answers = Answers(actual, predicted, flat.reshape(-1, classes), classes)
        return cls(item["name"], answers, cast("Mapping[str, float | None]", item["metrics"]))


def probabilities_told(
    classes: Sequence[ClassRows],
    candidates: Sequence[CompletedCandidate],
    predictions: Mapping[str, Predictions],
) -> dict[str, Any] | None:
    """Pictures of the best few of the ranked `candidates` that answered with probabilities, and who did not;
    None without any predictions.
    """
    answered = [item for item in candidates if item["name"] in predictions]
    if not answered:
        return None
    named = [item for item in answered if predictions[item["name"]].probabilities is not None]
    positive = told_apart([each["name"] for each in classes])[1] if len(classes) == 2 else None
    found = [_Answered.of(item, predictions[item["name"]], len(classes)) for item in named[:DETAILED]]
    return {
        "positive": positive,
        "pictures": _pictures(found, positive and shortened(positive, _LONGEST)) if found else {},
        "table": [
            {
                "name": each.name,
                "roc_auc": each.metrics["roc_auc"],
                "average_precision": average_precision(each.answers) if positive else None,
                "calibration_error": each.metrics[CALIBRATION_ERROR],
            }
            for each in found
        ],
        "labels_only": [item["name"] for item in answered if item not in named],
        "left_out": len(named) - len(found),
        "few": FEW,
    }


def _pictures(found: Sequence[_Answered], positive: str | None) -> dict[str, Markup]:
    """By their kinds. Curves are of two classes, and need rows of both."""
    calibrations = [(each.name, reliability(each.answers), each.metrics[CALIBRATION_ERROR]) for each in found]
    told = [(name, bins, error) for name, bins, error in calibrations if bins and error is not None]
    pictures = {"reliability": draw_reliability(told, positive)}
    if positive:
        roc = [(each.name, roc_curve(each.answers), each.metrics["roc_auc"]) for each in found]
        trade = [
            (each.name, precision_recall_curve(each.answers), average_precision(each.answers))
            for each in found
        ]
        if drawn := _thinned(roc):
            pictures["roc"] = draw_roc(drawn, positive)
        if drawn := _thinned(trade):
            share = float(found[0].answers.actual.mean())
            pictures["precision_recall"] = draw_precision_recall(drawn, positive, share)
    return pictures


def _thinned(curves: Iterable[tuple[str, Curve | None, float | None]]) -> list[tuple[str, Curve, float]]:
    """Those that there are, with the area below each."""
    return [(name, thinned(curve), area) for name, curve, area in curves if curve and area is not None]
