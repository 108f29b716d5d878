"""The trained linear function on disk and behind HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from local_aws.services.sagemaker.containers.linear_learner.solver import LinearFunction
from local_aws.services.sagemaker.containers.server import Invocation, Reply
from local_aws.services.sagemaker.containers.tables import predictions_json, read_request

_FILE = "model_algo-1.json"


class LinearModel:
    def __init__(self, function: LinearFunction) -> None:
        self._function = function

    def answer(self, invocation: Invocation) -> Reply:
        # Whatever the request accepts: the image replies JSON even to `Accept: text/csv`.
        features = read_request(invocation, len(self._function.weights))
        return Reply(predictions_json("score", self._function(features).tolist()), "application/json")


def save(function: LinearFunction, folder: Path) -> None:
    model = {"weights": function.weights.tolist(), "bias": function.bias}
    (folder / _FILE).write_text(json.dumps(model))


def load(folder: Path) -> LinearModel:
    model = json.loads((folder / _FILE).read_text())
    return LinearModel(LinearFunction(np.array(model["weights"]), model["bias"]))
