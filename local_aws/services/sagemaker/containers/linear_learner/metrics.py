"""What the image prints of a model's quality, in its words: a tuning job reads these lines."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Literal

import numpy as np

from local_aws.services.sagemaker.containers.linear_learner.classification import Classes
from local_aws.services.sagemaker.containers.linear_learner.losses import Settings
from local_aws.services.sagemaker.containers.tables import Matrix

Metric = tuple[str, Literal["loss", "score"], float]
_log = logging.getLogger(__name__)


def report(channel: str, metrics: Iterable[Metric]) -> None:
    for name, kind, value in metrics:
        if channel != "train":
            _log.info("#%s_score (algo-1) : %s", channel, (name, value))
        _log.info("#quality_metric: host=algo-1, %s %s <%s>=%s", channel, name, kind, value)


def report_epoch(epoch: int, channel: str, objective_loss: Metric) -> None:
    name, kind, value = objective_loss
    _log.info("#quality_metric: host=algo-1, epoch=%s, %s %s <%s>=%s", epoch, channel, name, kind, value)


def of_regression(predicted: Matrix, labels: Matrix) -> list[Metric]:
    """From predicted and actual labels (rows,); the objective of squared loss first."""
    mse = float(np.mean((predicted - labels) ** 2))
    return [
        ("mse_objective", "loss", mse),
        ("mse", "loss", mse),
        ("rmse", "loss", float(np.sqrt(mse))),
        ("absolute_loss", "loss", float(np.mean(np.abs(predicted - labels)))),
    ]


def of_classes(shares: Matrix, predicted: Classes, labels: Classes, settings: Settings) -> list[Metric]:
    """From probabilities (rows, classes), predicted and actual labels (rows,)."""
    measure = _of_two_classes if shares.shape[1] == 2 else _of_more_classes
    return measure(shares, predicted, labels, settings)


def _of_two_classes(shares: Matrix, predicted: Classes, labels: Classes, settings: Settings) -> list[Metric]:
    confusion = _confusion(predicted, labels, 2)
    precision, recall, f_beta = _by_class(confusion, settings)
    beta = settings.get("f_beta", 1.0)
    return [
        ("binary_classification_accuracy", "score", float(np.mean(predicted == labels))),
        (f"binary_f_{beta:.3f}", "score", float(f_beta[1])),
        ("precision", "score", float(precision[1])),
        ("recall", "score", float(recall[1])),
        ("roc_auc_score", "score", roc_auc(shares[:, 1], labels)),
    ]


def _of_more_classes(shares: Matrix, predicted: Classes, labels: Classes, settings: Settings) -> list[Metric]:
    classes = shares.shape[1]
    confusion = _confusion(predicted, labels, classes)
    precision, recall, f_beta = (each[confusion.sum(axis=1) > 0] for each in _by_class(confusion, settings))
    own = shares[np.arange(len(labels)), labels]
    rank = (shares > own[:, None]).sum(axis=1) + 1
    top, beta = settings.get("accuracy_top_k", 3), settings.get("f_beta", 1.0)
    return [
        ("multiclass_accuracy", "score", float(np.mean(predicted == labels))),
        (f"multiclass_top_k_accuracy_{top}", "score", float(np.mean(rank <= top))),
        ("dcg", "score", float(np.mean(1 / np.log2(1 + rank)))),
        ("macro_recall", "score", float(recall.mean())),
        ("macro_precision", "score", float(precision.mean())),
        (f"macro_f_{beta:.3f}", "score", float(f_beta.mean())),
        ("multiclass_balanced_accuracy", "score", float(recall.mean())),
        ("multiclass_log_loss", "score", float(-np.log(np.maximum(own, np.finfo(np.float32).tiny)).mean())),
    ]


def roc_auc(scores: Matrix, labels: Classes) -> float:
    """The chance that a row of class 1 scores above one of class 0, ties counting half; NaN without both."""
    _, place, times = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(times) - (times - 1) / 2)[place]
    positives = int(labels.sum())
    pairs = positives * (len(labels) - positives)
    if not pairs:
        return float("nan")
    return float((ranks[labels == 1].sum() - positives * (positives + 1) / 2) / pairs)


def _confusion(predicted: Classes, labels: Classes, classes: int) -> Matrix:
    """Counts (actual, predicted)."""
    cells = np.bincount(labels * classes + predicted, minlength=classes**2)
    return cells.reshape(classes, classes).astype(np.float64)


def _by_class(confusion: Matrix, settings: Settings) -> tuple[Matrix, Matrix, Matrix]:
    """Precision, recall and F beta of every class (classes,); 0 where nothing is to be divided by."""
    right, called, actual = np.diag(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
    square = settings.get("f_beta", 1.0) ** 2
    weighted = (1 + square) * right
    return _share(right, called), _share(right, actual), _share(weighted, called + square * actual)


def _share(part: Matrix, whole: Matrix) -> Matrix:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
