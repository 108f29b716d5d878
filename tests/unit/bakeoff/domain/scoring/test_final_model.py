from __future__ import annotations

import json
from typing import Any

import pytest

from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.scoring.final_model import record_final_model
from tests.fakes import InMemoryRunStore

URL = "s3://data-bucket/runs/run-1/models/xgboost/final/job/output/model.tar.gz"
TRAINED = {
    "candidate": "xgboost",
    "model_data_url": URL,
    "training": {"training_seconds": 61, "billable_seconds": None},
    "failure": None,
}


@pytest.fixture
def run() -> WritableRunFiles:
    store = InMemoryRunStore()
    store.write_json("runs/run-1/datasets/summary.json", {"rows": {"train": 90, "validation": 10, "test": 0}})
    return WritableRunFiles(store, "run-1")


def test_a_trained_model_is_told_with_its_rows_and_times(run: WritableRunFiles) -> None:
    record_final_model(run, TRAINED)

    assert run.final_model() == {
        "candidate": "xgboost",
        "status": "completed",
        "error": None,
        "model_data_url": URL,
        "training_seconds": 61,
        "billable_seconds": None,
        "rows": {"train": 90, "validation": 10},
    }


@pytest.mark.parametrize(
    ("error", "cause", "told"),
    [
        ("States.Timeout", "", "Train final model: It took longer than the workflow allows."),
        (
            "States.TaskFailed",
            json.dumps({"TrainingJobStatus": "Stopped", "ModelArtifacts": {"S3ModelArtifacts": URL}}),
            "Train final model: SageMaker reports the training job as Stopped without a reason.",
        ),
    ],
)
def test_a_failure_is_one_sentence_and_leaves_no_model(
    run: WritableRunFiles, error: str, cause: str, told: str
) -> None:
    failure = {"step": "Train final model", "error": error, "cause": cause}
    # A job that was stopped has stored what it had by then.
    given: dict[str, Any] = {**TRAINED, "training": None, "failure": failure}

    record_final_model(run, given)

    final = run.final_model()
    assert (final["status"], final["error"], final["model_data_url"]) == ("failed", told, None)
    assert (final["training_seconds"], final["billable_seconds"]) == (None, None)
