"""What a classifier is trained for: its classes, its loss and what a row of each class weighs in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.linear_learner.classification import (
    Classes,
    Loss,
    logistic,
    softmax,
)
from local_aws.services.sagemaker.containers.linear_learner.hyperparameters import BINARY
from local_aws.services.sagemaker.containers.linear_learner.losses import Settings
from local_aws.services.sagemaker.containers.linear_learner.solver import LinearFunction
from local_aws.services.sagemaker.containers.tables import Matrix

Labelled = tuple[Matrix, Classes]


@dataclass(frozen=True)
class Objective:
    """The mean loss of rows; `class_weights` (classes,). Of two classes there is one score a row."""

    name: str
    loss: Loss
    class_weights: Matrix

    def __call__(self, scores: LinearFunction, data: Labelled) -> float:
        features, labels = data
        return float(np.mean(self.loss(scores(features), labels)[0] * self.importance(labels)))

    def importance(self, labels: Classes) -> Matrix:
        """What every row weighs (rows,)."""
        weights: Matrix = self.class_weights[labels]
        return weights

    @property
    def outputs(self) -> int:
        return 1 if len(self.class_weights) == 2 else len(self.class_weights)


def objective(labels: Classes, settings: Settings) -> Objective:
    """The objective of training on `labels` (rows,); `settings` are validated hyperparameters."""
    if settings["predictor_type"] == BINARY:
        multiple = settings.get("positive_example_weight_mult", 1.0)
        positive = _balance(labels) if multiple == "balanced" else multiple
        return Objective("binary_classification_cross_entropy_objective", logistic, np.array([1.0, positive]))
    classes = settings["num_classes"]
    balanced = settings.get("balance_multiclass_weights", False)
    weights = _balanced_weights(labels, classes) if balanced else np.ones(classes)
    return Objective("multiclass_cross_entropy_objective", softmax, weights)


def class_labels(labels: Matrix, channel: str, settings: Settings) -> Classes:
    """Labels (rows,) as class numbers; UserError where one is no class."""
    predictor_type = settings["predictor_type"]
    classes = 2 if predictor_type == BINARY else settings["num_classes"]
    wrong = labels[~np.isin(labels, np.arange(classes))]
    if len(wrong):
        wanted = "0 or 1" if classes == 2 else f"integers from 0 to num_classes - 1, which is {classes - 1}"
        raise UserError(
            f"Labels for predictor_type {predictor_type} must be {wanted}: "
            f"the {channel} channel has {wrong[0]:g}."
        )
    return labels.astype(np.int64)


def _balance(labels: Classes) -> float:
    """What a positive row has to weigh for both classes to weigh the same."""
    negatives, positives = np.bincount(labels, minlength=2).tolist()
    return negatives / positives if negatives and positives else 1.0


def _balanced_weights(labels: Classes, classes: int) -> Matrix:
    """Weights with which every class that has rows weighs the same."""
    counts = np.bincount(labels, minlength=classes)
    return np.where(counts > 0, len(labels) / np.maximum(counts, 1) / np.count_nonzero(counts), 1.0)
