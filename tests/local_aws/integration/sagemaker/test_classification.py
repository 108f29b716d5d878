"""Classes from data to predictions, in real processes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from tests.local_aws.integration.sagemaker.support import KNN, LINEAR_LEARNER, XGBOOST, Laboratory, Rows, csv

ROWS, FEATURES = 900, 4


@dataclass(frozen=True)
class Algorithm:
    image: str
    two: dict[str, str]
    three: dict[str, str]
    held_out: str
    quality: str
    accept: str = "application/json"


VOTES = {"predictor_type": "classifier", "feature_dim": "4", "k": "15", "sample_size": "5000"}
ALGORITHMS = {
    "xgboost": Algorithm(
        XGBOOST,
        {"num_round": "40", "objective": "binary:logistic"},
        {"num_round": "40", "objective": "multi:softprob", "num_class": "3"},
        "validation",
        r"\[39\]#011train-m?logloss:\S+#011validation-m?logloss:0\.\d+",
    ),
    "linear-learner": Algorithm(
        LINEAR_LEARNER,
        {"predictor_type": "binary_classifier", "mini_batch_size": "100"},
        {"predictor_type": "multiclass_classifier", "num_classes": "3", "mini_batch_size": "100"},
        "validation",
        r"#quality_metric: host=algo-1, validation \w+_accuracy <score>=0\.\d+",
    ),
    "knn": Algorithm(
        KNN,
        VOTES,
        VOTES,
        "test",
        r"#quality_metric: host=algo-1, test accuracy <score>=0\.\d+",
        "application/json; verbose=true",
    ),
}


def table(classes: int) -> Rows:
    """A label by the sum of two features, plus noise; the other features tell nothing."""
    random = np.random.default_rng(0)
    features = random.normal(size=(ROWS, FEATURES))
    value = features[:, 0] + features[:, 1] + 0.3 * random.normal(size=ROWS)
    bounds = np.quantile(value, np.arange(1, classes) / classes)
    return np.column_stack([np.digitize(value, bounds), features])


def probabilities(record: dict[str, Any], classes: int) -> list[float]:
    """Of every class: as they are told, or by the votes of the neighbours."""
    if "labels" in record:
        votes = np.array(record["labels"])
        return [float(np.mean(votes == label)) for label in range(classes)]
    score = record["score"]
    return score if isinstance(score, list) else [1 - score, score]


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("name", ALGORITHMS)
def test_an_algorithm_learns_classes(lab: Laboratory, name: str, classes: int) -> None:
    algorithm = ALGORITHMS[name]
    train, held_out, test = np.split(table(classes), [600, 750])
    uris = lab.put_channels({"train": train, algorithm.held_out: held_out})
    settings = algorithm.two if classes == 2 else algorithm.three

    job = lab.train(lab.training_request(algorithm.image, uris, HyperParameters=settings))

    assert job["TrainingJobStatus"] == "Completed", job
    endpoint = lab.deploy(algorithm.image, job["ModelArtifacts"]["S3ModelArtifacts"])["EndpointName"]
    answer = lab.runtime.invoke_endpoint(
        EndpointName=endpoint, Body=csv(test[:, 1:]), ContentType="text/csv", Accept=algorithm.accept
    )
    lab.sagemaker.delete_endpoint(EndpointName=endpoint)
    assert answer["ContentType"] == "application/json"
    records = json.loads(answer["Body"].read())["predictions"]
    shares = np.array([probabilities(record, classes) for record in records])
    assert shares.shape == (len(test), classes) and np.allclose(shares.sum(axis=1), 1, atol=1e-5)
    assert np.mean(shares.argmax(axis=1) == test[:, 0]) > 0.7
    # And what a tuning job goes by is in the log
    lines = lab.log_lines("/aws/sagemaker/TrainingJobs", f"{job['TrainingJobName']}/algo-1-")
    assert any(re.search(algorithm.quality, line) for line in lines), lines[-20:]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("xgboost", "label must be in (0, 1) for logistic regression"),
        ("linear-learner", "must be 0 or 1: the train channel has 2."),
    ],
)
def test_a_label_that_is_no_class_fails_the_job(lab: Laboratory, name: str, reason: str) -> None:
    algorithm, rows = ALGORITHMS[name], table(2)
    rows[7, 0] = 2
    uris = lab.put_channels({"train": rows})

    job = lab.train(lab.training_request(algorithm.image, uris, HyperParameters=algorithm.two))

    assert job["TrainingJobStatus"] == "Failed"
    assert reason in job["FailureReason"]
