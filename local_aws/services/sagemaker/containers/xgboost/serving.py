"""Answer requests as the container's algorithm mode does."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

import xgboost as xgb

from local_aws.services.sagemaker.containers.errors import BadRequest
from local_aws.services.sagemaker.containers.server import Invocation, Reply
from local_aws.services.sagemaker.containers.tables import predictions_json
from local_aws.services.sagemaker.containers.xgboost.data import request_matrix
from local_aws.services.sagemaker.containers.xgboost.training import MODEL_FILE

JSON, CSV = "application/json", "text/csv"


class BoosterModel:
    def __init__(self, booster: xgb.Booster) -> None:
        self._booster = booster
        self._feature_count: int = booster.num_features()

    def answer(self, invocation: Invocation) -> Reply:
        if not invocation.body:
            return Reply(b"", CSV, HTTPStatus.NO_CONTENT)
        accept = _accepted(invocation.accept)
        matrix = request_matrix(invocation, self._feature_count)
        scores = self._booster.predict(matrix, validate_features=False).tolist()
        if accept == JSON:
            return Reply(predictions_json("score", scores), JSON)
        return Reply("\n".join(map(_line, scores)).encode(), CSV)


def _line(score: float | list[float]) -> str:
    """A number, or with multi:softprob those of all classes."""
    return ",".join(map(str, score)) if isinstance(score, list) else str(score)


def load(folder: Path) -> BoosterModel:
    booster = xgb.Booster({"nthread": 1})
    booster.load_model(bytearray((folder / MODEL_FILE).read_bytes()))
    return BoosterModel(booster)


def _accepted(accept: str) -> str:
    if accept in ("", "*/*"):
        return CSV
    if accept not in (JSON, CSV):
        raise BadRequest(
            f"Accept type {accept} is not supported. Please use supported accept types: {JSON}, {CSV}.",
            HTTPStatus.NOT_ACCEPTABLE,
        )
    return accept
