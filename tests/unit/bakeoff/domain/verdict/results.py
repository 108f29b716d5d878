"""A run whose candidates were scored, as scoring and the record of failures leave it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bakeoff.domain.run.documents import CompletedResult, FailedResult
from bakeoff.domain.scoring.results import failed_result
from bakeoff.domain.statistics.metrics import measure
from tests.fakes import InMemoryRunStore
from tests.settings import held

RUN = "run-1"
MEAN = 10.0
DATASET: dict[str, Any] = {
    "train": 2924,
    "validation": 627,
    "test": 626,
    "feature_dim": 8,
    "rejected": 3,
    "objects": [{"key": "Inputs/dataset1.csv", "version_id": "v1", "etag": "e", "bytes": 129_353}],
}
# A label that climbs from 5 to 15, as often as a split of Abalone has rows.
ACTUAL = [5 + row % 11 for row in range(330)]


def completed(name: str, latency: float = 12.5) -> CompletedResult:
    return {
        "name": name,
        "algorithm": name,
        "status": "completed",
        "error": None,
        "metrics": {"rmse": 99.0, "mae": 99.0, "r2": 0.0, "relative_accuracy": 0.0},
        "scored_rows": len(ACTUAL),
        "rows_per_second": 1000.0,
        "latency_ms": {"p50": latency, "p95": 40.0},
        "training_seconds": 61,
        "billable_seconds": 30,
    }


def failed(name: str, error: str = "Train model: out of memory") -> FailedResult:
    return failed_result({"name": name, "algorithm": name}, error)


def errors(size: float) -> list[float]:
    """Errors of alternating sign with a root mean square of about `size`, the same for equal sizes."""
    return [size * (-1 if row % 2 else 1) * (0.5 + (row * 7 % 13) / 12) for row in range(len(ACTUAL))]


def a_run(
    predictions: Mapping[str, Sequence[float]], failures: Sequence[str] = (), run_id: str = RUN
) -> InMemoryRunStore:
    """A store with a finished run: for each candidate the errors of its predictions."""
    store, prefix = InMemoryRunStore(), f"runs/{run_id}/"
    entry = {**DATASET["objects"][0], "uri": "s3://data-bucket/Inputs/dataset1.csv", "format": "libsvm"}
    candidates = [planned(name) for name in (*predictions, *failures)]
    store.write_json(
        f"{prefix}plan.json",
        {
            "inputs": [entry],
            "candidates": candidates,
            **_plan(run_id, prefix),
            "settings": held(algorithms=[each["name"] for each in candidates]),
        },
    )
    store.write_json(f"{prefix}datasets/summary.json", _summary())
    test = "".join(f"{actual},1,2\n" for actual in ACTUAL)
    store.put(f"{prefix}datasets/csv/test/part-00000", test.encode())
    for name, differences in predictions.items():
        store.write_json(f"{prefix}results/{name}.json", completed(name))
        rows = zip(ACTUAL, differences, strict=True)
        lines = [f"{row},{actual},{actual + error}\n" for row, (actual, error) in enumerate(rows)]
        store.put(f"{prefix}predictions/{name}.csv", "".join(["row,actual,predicted\n", *lines]).encode())
    for name in failures:
        store.write_json(f"{prefix}results/{name}.json", failed(name))
    return store


def tell_metrics(store: InMemoryRunStore, run_id: str = RUN) -> None:
    """Let every result say what its predictions give, as scoring leaves it."""
    prefix = f"runs/{run_id}/results/"
    for key in [each for each in store.stored_keys() if each.startswith(prefix)]:
        predictions = f"runs/{run_id}/predictions/{key.removeprefix(prefix).removesuffix('.json')}.csv"
        if predictions in store.stored_keys():
            pairs = [line.split(",")[1:3] for line in store.text(predictions).splitlines()[1:]]
            metrics = measure([float(one) for one, _ in pairs], [float(other) for _, other in pairs])
            store.write_json(key, {**store.read_json(key), "metrics": metrics.as_dict()})


def planned(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "algorithm": name,
        "image_uri": f"{name}:1",
        "hyperparameters": {"depth": "4"},
        "training_instance_type": "ml.m5.large",
        "endpoint_instance_type": "ml.m5.large",
        "spot": False,
    }


def _plan(run_id: str, prefix: str) -> dict[str, Any]:
    script = {"key": f"{prefix}code/prepare_datasets.py", "sha256": "0" * 64}
    return {
        "schema_version": 1,
        "run_id": run_id,
        "created_at": "2026-11-23T20:00:00+00:00",
        "bucket": "data-bucket",
        "feature_dim": 8,
        "split": {"salt": "bakeoff", "buckets": 1000, "train_below": 700, "validation_below": 850},
        "formats": ["csv"],
        "max_rejected_share": 0.01,
        "datasets_uri": f"s3://data-bucket/{prefix}datasets",
        "code": {"prepare_datasets.py": script},
        "spark_image_uri": "spark:1",
    }


def _summary() -> dict[str, Any]:
    return {
        "feature_dim": 8,
        "rows": {name: DATASET[name] for name in ("train", "validation", "test")},
        "label": {"train": {"mean": MEAN}},
        "rejected": {"total": 3, "reasons": {"the label is not a number": 3}, "examples": []},
    }
