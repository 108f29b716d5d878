"""What a candidate's predictions are worth, and what answers without any model would be: no endpoint takes
part.
"""

from __future__ import annotations

import math
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
from bakeoff.domain.verdict.options import Candidate

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


def baseline(labels: Sequence[Sequence[float]], summaries: Sequence[Summary]) -> Baseline:
    """What always predicting the mean of the training labels would have achieved; of classes, always
    answering their shares of the training rows. With folds each of them predicts what its own training rows
    have, and `prediction` and `shares` are the mean of that over all rows; else there is one part.
    """
    task: TaskKind = "classification" if "classes" in summaries[0] else "regression"
    return _BASELINES[task](labels, summaries)


def baseline_candidate(actual: Sequence[float], summary: Summary) -> Candidate:
    """What the baseline answers to rows with the labels `actual`, shape (n,), of a run with one split."""
    if "classes" not in summary:
        return Candidate(MEAN, [summary["label"]["train"]["mean"]] * len(actual))
    shares = _training_shares(summary["classes"])
    predicted = [float(shares.index(max(shares)))] * len(actual)
    return Candidate(SHARES, predicted, probabilities=np.tile(shares, (len(actual), 1)))


def _mean(labels: Sequence[Sequence[float]], summaries: Sequence[Summary]) -> Baseline:
    means = [summary["label"]["train"]["mean"] for summary in summaries]
    counts = [len(part) for part in labels]
    predicted = [mean for mean, count in zip(means, counts, strict=True) for _ in range(count)]
    metrics = measure([label for part in labels for label in part], predicted)
    mean = means[0] if len(means) == 1 else math.fsum(predicted) / len(predicted)
    return {"name": MEAN, "prediction": mean, "metrics": metrics.as_dict()}


def _shares(labels: Sequence[Sequence[float]], summaries: Sequence[Summary]) -> Baseline:
    by_part = [_training_shares(summary["classes"]) for summary in summaries]
    counts = [len(part) for part in labels]
    actual = np.asarray([label for part in labels for label in part], dtype=np.int64)
    predicted = np.repeat([own.index(max(own)) for own in by_part], counts)
    probabilities = np.repeat(np.asarray(by_part), counts, axis=0)
    shares = by_part[0] if len(by_part) == 1 else probabilities.mean(axis=0).tolist()
    metrics = measure_classes(Answers(actual, predicted, probabilities, len(shares)))
    return {"name": SHARES, "prediction": shares.index(max(shares)), "shares": shares, "metrics": metrics}


def _training_shares(classes: Sequence[ClassRows]) -> list[float]:
    rows = sum(each["train"] for each in classes)
    return [each["train"] / rows for each in classes]


_BASELINES: Mapping[TaskKind, Callable[[Sequence[Sequence[float]], Sequence[Summary]], Baseline]] = {
    "regression": _mean,
    "classification": _shares,
}
