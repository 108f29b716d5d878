"""A run with folds, as its plan and its Spark job leave it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bakeoff.catalogue import read_catalogue, read_image_table
from bakeoff.domain.planning.candidates import CandidateDefaults, candidates_of, formats_of, on_views
from bakeoff.domain.planning.sections import on_classes
from bakeoff.domain.planning.splits import split_by
from bakeoff.domain.run.files import RunFiles
from bakeoff.domain.run.folds import part_names
from tests.fakes import InMemoryRunStore
from tests.settings import held

RUN_ID = "run-1"
RUN = f"runs/{RUN_ID}"
HOME = f"s3://data-bucket/{RUN}/"
FOLDS = 3
DEFAULTS = CandidateDefaults(
    "us-east-1", "bakeoff-1a2b3c4d", "ml.m5.large", "ml.m5.large", 30, 3600, run_seconds=14400
)
COLUMNS = [
    {"name": "price", "role": "label", "kind": "number"},
    {"name": "area", "role": "feature", "kind": "number"},
    {"name": "town", "role": "feature", "kind": "category"},
]


def labels_of(rows: int, least: float = 1.0, most: float = 9.0) -> dict[str, Any]:
    return {"count": rows, "mean": (least + most) / 2, "stddev": 2.0, "min": least, "max": most}


def cut_folds(rows: tuple[tuple[int, int], ...] = ((90, 20), (100, 30))) -> list[dict[str, Any]]:
    """Two, each of rows that train and rows that validate."""
    return [{"rows": sum(each), "label": labels_of(sum(each)), "parts": data_folds(each)} for each in rows]


def data_folds(rows: Sequence[int] = (100, 60, 70)) -> list[dict[str, Any]]:
    return [{"rows": each, "label": labels_of(each)} for each in rows]


def summary_of(folds: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    validation = folds[0].get("parts", [folds[0]])[-1]["rows"]
    train = sum(each["rows"] for each in folds) - validation
    return {
        "feature_dim": 2,
        "rows": {"train": train, "validation": validation, "test": 0},
        "label": {"train": labels_of(train), "validation": labels_of(validation)},
        "rejected": {"total": 0, "reasons": {}, "examples": []},
        "folds": folds,
        **more,
    }


def folded_run(
    algorithms: list[Any],
    summary: dict[str, Any] | None = None,
    table: bool = False,
    classes: bool = False,
    folds: int = FOLDS,
) -> InMemoryRunStore:
    """Of a mixed table, or of a plain one with the objects of its folds."""
    store = InMemoryRunStore()
    entries = read_catalogue().resolve(algorithms)
    run = RunFiles(store, RUN_ID)
    candidates = candidates_of(entries, run, read_image_table(), DEFAULTS)
    if table:
        candidates = on_views(candidates, entries, run)
    plan: dict[str, Any] = {
        "run_id": RUN_ID,
        "settings": held(),
        "inputs": [],
        "max_rejected_share": 0.01,
        "target": {"name": "price"},
        "split": split_by(0.7, 0.15).as_dict(folds),
        "formats": formats_of(candidates, entries),
        "candidates": on_classes(candidates, entries) if classes else candidates,
    }
    if table:
        plan["table"] = {"columns": COLUMNS, "missing": [], "max_levels": 50}
    if classes:
        plan["task"] = {"kind": "classification", "positive": None}
    summary = summary or summary_of(data_folds())
    store.write_json(f"{RUN}/plan.json", plan)
    store.write_json(f"{RUN}/datasets/summary.json", summary)
    if not table:
        for form in plan["formats"]:
            for number, name in enumerate(part_names(len(summary.get("folds", ())))):
                for part in range(2 if number == 1 else 1):
                    store.put(f"{RUN}/datasets/{form}/{name}-part-{part:05d}", b"5,1,2\n")
    return store
