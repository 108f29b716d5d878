"""A saved run's folder: three candidates predicted 120 rows, a fourth failed; judged by the domain itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any

from bakeoff.domain.datasets.units import units, write_manifests
from bakeoff.domain.run.documents import MetricValues
from bakeoff.domain.run.files import RunFiles, WritableRunFiles
from bakeoff.domain.statistics.metrics import measure
from bakeoff.domain.verdict.comparison import compare_run, judge
from bakeoff.domain.verdict.options import VerdictOptions
from bakeoff_cli.saved.folder import FolderStore
from tests.fakes import InMemoryRunStore
from tests.settings import held
from tests.unit.bakeoff.domain.verdict.fold_runs import PREFIX, a_run_in_folds
from tests.unit.bakeoff.domain.verdict.results import RUN, errors, tell_metrics

RUN_ID = "dataset1-0123456789abcdef"
ROWS = 120
# How far each candidate's predictions scatter about the truth: two alike, and one far off.
SCATTER = {"xgboost": 1.0, "knn": 1.02, "linear-learner": 9.0}
GROUPED = ["xgboost", "linear-learner"]


def in_folder(store: InMemoryRunStore, folder: Path) -> Path:
    """Save the run that a store holds; returns `folder`."""
    for key in store.stored_keys():
        path = folder / key.removeprefix(f"runs/{RUN}/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(store.text(key))
    return folder


def saved_run(folder: Path, options: VerdictOptions | None = None, failure_recorded: bool = True) -> Path:
    """Write everything that `bakeoff verify` reads; returns `folder`."""
    random = Random(20_260_101)
    actual = [float(1 + int(20 * random.random())) for _ in range(ROWS)]
    for name, scatter in SCATTER.items():
        predicted = [truth + random.gauss(0, scatter) for truth in actual]
        _write_predictions(folder, name, actual, predicted)
        _write(folder / "results" / f"{name}.json", _completed(name, measure(actual, predicted).as_dict()))
    if failure_recorded:
        _write(folder / "results" / "broken.json", _failed("broken"))
    _write_lines(folder / "datasets" / "csv" / "test", [f"{truth},1,2" for truth in actual])
    _write(folder / "plan.json", _plan())
    _write(folder / "datasets" / "summary.json", _summary())
    (folder / "report.html").write_text("<!doctype html><title>A report</title>")
    store = FolderStore(folder, RUN_ID)
    _write(folder / "comparison.json", compare_run(RunFiles(store, RUN_ID), options or VerdictOptions()))
    return folder


def saved_run_in_folds(
    folder: Path, before_judging: Callable[[InMemoryRunStore], object] = lambda store: None
) -> Path:
    """The same of a run with folds, of whose three candidates one failed in a fold; returns `folder`."""
    errors_of = {"knn": errors(1.0), "xgboost": errors(1.5), "broken": errors(2.0)}
    store = a_run_in_folds(errors_of, {("broken", 1): "Train model: out of memory."})
    run = WritableRunFiles(store, RUN)
    plan = run.plan()
    run.write_units(units(plan, run.summary(), run))
    write_manifests(run, plan, list(run.dataset_objects()))
    tell_metrics(store)
    before_judging(store)
    judge(run, VerdictOptions())
    for key in store.stored_keys():
        target = folder / key.removeprefix(PREFIX)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(store.text(key))
    return folder


def saved_run_of_groups(folder: Path) -> Path:
    """The same of a mixed table with two views, of whose test rows two each are of one house; returns
    `folder`.
    """
    random = Random(20_260_102)
    actual = [float(1 + int(20 * random.random())) for _ in range(ROWS)]
    for name in GROUPED:
        predicted = [truth + random.gauss(0, SCATTER[name]) for truth in actual]
        _write_predictions(folder, name, actual, predicted, [row - row % 2 for row in range(ROWS)])
        _write(folder / "results" / f"{name}.json", _completed(name, measure(actual, predicted).as_dict()))
    views, kinds = {name: {"features": ["size"]} for name in ("csv", "dense")}, ("number", "number", "text")
    columns = [
        {"name": name, "role": role, "kind": kind}
        for name, role, kind in zip(
            ("price", "size", "house"), ("label", "feature", "group"), kinds, strict=True
        )
    ]
    for view in views:
        _write_lines(folder / "datasets" / view / "test", [f"{truth},2" for truth in actual])
    rows = [json.dumps([str(truth), "2", f"house {row // 2}"]) for row, truth in enumerate(actual)]
    _write_lines(folder / "datasets" / "table" / "test", rows)
    plan = {
        **_plan(),
        "settings": held(algorithms=GROUPED),
        "formats": list(views),
        "table": {"columns": columns, "missing": [""]},
        "candidates": [{"name": name, "algorithm": name, "view": "dense"} for name in GROUPED],
    }
    summary = {**_summary(), "views": {name: {"features": 1} for name in views}, "unlabelled": 0}
    summary["rejected"] = {"total": 0}
    kept = {"name": "size", "kind": "number", "missing": 0, "fill": "2"}
    encoding = {"schema_version": 1, "run_id": RUN_ID, "label": "price", "missing": [""], "train_rows": 560}
    _write(folder / "plan.json", plan)
    _write(folder / "datasets" / "summary.json", summary)
    _write(folder / "datasets" / "encoding.json", {**encoding, "columns": [kept], "views": views})
    store = FolderStore(folder, RUN_ID)
    _write(folder / "comparison.json", compare_run(RunFiles(store, RUN_ID), VerdictOptions()))
    return folder


def edit(path: Path, change: Callable[[Any], object]) -> None:
    """Let `change` alter the JSON document in `path` in place."""
    document = json.loads(path.read_text())
    change(document)
    _write(path, document)


def _write(path: Path, document: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=1))


def _write_predictions(
    folder: Path, name: str, actual: list[float], predicted: list[float], clusters: Sequence[int] = ()
) -> None:
    pairs = enumerate(zip(actual, predicted, strict=True))
    lines = ["row,actual,predicted", *(f"{row},{one},{other}" for row, (one, other) in pairs)]
    if clusters:
        lines = [f"{line},{cluster}" for line, cluster in zip(lines, ("cluster", *clusters), strict=True)]
    _write_lines(folder / "predictions", lines, f"{name}.csv")


def _write_lines(folder: Path, lines: Sequence[str], name: str = "part-00000") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("".join(f"{line}\n" for line in lines))


def _plan() -> dict[str, Any]:
    uploaded = {"key": "Inputs/dataset1.csv", "version_id": "v1", "etag": "e", "bytes": 129_356}
    return {
        "schema_version": 1,
        "run_id": RUN_ID,
        "inputs": [{**uploaded, "uri": "s3://a-bucket/Inputs/dataset1.csv", "format": "libsvm"}],
        "candidates": [{"name": name, "algorithm": name} for name in ("broken", *SCATTER)],
    }


def _summary() -> dict[str, Any]:
    return {
        "rows": {"train": 560, "validation": 120, "test": ROWS},
        "feature_dim": 8,
        "rejected": {"total": 3},
        "label": {"train": {"mean": 10.25}},
    }


def _completed(name: str, metrics: MetricValues) -> dict[str, Any]:
    return {
        "name": name,
        "algorithm": name,
        "status": "completed",
        "error": None,
        "metrics": metrics,
        "scored_rows": ROWS,
        "rows_per_second": 5000.0,
        "latency_ms": {"p50": 12.5 + len(name), "p95": 40.0},
        "training_seconds": 61,
        "billable_seconds": 30,
    }


def _failed(name: str) -> dict[str, Any]:
    nothing = {"metrics": None, "rows_per_second": None, "latency_ms": None}
    error = "Train model: out of memory"
    shape = {"name": name, "algorithm": name, "status": "failed", "error": error, "scored_rows": 0}
    return {**shape, **nothing, "training_seconds": None, "billable_seconds": None}
