"""Time and memory of merging and judging 40 candidates in ten folds of 100,000 rows in all, from files.

python -m benchmarks.verdict.folds.scale
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.verdict.comparison import judge
from bakeoff.domain.verdict.options import VerdictOptions
from bakeoff_cli.saved.folder import FolderStore
from benchmarks.verdict.abalone import SEED
from benchmarks.verdict.costs import with_cost
from benchmarks.verdict.scale import CANDIDATES, ROWS

FOLDS = 10
RUN = "scale"


class WritableFolder(FolderStore):
    """Implements `bakeoff.domain.ports.Objects` on a folder."""

    def write_bytes(self, key: str, body: bytes, content_type: str) -> None:
        path = self.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    def write_text(self, key: str, text: str, content_type: str) -> None:
        self.write_bytes(key, text.encode(), content_type)

    def write_texts(self, texts: Mapping[str, str], content_type: str) -> None:
        for key, text in texts.items():
            self.write_text(key, text, content_type)

    def write_json(self, key: str, value: Any) -> None:
        self.write_text(key, json.dumps(value), "application/json")


def write_run(run: WritableRunFiles, store: WritableFolder) -> None:
    names = [f"candidate-{number:02}" for number in range(CANDIDATES)]
    planned = [
        {
            "name": name,
            "algorithm": name,
            "resource_name": name,
            "hyperparameters": {},
            "input_data_config": [],
        }
        for name in names
    ]
    store.write_json(run.key("plan.json"), {"split": {"folds": FOLDS}, "inputs": [], "candidates": planned})
    draw, size = np.random.default_rng(SEED), ROWS // FOLDS
    labels = 1 + draw.gamma(3, 3, ROWS)
    part = {"count": size, "mean": 10.0, "stddev": 5.0, "min": 1.0, "max": 90.0}
    summary = {
        "rows": {"train": ROWS - size, "validation": size, "test": 0},
        "label": {"train": part, "validation": part},
        "feature_dim": 8,
        "rejected": {"total": 0},
        "folds": [{"rows": size, "label": part}] * FOLDS,
    }
    store.write_json(run.key("datasets/summary.json"), summary)
    for number, name in enumerate(names):
        answers = labels + draw.normal(0, 1 + number / 100, ROWS)
        for fold in range(FOLDS):
            own = slice(fold * size, (fold + 1) * size)
            pairs = zip(labels[own].tolist(), answers[own].tolist(), strict=True)
            lines = (f"{row},{actual},{predicted},{row}\n" for row, (actual, predicted) in enumerate(pairs))
            run.write_predictions(name, "row,actual,predicted,cluster\n" + "".join(lines), fold)
            result: Any = {"name": name, "algorithm": name, "status": "completed", "error": None}
            result |= {"metrics": {}, "scored_rows": size, "rows_per_second": 1.0}
            result |= {"latency_ms": {"p50": 1.0, "p95": 2.0}, "training_seconds": 1, "billable_seconds": 1}
            run.write_result(result, fold)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = WritableFolder(Path(folder), RUN)
        run = WritableRunFiles(store, RUN)
        write_run(run, store)
        cost = with_cost(lambda: judge(run, VerdictOptions()))[1]
        outcome = run.comparison()["verdict"]["outcome"]
    print(json.dumps({"candidates": CANDIDATES, "rows": ROWS, "folds": FOLDS, "outcome": outcome} | cost))


if __name__ == "__main__":
    main()
