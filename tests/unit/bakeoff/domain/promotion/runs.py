"""Runs that decide about production, as scoring leaves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from bakeoff.domain.promotion.decision import decide
from bakeoff.domain.run.documents import ProductionRecord, Promotion
from bakeoff.domain.run.files import RunFiles
from bakeoff.domain.verdict.comparison import compare_run
from bakeoff.domain.verdict.options import VerdictOptions
from tests.fakes import InMemoryRunStore
from tests.unit.bakeoff.domain.verdict.results import ACTUAL, RUN, a_run, completed

LIVE: Any = {"endpoint": "bakeoff-live", "config": "bakeoff-live-1"}
CHAMPION = "champion"


def a_record(**changes: Any) -> ProductionRecord:
    """Of a model of numbers, whose run was split as `a_run` is."""
    record: Any = {
        "schema_version": 1,
        "endpoint": LIVE["endpoint"],
        "config": LIVE["config"],
        "previous": None,
        "since": "2026-11-01T00:00:00Z",
        "why": "It was better.",
        "run": "run-0",
        "candidate": "knn",
        "algorithm": "knn",
        "data_set": "Inputs/",
        "image": "knn@sha256:0",
        "environment": {},
        "model": {
            "url": "s3://data-bucket/production/models/bakeoff-live-1/model.tar.gz",
            "etag": "e",
            "bytes": 1,
            "source": "s3://data-bucket/runs/run-0/models/knn/job/output/model.tar.gz",
        },
        "request_content_type": "text/csv",
        "accept": "application/json",
        "prediction_path": "predictions[*].score",
        "data": {"target": None, "feature_dim": 8, "features": None},
        "learnt_from": {
            "split": {"salt": "bakeoff", "buckets": 1000, "train_below": 700, "validation_below": 850}
        },
        "metric": "rmse",
        "value": 2.0,
        "test_rows": 300,
    }
    return cast(ProductionRecord, record | changes)


def a_promoting_run(
    errors: Mapping[str, Sequence[float]],
    champion: Sequence[float] | None = None,
    record: ProductionRecord | None = None,
    failures: Sequence[str] = (),
    **planned: Any,
) -> InMemoryRunStore:
    """For each candidate the errors of its predictions; `champion` are those of the model in production, None
    where nothing is.
    """
    store, prefix = a_run(errors, failures), f"runs/{RUN}/"
    plan = store.read_json(f"{prefix}plan.json")
    promotion: Any = {"mode": "Propose", "live": None, "recorded": False, "incomparable": None}
    if champion is not None:
        promotion |= {
            "live": LIVE,
            "recorded": True,
            "champion": {"kind": "champion", "name": CHAMPION, "algorithm": "knn"},
        }
        store.write_json(f"{prefix}champion.json", record or a_record())
        result = {**completed(CHAMPION), "algorithm": "knn"}
        store.write_json(f"{prefix}results/{CHAMPION}.json", result)
        rows = enumerate(zip(ACTUAL, champion, strict=True))
        lines = [f"{row},{actual},{actual + error}\n" for row, (actual, error) in rows]
        text = "".join(["row,actual,predicted\n", *lines])
        store.put(f"{prefix}predictions/{CHAMPION}.csv", text.encode())
    plan |= {"data_set": "Inputs/", "promotion": {**promotion, **planned}}
    store.write_json(f"{prefix}plan.json", plan)
    return store


def decided(store: InMemoryRunStore, **options_said: Any) -> Promotion:
    run, options = RunFiles(store, RUN), VerdictOptions(**options_said)
    return decide(run, compare_run(run, options), options)
