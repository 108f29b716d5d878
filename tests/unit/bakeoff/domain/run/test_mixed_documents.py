"""The documents of a run on a mixed table, byte for byte but for what a clock says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bakeoff.domain.datasets.encoding import Encoder
from bakeoff.domain.datasets.test_rows import HeldOutSplit
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.scoring.importance import ImportanceStudy
from bakeoff.domain.scoring.scorer import Scorer
from bakeoff.domain.verdict.comparison import judge
from bakeoff.domain.verdict.options import VerdictOptions
from tests.fakes import FakeEndpoint, InMemoryRunStore
from tests.mixed import fit, table_line
from tests.settings import held
from tests.units import checked_units

GOLDEN = Path(__file__).with_name("golden") / "mixed"
RUN = "runs/run-1"
VIEWS = {"xgboost": "csv", "linear-learner": "dense"}
KINDS = {"area": "number", "district": "category"}
ROWS = [
    {
        "rent": str(10 * (20 + place) + 100 * (place % 3 == 0)),
        "house": f"house {place // 2}",
        "area": "" if place == 7 else f"{20 + place}.0",
        "district": ("Old, town", "Port", "Hill")[place % 3],
    }
    for place in range(60)
]
STATISTICS: Any = {"count": 60, "mean": 528.0, "stddev": 180.0, "min": 210.0, "max": 870.0}


@pytest.fixture(scope="module")
def store() -> InMemoryRunStore:
    store = InMemoryRunStore()
    encoding = fit(list(KINDS.items()), [{name: row[name] for name in KINDS} for row in ROWS], "rent")
    store.write_json(f"{RUN}/datasets/encoding.json", encoding)
    columns = [
        {"name": "rent", "role": "label", "kind": "number"},
        {"name": "house", "role": "group", "kind": "category", "why": "the setting group"},
        *({"name": name, "role": "feature", "kind": kind} for name, kind in KINDS.items()),
        {"name": "note", "role": "ignored", "kind": "text", "why": "free text"},
    ]
    plan: Any = {
        "run_id": "run-1",
        "settings": held(importance=True),
        "inputs": [],
        "table": {"columns": columns},
        "formats": sorted(VIEWS.values()),
        "split": {},
        "max_rejected_share": 0.01,
        "candidates": [
            {
                "name": name,
                "algorithm": name,
                "view": view,
                "hyperparameters": {"dim": "{feature_dim}"},
                "resource_name": f"bakeoff-{name}",
            }
            for name, view in VIEWS.items()
        ],
        "notes": ["house is no feature: rows with the same value of it share a split."],
    }
    store.write_json(f"{RUN}/plan.json", plan)
    summary = {
        "feature_dim": 2,
        "rows": {"train": 60, "validation": 60, "test": 60},
        "label": dict.fromkeys(("train", "validation", "test"), STATISTICS),
        "rejected": {"total": 1, "reasons": {"the label is not a number": 1}, "examples": []},
        "views": {view: {"features": len(encoding["views"][view]["features"])} for view in VIEWS.values()},
        "unlabelled": 4,
    }
    store.write_json(f"{RUN}/datasets/summary.json", summary)
    table = "".join(f"{table_line(row['rent'], list(row.values())[1:])}\n" for row in ROWS)
    store.put(f"{RUN}/datasets/table/test/part-0", table.encode())
    for view in VIEWS.values():
        encoder = Encoder(encoding, view)
        text = "".join(f"{','.join([row['rent'], *encoder.row(row)])}\n" for row in ROWS)
        store.put(f"{RUN}/datasets/{view}/test/part-0", text.encode())
    for candidate in checked_units(store, "run-1"):
        score(store, plan, candidate)
    judge(WritableRunFiles(store, "run-1"), VerdictOptions())
    return store


def score(store: InMemoryRunStore, plan: Any, candidate: Any) -> None:
    run = WritableRunFiles(store, "run-1")
    split = HeldOutSplit.of_candidate(plan, candidate["name"])
    error = {"xgboost": 1.0, "linear-learner": 30.0}[candidate["name"]]

    def reply(rows: list[str]) -> str:
        cells = [[float(cell or 0) for cell in row.split(",")] for row in rows]
        scores = [10 * row[0] + 100 * row[-2] + error * (-1) ** int(row[0]) for row in cells]
        return json.dumps({"predictions": [{"score": score} for score in scores]})

    answers = {"accept": "application/json", "prediction_path": "predictions[].score"}
    scorer = Scorer(
        run,
        FakeEndpoint(reply),  # type: ignore[arg-type]  # it is given lists
        0,
        2,
        lambda: 900.0,
        split,
        ImportanceStudy(run, plan, split, lambda: 900.0),
    )
    answering: Any = {**candidate, **answers}
    scorer.score(answering, {"training_seconds": 61, "billable_seconds": None})


def without_clocks(document: Any) -> Any:
    for each in (document, *document.get("candidates", ())):
        if each.get("latency_ms"):
            each.update(rows_per_second=0.0, latency_ms={"p50": 0.0, "p95": 0.0})
    return document


@pytest.mark.parametrize("name", ["results/xgboost.json", "results/linear-learner.json", "comparison.json"])
def test_a_document_has_the_bytes_that_it_had(store: InMemoryRunStore, name: str) -> None:
    document = without_clocks(store.read_json(f"{RUN}/{name}"))

    found = json.dumps(document, indent=1, ensure_ascii=False) + "\n"

    assert found == (GOLDEN / name.replace("/", "-")).read_text("utf-8")


def test_predictions_have_the_bytes_that_they_had(store: InMemoryRunStore) -> None:
    assert store.text(f"{RUN}/predictions/xgboost.csv") == (GOLDEN / "xgboost.csv").read_text("utf-8")
