"""Runs whose models are numbers: a model answers a row with its number times the sum of the row's cells."""

from __future__ import annotations

import hashlib
from typing import Any

from tests.fakes import InMemoryRunStore

ROWS = tuple(f"{row % 5},{row % 3}" for row in range(120))
REASON = "It predicts better than what is live, by more than the margin."


def run_id_of(factor: int) -> str:
    return f"run-{factor}"


def put_run(
    store: InMemoryRunStore, factor: int, champion: str | None, decision: str = "promote", **changed: Any
) -> str:
    """What a run leaves that would promote its candidate alpha over the configuration `champion`."""
    run = run_id_of(factor)
    candidate = {
        "name": "alpha",
        "algorithm": "xgboost",
        "request_content_type": "text/csv",
        "accept": "application/json",
        "prediction_path": "predictions[].score",
        "image_uri": "registry/xgboost:1",
        "serving_container": {"Environment": {"LEVEL": "1"}},
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
            "resolved_image": f"registry/xgboost@sha256:{hashlib.sha256(b'1').hexdigest()}",
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
    store.put(model, str(factor).encode())
    store.put(f"runs/{run}/datasets/csv/test/part-0", "".join(f"1.0,{row}\n" for row in ROWS).encode())
    predicted = "".join(f"{number},1.0,{answer(factor, row)},{number}\n" for number, row in enumerate(ROWS))
    store.put(f"runs/{run}/predictions/alpha.csv", f"row,actual,predicted,cluster\n{predicted}".encode())
    return run


def answer(factor: float, row: str) -> float:
    return factor * sum(float(cell) for cell in row.split(","))
