"""What a candidate's predictions are worth, and what answers without any model would be: no endpoint takes
part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from bakeoff.domain.run.documents import Baseline, ClassRows, MetricValues, Summary
from bakeoff.domain.run.task import Task
from bakeoff.domain.scoring.predictions import Predictions
from bakeoff.domain.statistics.classification.answers import Answers
from bakeoff.domain.statistics.classification.metrics import measure_classes
from bakeoff.domain.statistics.metrics import measure
from bakeoff.domain.statistics.registry import TaskKind
from bakeoff.domain.statistics.resampling import Array

MEAN, SHARES = "training mean", "training class shares"


def metrics_of(found: Predictions, task: Task) -> MetricValues:
    """All metrics of the task; None where the rows leave one undefined, or it needs probabilities and there
    are none.
    """
    if task.kind == "regression":
        return measure(found.actual, found.predicted).as_dict()
    actual, predicted = (np.asarray(each, dtype=np.int64) for each in (found.actual, found.predicted))
    return measure_classes(Answers(actual, predicted, probabilities_of(found, task), len(task.classes)))


def probabilities_of(found: Predictions, task: Task) -> Array | None:
    """Of shape (n, K)."""
    if found.probabilities is None:
        return None
    return np.frombuffer(found.probabilities).reshape(-1, len(task.classes))


def baseline(labels: Sequence[float], summary: Summary) -> Baseline:
    """What always predicting the mean of the training labels would have achieved; of classes, always
    answering their shares of the training rows.
    """
    task: TaskKind = "classification" if "classes" in summary else "regression"
    return _BASELINES[task](labels, summary)


def _mean(labels: Sequence[float], summary: Summary) -> Baseline:
    mean = summary["label"]["train"]["mean"]
    metrics = measure(labels, [mean] * len(labels))
    return {"name": MEAN, "prediction": mean, "metrics": metrics.as_dict()}


def _shares(labels: Sequence[float], summary: Summary) -> Baseline:
    shares = _training_shares(summary["classes"])
    most = shares.index(max(shares))
    actual = np.asarray(labels, dtype=np.int64)
    answers = Answers(
        actual, np.full_like(actual, most), np.tile(np.asarray(shares), (len(labels), 1)), len(shares)
    )
    return {"name": SHARES, "prediction": most, "shares": shares, "metrics": measure_classes(answers)}


def _training_shares(classes: Sequence[ClassRows]) -> list[float]:
    rows = sum(each["train"] for each in classes)
    return [each["train"] / rows for each in classes]


_BASELINES: Mapping[TaskKind, Callable[[Sequence[float], Summary], Baseline]] = {
    "regression": _mean,
    "classification": _shares,
}
