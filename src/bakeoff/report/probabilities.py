"""How good the candidates' probabilities are: what they rank, and whether they mean what they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup

from bakeoff.domain.run.documents import ClassRows, CompletedCandidate
from bakeoff.domain.scoring.predictions import Predictions
from bakeoff.domain.statistics.classification.answers import Answers
from bakeoff.domain.statistics.classification.calibration import (
    Bin,
    calibration_error,
    reliability,
)
from bakeoff.domain.statistics.classification.contributions import contributions
from bakeoff.domain.statistics.classification.curves import (
    Curve,
    average_precision,
    precision_recall_curve,
    roc_curve,
    thinned,
)
from bakeoff.report.plots.curves import draw_precision_recall, draw_roc
from bakeoff.report.plots.reliability import FEW, draw_reliability
from bakeoff.report.predictions import DETAILED
from bakeoff.report.text import shortened, told_apart

_LONGEST = 20  # characters of a class's name in a picture, where lines of text are not broken

Named = Sequence[tuple[str, Answers]]


def probabilities_told(
    classes: Sequence[ClassRows],
    candidates: Sequence[CompletedCandidate],
    predictions: Mapping[str, Predictions],
) -> dict[str, Any] | None:
    """Pictures of the best few of the ranked `candidates` that answered with probabilities, and who did not;
    None without any predictions.
    """
    answered = [item["name"] for item in candidates if item["name"] in predictions]
    if not answered:
        return None
    named = [name for name in answered if predictions[name].probabilities is not None]
    positive = told_apart([each["name"] for each in classes])[1] if len(classes) == 2 else None
    found = [(name, _answers(predictions[name], len(classes))) for name in named[:DETAILED]]
    return {
        "positive": positive,
        "pictures": _pictures(found, positive and shortened(positive, _LONGEST)) if found else {},
        "table": [
            {
                "name": name,
                "roc_auc": _roc_auc(answers),
                "average_precision": average_precision(answers) if positive else None,
                "calibration_error": calibration_error(answers),
            }
            for name, answers in found
        ],
        "labels_only": [name for name in answered if name not in named],
        "left_out": len(named) - len(found),
        "few": FEW,
    }


def _answers(found: Predictions, classes: int) -> Answers:
    actual, predicted = (np.asarray(each, dtype=np.int64) for each in (found.actual, found.predicted))
    flat = np.frombuffer(found.probabilities or b"")
    return Answers(actual, predicted, flat.reshape(-1, classes), classes)


def _pictures(found: Named, positive: str | None) -> dict[str, Markup]:
    """By their kinds. Curves are of two classes, and need rows of both."""
    pictures = {"reliability": draw_reliability(_calibrations(found), positive)}
    if positive:
        if roc := _curves(found, roc_curve, _roc_auc):
            pictures["roc"] = draw_roc(roc, positive)
        if trade := _curves(found, precision_recall_curve, average_precision):
            share = float(found[0][1].actual.mean())
            pictures["precision_recall"] = draw_precision_recall(trade, positive, share)
    return pictures


def _calibrations(found: Named) -> list[tuple[str, list[Bin], float]]:
    told = ((name, reliability(answers), calibration_error(answers)) for name, answers in found)
    return [(name, bins, error) for name, bins, error in told if bins and error is not None]


def _curves(
    found: Named, curve_of: Callable[[Answers], Curve | None], area_of: Callable[[Answers], float | None]
) -> list[tuple[str, Curve, float]]:
    told = ((name, curve_of(answers), area_of(answers)) for name, answers in found)
    return [(name, thinned(curve), area) for name, curve, area in told if curve and area is not None]


def _roc_auc(answers: Answers) -> float | None:
    area = contributions("roc_auc", answers)
    return area.value if area else None
