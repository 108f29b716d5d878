"""Runs whose models are numbers: a model answers a row with its number times the sum of the row's cells."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

ROWS = tuple(f"{row % 5},{row % 3}" for row in range(120))
REASON = "It predicts better than what is live, by more than the margin."


class Bucket(Protocol):
    @property
    def bucket(self) -> str: ...

    def put(self, key: str, body: bytes) -> object: ...

    def write_json(self, key: str, value: Any) -> object: ...


@dataclass(frozen=True)
class Serving:
    """What serves a model: a container, its variables, and how the number of a model is kept."""

    image: str
    environment: dict[str, str] = field(default_factory=dict)
    artifact: Callable[[int], bytes] = lambda factor: str(factor).encode()


SIMULATED = Serving("registry/xgboost:1", {"LEVEL": "1"})


def run_id_of(factor: int) -> str:
    return f"run-{factor}"


def put_run(
    store: Bucket,
    factor: int,
    champion: str | None,
    decision: str = "promote",
    serving: Serving = SIMULATED,
    wrong_by: float = 0.0,
    **changed: Any,
) -> str:
    """What a run leaves that would promote its candidate alpha over the configuration `champion`; when alpha
    was judged, its answers were larger by the share `wrong_by`.
    """
    run = run_id_of(factor)
    repository, _, tag = serving.image.rpartition(":")
    candidate = {
        "name": "alpha",
        "algorithm": "xgboost",
        "request_content_type": "text/csv",
        "accept": "application/json",
        "prediction_path": "predictions[].score",
        "image_uri": serving.image,
        "serving_container": {"Environment": serving.environment},
    }
    split = {"train_below": 70, "validation_below": 85, "buckets": 100, "salt": "bakeoff"}
    model = f"runs/{run}/models/alpha/job/output/model.tar.gz"
    documents: dict[str, Any] = {
        "plan.json": {
            "run_id": run,
            "data_set": "",
            "inputs": [{"format": "libsvm", "names": None, "columns": None, "width": None}],
            "feature_dim": 2,
            "formats": ["csv"],
            "split": split,
            "candidates": [candidate],
        },
        "datasets/summary.json": {"feature_dim": 2},
        "results/alpha.json": {
            "name": "alpha",
            "algorithm": "xgboost",
            "status": "completed",
            "metrics": {"rmse": 0.5},
            "scored_rows": len(ROWS),
            "resolved_image": f"{repository}@sha256:{hashlib.sha256(tag.encode()).hexdigest()}",
            "model_data_url": f"s3://{store.bucket}/{model}",
        },
        "promotion.json": {
            "run_id": run,
            "mode": "Automatic",
            "decision": decision if champion or decision != "promote" else "first",
            "candidate": "alpha" if decision in ("first", "promote") else None,
            "champion": {"endpoint": "live", "config": champion} if champion else None,
            "metric": "rmse",
            "comparisons": [],
            "reason": REASON,
            **changed,
        },
    }
    for name, document in documents.items():
        store.write_json(f"runs/{run}/{name}", document)
    store.put(model, serving.artifact(factor))
    store.put(f"runs/{run}/datasets/csv/test/part-0", "".join(f"1.0,{row}\n" for row in ROWS).encode())
    judged = factor * (1 + wrong_by)
    predicted = "".join(f"{number},1.0,{answer(judged, row)},{number}\n" for number, row in enumerate(ROWS))
    store.put(f"runs/{run}/predictions/alpha.csv", f"row,actual,predicted,cluster\n{predicted}".encode())
    return run


def answer(factor: float, row: str) -> float:
    return factor * sum(float(cell) for cell in row.split(","))
