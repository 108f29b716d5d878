from __future__ import annotations

import hashlib
from typing import Any

import pytest

from bakeoff.adapters.resources import (
    read_catalogue,
    read_image_table,
    read_scripts,
    read_vocabulary,
)
from bakeoff.domain.errors import InvalidAlgorithms, NoInputData, RequestError, UnknownImage
from bakeoff.domain.planning.candidates import CandidateDefaults
from bakeoff.domain.planning.planner import Planner, PlanOptions
from bakeoff.domain.planning.security import JobSecurity
from bakeoff.domain.planning.splits import split_by
from tests.fakes import InMemoryRunStore
from tests.settings import STACK

CREATED_AT = "2026-11-23T20:00:00Z"
SCRIPT, MODULE = "print('größe')\n", "SPLITS = ()\n"
SPARK_JOB = {"prepare_datasets.py": SCRIPT, "preparation/plan.py": MODULE}
CATALOGUE, IMAGES, SCRIPTS = read_catalogue(), read_image_table(), read_scripts()
UNPROTECTED: dict[str, Any] = {"network": {}, "output": {}, "processing_volume": {}}


def planner_of(store: InMemoryRunStore, region: str = "us-east-1", **overrides: Any) -> Planner:
    defaults = CandidateDefaults(region, "bakeoff-1a2b3c4d", "ml.m5.large", "ml.m5.large", 30, 3600, 14400)
    options: dict[str, Any] = {
        "stack": "bakeoff",
        "defaults": defaults,
        "settings": STACK,
        "split": split_by(0.7, 0.15),
        "max_rejected_share": 0.01,
        "feature_count": 0,
        "spark_version": "3.5-cpu-py312-v1.4",
        "processing_instance_type": "ml.m5.xlarge",
        **overrides,
    }
    return Planner(store, CATALOGUE, read_vocabulary(), IMAGES, PlanOptions(**options), SPARK_JOB, SCRIPTS)


@pytest.fixture
def store() -> InMemoryRunStore:
    store = InMemoryRunStore()
    store.put("Inputs/dataset1.csv", b"15 1:0.4 2:0.3\n")
    return store


def test_the_workflow_gets_references_only(store: InMemoryRunStore) -> None:
    answer = planner_of(store).plan("run-1", {"algorithms": ["xgboost"]}, CREATED_AT)

    assert answer.pop("processing_job_name").startswith("bakeoff-1a2b3c4d-")
    assert answer == {
        "run_id": "run-1",
        "plan_uri": "s3://data-bucket/runs/run-1/plan.json",
        "code_uri": "s3://data-bucket/runs/run-1/code/",
        "spark_image_uri": (
            "173754725891.dkr.ecr.us-east-1.amazonaws.com/sagemaker-spark-processing:3.5-cpu-py312-v1.4"
        ),
        "security": UNPROTECTED,
        "tags": [{"Key": "bakeoff:stack", "Value": "bakeoff"}, {"Key": "bakeoff:run", "Value": "run-1"}],
        "inputs": 1,
        "candidates": 1,
    }


def test_the_plan_says_everything_that_the_run_depends_on(store: InMemoryRunStore) -> None:
    planner_of(store).plan("run-1", {"algorithms": ["xgboost", "knn"]}, CREATED_AT)

    plan = store.read_json("runs/run-1/plan.json")
    assert [entry["key"] for entry in plan.pop("inputs")] == ["Inputs/dataset1.csv"]
    assert [candidate["name"] for candidate in plan.pop("candidates")] == ["xgboost", "knn"]
    assert plan.pop("spark_image_uri").endswith("sagemaker-spark-processing:3.5-cpu-py312-v1.4")
    assert plan == {
        "schema_version": 1,
        "run_id": "run-1",
        "created_at": CREATED_AT,
        "bucket": "data-bucket",
        "data_set": "Inputs/",
        "settings": {
            "target": {"value": None, "source": "the stack's parameter Target"},
            "ignore": {"value": [], "source": "default"},
            "categorical": {"value": [], "source": "default"},
            "group": {"value": None, "source": "default"},
            "time": {"value": None, "source": "default"},
            "missing": {"value": [], "source": "default"},
            "importance": {"value": False, "source": "default"},
            "algorithms": {"value": ["xgboost", "knn"], "source": "the execution's input"},
            "metric": {"value": "rmse", "source": "the stack's parameter Metric"},
            "confidence": {"value": 0.95, "source": "the stack's parameter Confidence"},
            "equivalence_margin": {"value": 0.01, "source": "the stack's parameter EquivalenceMargin"},
            "preference": {"value": "lowest-error", "source": "the stack's parameter Preference"},
            "folds": {"value": 0, "source": "the stack's parameter Folds"},
            "max_scored_rows": {"value": 0, "source": "the stack's parameter MaxScoredRows"},
            "latency_calls": {"value": 50, "source": "the stack's parameter LatencyCalls"},
        },
        "settings_file": None,
        "feature_dim": 2,
        "split": {
            "salt": "bakeoff",
            "buckets": 1_000_000,
            "train_below": 700_000,
            "validation_below": 850_000,
        },
        "target": {"name": None, "position": 1, "source": "the first column"},
        "features": None,
        "notes": [],
        "ignored": [],
        "formats": ["csv"],
        "max_rejected_share": 0.01,
        "security": UNPROTECTED,
        "datasets_uri": "s3://data-bucket/runs/run-1/datasets",
        "code": {
            name: {
                "key": f"runs/run-1/code/{name}",
                "sha256": hashlib.sha256(text.encode()).hexdigest(),
            }
            for name, text in SPARK_JOB.items()
        },
    }


def test_the_run_keeps_the_scripts_that_prepare_its_data(store: InMemoryRunStore) -> None:
    planner_of(store).plan("run-1", {"algorithms": ["xgboost"]}, CREATED_AT)

    assert store.text("runs/run-1/code/prepare_datasets.py") == SCRIPT
    assert store.text("runs/run-1/code/preparation/plan.py") == MODULE


def test_a_candidate_that_trains_on_libsvm_makes_spark_write_both(store: InMemoryRunStore) -> None:
    planner_of(store).plan(
        "run-1", {"algorithms": [{"name": "xgboost", "training_format": "libsvm"}]}, CREATED_AT
    )

    assert store.read_json("runs/run-1/plan.json")["formats"] == ["csv", "libsvm"]


def test_planning_again_gives_the_same_plan(store: InMemoryRunStore) -> None:
    first = planner_of(store).plan("run-1", {"algorithms": ["xgboost"]}, CREATED_AT)
    plan = store.text("runs/run-1/plan.json")

    assert planner_of(store).plan("run-1", {"algorithms": ["xgboost"]}, CREATED_AT) == first
    assert store.text("runs/run-1/plan.json") == plan


@pytest.mark.parametrize(
    ("requested", "region", "error"),
    [
        (["prophet"], "us-east-1", InvalidAlgorithms),
        # Of classes ridge is a logistic regression, which has C; the label holds numbers.
        ([{"name": "ridge", "hyperparameters": {"C": "1"}}], "us-east-1", InvalidAlgorithms),
        ([], "us-east-1", InvalidAlgorithms),
        (["xgboost"], "mars-north-1", UnknownImage),
    ],
)
def test_a_refused_request_stores_nothing(
    store: InMemoryRunStore, requested: list[Any], region: str, error: type[RequestError]
) -> None:
    with pytest.raises(error):
        planner_of(store, region).plan("run-1", {"algorithms": requested}, CREATED_AT)

    assert store.stored_keys() == ["Inputs/dataset1.csv"]


def test_without_data_nothing_is_stored() -> None:
    store = InMemoryRunStore()

    with pytest.raises(NoInputData):
        planner_of(store).plan("run-1", {"algorithms": ["xgboost"]}, CREATED_AT)

    assert store.stored_keys() == []


def test_the_workflow_learns_what_protects_the_jobs(store: InMemoryRunStore) -> None:
    security = JobSecurity("arn:aws:kms:us-east-1:123456789012:key/1", ("subnet-1",), ("sg-1",))
    defaults = CandidateDefaults(
        "us-east-1", "bakeoff-1a2b3c4d", "ml.m5.large", "ml.m5.large", 30, 3600, 14400, security
    )

    answer = planner_of(store, defaults=defaults).plan("run-1", {"algorithms": ["xgboost"]}, CREATED_AT)

    assert answer["security"] == {
        "network": security.network(),
        "output": security.output(),
        "processing_volume": security.job_volume("ml.m5.xlarge"),
    }
    assert store.read_json("runs/run-1/plan.json")["security"] == answer["security"]


def test_the_stack_s_target_holds_unless_the_run_has_one(store: InMemoryRunStore) -> None:
    store.put("Inputs/dataset1.csv", b"price,area,age\n1,2,3\n3,5,9\n")
    planner = planner_of(store, settings={**STACK, "target": "area"})

    planner.plan("run-1", {"algorithms": ["xgboost"]}, CREATED_AT)
    planner.plan("run-2", {"algorithms": ["xgboost"], "target": "3"}, CREATED_AT)

    first, second = (store.read_json(f"runs/run-{number}/plan.json") for number in (1, 2))
    assert first["target"] == {"name": "area", "position": 2, "source": "Target"}
    assert second["target"] == {"name": "age", "position": 3, "source": "the execution's input"}
    assert (first["features"], second["features"]) == (["price", "age"], ["price", "area"])
    assert first["inputs"][0]["names"] == ["price", "area", "age"]


def test_the_plan_of_a_mixed_table_says_what_its_columns_are(store: InMemoryRunStore) -> None:
    store.put("Inputs/dataset1.csv", b"kind,price,id\n" + b"a,1,5\nb,3,\n,4,6\n" * 5)
    store.put("Inputs/bakeoff.yaml", b"target: price\nignore: [id]\n")

    planner_of(store).plan("run-1", {"algorithms": ["xgboost", "knn"]}, CREATED_AT)

    plan = store.read_json("runs/run-1/plan.json")
    assert plan["table"]["columns"] == [
        {"name": "price", "role": "label", "kind": "number"},
        {"name": "id", "role": "ignored", "kind": "number", "why": "the setting ignore"},
        {"name": "kind", "role": "feature", "kind": "category"},
    ]
    assert (plan["formats"], plan["features"], plan["feature_dim"]) == (["csv", "dense"], ["kind"], 1)
    assert [candidate["view"] for candidate in plan["candidates"]] == ["csv", "dense"]
    assert plan["settings"]["ignore"] == {"value": ["id"], "source": "Inputs/bakeoff.yaml"}
    assert plan["inputs"][0]["columns"] == [1, 0]
