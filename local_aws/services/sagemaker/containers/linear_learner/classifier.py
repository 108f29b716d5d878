"""A linear classifier: the best of several models, as the image picks it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.linear_learner.classification import (
    Classes,
    Problem,
    Watch,
    probabilities,
)
from local_aws.services.sagemaker.containers.linear_learner.losses import Settings
from local_aws.services.sagemaker.containers.linear_learner.objective import Labelled, Objective
from local_aws.services.sagemaker.containers.linear_learner.solver import LinearFunction, Scale
from local_aws.services.sagemaker.containers.linear_learner.threshold import NEUTRAL, calibrated
from local_aws.services.sagemaker.containers.tables import Matrix

# Weight decays of the models to choose from where none is given; the last where there is one model only.
DECAYS = (1e-2, 1e-3, 1e-4)


@dataclass(frozen=True)
class LinearClassifier:
    """`scores` in the units of the data; `threshold` is for the probability of class 1, of two classes."""

    scores: LinearFunction
    threshold: float = NEUTRAL

    def probabilities(self, features: Matrix) -> Matrix:
        """(rows, classes), in the single precision that the image replies in."""
        rounded: Matrix = probabilities(self.scores(features)).astype(np.float32).astype(np.float64)
        return rounded

    def labels(self, shares: Matrix) -> Classes:
        """The class of every row of probabilities (rows, classes)."""
        if shares.shape[1] == 2:
            called: Classes = (shares[:, 1] >= self.threshold).astype(np.int64)
            return called
        most_likely: Classes = shares.argmax(axis=1)
        return most_likely


def fit(
    train: Labelled, judged: Labelled, aim: Objective, settings: Settings, watch: Watch | None = None
) -> LinearClassifier:
    """The model that does best on `judged`: by binary_classifier_model_selection_criteria, and by its loss
    among those that are equal in it, or of more than two classes. `watch` sees the first on its way.
    """
    candidates = []
    for scores in _models(train, aim, settings, watch):
        threshold, value = _threshold(LinearClassifier(scores), judged, settings)
        candidates.append((value, -aim(scores, judged), LinearClassifier(scores, threshold)))
    return max(candidates, key=lambda candidate: candidate[:2])[2]


def _models(train: Labelled, aim: Objective, settings: Settings, watch: Watch | None) -> list[LinearFunction]:
    """One for every weight decay, in the units of the data."""
    features, labels = train
    scale = Scale.of(features, settings.get("use_bias", True), settings.get("normalize_data", True))
    scaled = scale.apply(features)
    if not np.isfinite(scaled.sum()):
        raise UserError("The loss is not a number: the train channel has values that are too large to scale.")
    problem = Problem(aim.loss, scaled, labels, aim.importance(labels), aim.outputs, settings)
    observer = (lambda scores: watch(_in_units(scores, scale))) if watch else None
    found: list[LinearFunction] = []
    for decay in _decays(settings):
        # From the model before, which is near: half the iterations of a fresh start.
        found.append(problem.solve(decay, found[-1]) if found else problem.solve(decay, watch=observer))
    return [_in_units(scores, scale) for scores in found]


def _decays(settings: Settings) -> tuple[float, ...]:
    """The image tries one model only when asked to, or when a tuning job does the searching."""
    if "wd" in settings:
        return (settings["wd"],)
    alone = settings.get("num_models") == 1 or bool(settings.get("_tuning_objective_metric"))
    return DECAYS[-1:] if alone else DECAYS


def _in_units(scores: LinearFunction, scale: Scale) -> LinearFunction:
    weights = scores.weights / scale.deviation[:, None]
    return LinearFunction(weights, scores.bias - scale.mean @ weights)


def _threshold(model: LinearClassifier, judged: Labelled, settings: Settings) -> tuple[float, float]:
    """The threshold, and the criterion's value with it; of more than two classes there is nothing to set."""
    features, labels = judged
    rows = slice(settings.get("num_calibration_samples"))
    shares = model.probabilities(features[rows])
    if shares.shape[1] > 2:
        return NEUTRAL, 0.0
    return calibrated(shares[:, 1], labels[rows], settings)
