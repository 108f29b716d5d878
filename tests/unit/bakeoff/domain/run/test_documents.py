"""The documents of a whole run, byte for byte: folders of runs outlive the code that wrote them.

`golden/` was written by the release before documents were typed. Only what a clock says is masked.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bakeoff.catalogue import read_catalogue, read_image_table, read_vocabulary
from bakeoff.domain.planning.candidates import CandidateDefaults
from bakeoff.domain.planning.planner import Planner, PlanOptions
from bakeoff.domain.planning.splits import split_by
from bakeoff.domain.run.documents import Summary
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.scoring.failures import record_failure
from bakeoff.domain.scoring.scorer import Scorer
from bakeoff.domain.verdict.comparison import judge
from bakeoff.domain.verdict.options import VerdictOptions
from tests.fakes import FakeEndpoint, InMemoryRunStore
from tests.settings import STACK
from tests.units import checked_units

GOLDEN = Path(__file__).with_name("golden")
RUN = "golden"
ALGORITHMS = ("xgboost", "linear-learner", "knn")
ROWS = [(2 * a + b, a, b) for a in range(9) for b in range(8)]
STATISTICS: Any = {"count": 72, "mean": 11.5, "stddev": 5.6, "min": 0.0, "max": 23.0}
SUMMARY: Summary = {
    "schema_version": 1,
    "run_id": RUN,
    "feature_dim": 2,
    "rows": {"train": 300, "validation": 60, "test": 72},
    "label": {"train": STATISTICS, "validation": STATISTICS, "test": STATISTICS},
    "rejected": {"total": 0, "reasons": {}, "examples": []},
}


def planner_of(store: InMemoryRunStore) -> Planner:
    return Planner(
        store=store,
        catalogue=read_catalogue(),
        vocabulary=read_vocabulary(),
        images=read_image_table(),
        options=PlanOptions(
            stack="bakeoff",
            defaults=CandidateDefaults(
                region="us-east-1",
                resource_prefix="bakeoff-1a2b3c4d",
                training_instance_type="ml.m5.large",
                endpoint_instance_type="ml.m5.large",
                volume_gb=30,
                max_training_seconds=3600,
                run_seconds=14400,
            ),
            settings=STACK,
            split=split_by(0.7, 0.15),
            max_rejected_share=0.01,
            feature_count=0,
            spark_version="3.5-cpu-py312-v1.4",
            processing_instance_type="ml.m5.xlarge",
            cost_tags={"project": "prices"},
        ),
        spark_job={"prepare_datasets.py": "print()"},
    )


def uploads() -> InMemoryRunStore:
    store = InMemoryRunStore()
    table = "price,size,rooms\n" + "".join(f"{y},{a},{b}\n" for y, a, b in ROWS)
    store.put("Inputs/prices.csv", table.encode())
    store.put("Inputs/_more.csv", b"price,size,rooms\n7,3,1\n8,3,2\n")
    store.put("Inputs/a b.csv", b"rooms;price;size\n1;7.5;3\n2;8.5;3\n")
    return store


def prepared(store: InMemoryRunStore) -> list[Any]:
    """What the Spark job leaves, and the candidates that go on from there."""
    run = WritableRunFiles(store, RUN)
    store.write_json(run.key("datasets/summary.json"), SUMMARY)
    test = "".join(f"{y},{a},{b}\n" for y, a, b in ROWS)
    store.put(run.key("datasets/csv/test/part-00000"), test.encode())
    return list(checked_units(store, RUN))


def score(store: InMemoryRunStore, candidate: Any, error: float, image: str) -> None:
    endpoint = FakeEndpoint.of_model(lambda row: 2 * row[0] + row[1] + error * (-1) ** int(row[1]))
    scorer = Scorer(WritableRunFiles(store, RUN), endpoint, 0, 2, lambda: 900.0)
    scorer.score(candidate, {"training_seconds": 61, "billable_seconds": None}, image)


@pytest.fixture(scope="module")
def store() -> InMemoryRunStore:
    store = uploads()
    planner_of(store).plan(RUN, {"algorithms": list(ALGORITHMS)}, "2026-11-23T20:00:00+00:00")
    xgboost, linear_learner, knn = prepared(store)
    score(store, xgboost, 0.25, "registry/xgboost@sha256:1d24")
    score(store, linear_learner, 0.5, "")
    failure = {"step": "Train model", "error": "States.TaskFailed", "cause": "out of memory"}
    record_failure(WritableRunFiles(store, RUN), knn, failure)
    judge(WritableRunFiles(store, RUN), VerdictOptions())
    return store


def without_clocks(document: Any) -> Any:
    for each in (document, *document.get("candidates", ())):
        if each.get("latency_ms"):
            each.update(rows_per_second=0.0, latency_ms={"p50": 0.0, "p95": 0.0})
    return document


@pytest.mark.parametrize(
    "name",
    [
        "plan.json",
        "results/xgboost.json",
        "results/linear-learner.json",
        "results/knn.json",
        "comparison.json",
    ],
)
def test_a_document_has_the_bytes_that_it_had(store: InMemoryRunStore, name: str) -> None:
    document = without_clocks(store.read_json(f"runs/{RUN}/{name}"))

    found = json.dumps(document, indent=1, ensure_ascii=False) + "\n"

    assert found == (GOLDEN / name.replace("/", "-")).read_text("utf-8")


def test_predictions_have_the_bytes_that_they_had(store: InMemoryRunStore) -> None:
    assert store.text(f"runs/{RUN}/predictions/xgboost.csv") == (GOLDEN / "xgboost.csv").read_text("utf-8")


def test_a_plan_with_folds_has_the_bytes_that_it_had() -> None:
    store = InMemoryRunStore()
    rows = "".join(f"{2 * row % 37},{row % 5},{row % 7}\n" for row in range(160))
    store.put("Inputs/prices.csv", f"price,size,rooms\n{rows}".encode())
    tuned = {"name": "tuned", "algorithm": "xgboost", "tuning": {"jobs": 3, "each_fold": True}}

    given = {"algorithms": ["knn", tuned], "folds": 3}
    planner_of(store).plan(RUN, given, "2026-11-30T10:00:00+00:00")

    found = json.dumps(store.read_json(f"runs/{RUN}/plan.json"), indent=1, ensure_ascii=False) + "\n"
    assert found == (GOLDEN / "plan-folds.json").read_text("utf-8")
