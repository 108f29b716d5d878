"""The trained model on disk and behind HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from local_aws.services.sagemaker.containers.linear_learner.classifier import LinearClassifier
from local_aws.services.sagemaker.containers.linear_learner.solver import LinearFunction
from local_aws.services.sagemaker.containers.replies import Record, reply
from local_aws.services.sagemaker.containers.server import Invocation, Reply
from local_aws.services.sagemaker.containers.tables import Matrix, read_request

_FILE = "model_algo-1.json"


class LinearModel:
    def __init__(self, model: LinearFunction | LinearClassifier) -> None:
        self._model = model

    def answer(self, invocation: Invocation) -> Reply:
        features = read_request(invocation, len(_function_of(self._model).weights))
        records = (
            _classified(self._model, features)
            if isinstance(self._model, LinearClassifier)
            else ({"score": score} for score in self._model(features).tolist())
        )
        return reply(records, invocation.accept)


def _classified(model: LinearClassifier, features: Matrix) -> Iterable[Record]:
    """Of two classes, `score` is the probability of class 1; of more, a list with all of them."""
    shares = model.probabilities(features)
    scores = shares[:, 1] if shares.shape[1] == 2 else shares
    labels = model.labels(shares).tolist()
    return (
        {"score": score, "predicted_label": label}
        for score, label in zip(scores.tolist(), labels, strict=True)
    )


def save(model: LinearFunction | LinearClassifier, folder: Path) -> None:
    function = _function_of(model)
    text = {"weights": function.weights.tolist(), "bias": np.asarray(function.bias).tolist()}
    if isinstance(model, LinearClassifier):
        text["threshold"] = model.threshold
    (folder / _FILE).write_text(json.dumps(text))


def load(folder: Path) -> LinearModel:
    text = json.loads((folder / _FILE).read_text())
    weights, bias = np.array(text["weights"]), text["bias"]
    if "threshold" not in text:
        return LinearModel(LinearFunction(weights, bias))
    return LinearModel(LinearClassifier(LinearFunction(weights, np.array(bias)), text["threshold"]))


def _function_of(model: LinearFunction | LinearClassifier) -> LinearFunction:
    return model.scores if isinstance(model, LinearClassifier) else model
