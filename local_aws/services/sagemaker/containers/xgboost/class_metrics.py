"""The metrics of classes that the container computes itself, on labels: (predicted, actual) -> value.

Their definitions are scikit-learn's, which the container calls, and which takes half a job's start-up here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from local_aws.services.sagemaker.containers.errors import UserError

Values = NDArray[Any]
Metric = Callable[[Values, Values], float]
_HALF = 0.5


def _same(predictions: Values) -> Values:
    return predictions


# What XGBoost hands over, to labels.
_TO_LABELS: dict[str, Callable[[Values], Values]] = {
    "binary:logistic": lambda shares: shares > _HALF,
    "binary:logitraw": lambda odds: odds > 0,
    "binary:hinge": _same,
    "multi:softmax": _same,
    "multi:softprob": lambda shares: shares.argmax(axis=1),
    "reg:logistic": lambda shares: shares > _HALF,
}


def labels_of(objective: str, predictions: Values, metric: str) -> Values:
    """Predicted labels (rows,); UserError where the objective predicts no classes."""
    if objective not in _TO_LABELS:
        raise UserError(f"Metric '{metric}' can only be applied for classification problems.")
    return _TO_LABELS[objective](predictions).astype(np.float64)


def _accuracy(predicted: Values, actual: Values) -> float:
    return float(np.mean(predicted == actual))


def _precision(right: Values, called: Values, actual: Values) -> Values:
    return _share(right, called)


def _recall(right: Values, called: Values, actual: Values) -> Values:
    return _share(right, actual)


def _f1(right: Values, called: Values, actual: Values) -> Values:
    return _share(2 * right, called + actual)


_ByClass = Callable[[Values, Values, Values], Values]


def _counts(predicted: Values, actual: Values) -> tuple[Values, Values, Values, Values]:
    """Every label of both, and how often it is predicted rightly, predicted, and actual."""
    known, codes = np.unique(np.concatenate([predicted, actual]), return_inverse=True)
    called, seen = codes[: len(predicted)], codes[len(predicted) :]
    right = np.bincount(seen[called == seen], minlength=len(known))
    return known, right, np.bincount(called, minlength=len(known)), np.bincount(seen, minlength=len(known))


def _macro(measure: _ByClass) -> Metric:
    return lambda predicted, actual: float(np.mean(measure(*_counts(predicted, actual)[1:])))


def _of_positives(measure: _ByClass) -> Metric:
    """Of label 1, where there are two labels."""

    def compute(predicted: Values, actual: Values) -> float:
        known, *counts = _counts(predicted, actual)
        if len(known) > 2:
            raise UserError(
                "Target is multiclass but average='binary'. Please choose another average setting."
            )
        values = measure(*counts)[known == 1]
        return float(values[0]) if len(values) else 0.0

    return compute


def _balanced_accuracy(predicted: Values, actual: Values) -> float:
    _, right, _, seen = _counts(predicted, actual)
    return float(np.mean(_share(right, seen)[seen > 0]))


def _share(part: Values, whole: Values) -> Values:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


CLASS_METRICS: dict[str, Metric] = {
    "accuracy": _accuracy,
    "balanced_accuracy": _balanced_accuracy,
    "f1": _macro(_f1),
    "f1_binary": _of_positives(_f1),
    "f1_macro": _macro(_f1),
    "precision": _of_positives(_precision),
    "precision_macro": _macro(_precision),
    "precision_micro": _accuracy,  # with one label a row, as is recall_micro
    "recall": _of_positives(_recall),
    "recall_macro": _macro(_recall),
    "recall_micro": _accuracy,
}
