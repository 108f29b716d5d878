"""Each algorithm from data to predictions, in real processes."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.local_aws.integration.sagemaker.support import KNN, LINEAR_LEARNER, XGBOOST, Laboratory, Rows, csv


@dataclass(frozen=True)
class Algorithm:
    image: str
    hyperparameters: dict[str, str]
    channels: tuple[str, ...]
    score: str = "score"
    content_type: str = "text/csv"


ALGORITHMS = {
    "xgboost": Algorithm(
        XGBOOST, {"num_round": "150", "max_depth": "4", "eta": "0.05", "seed": "1"}, ("train", "validation")
    ),
    "linear-learner": Algorithm(
        LINEAR_LEARNER,
        {"predictor_type": "regressor", "feature_dim": "{feature_dim}", "mini_batch_size": "100"},
        ("train", "validation"),
    ),
    "knn": Algorithm(
        KNN,
        {"predictor_type": "regressor", "feature_dim": "{feature_dim}", "k": "20", "sample_size": "5000"},
        ("train", "test"),
        "predicted_label",
        "text/csv;label_size=1",
    ),
}


def split(rows: Rows) -> dict[str, Rows]:
    """70 / 15 / 15 at random, but always the same."""
    order = np.random.default_rng(1).permutation(len(rows))
    train, validation, test = np.split(rows[order], [int(0.7 * len(rows)), int(0.85 * len(rows))])
    return {"train": train, "validation": validation, "test": test}


def rmse_on_test(lab: Laboratory, algorithm: Algorithm, data: dict[str, Rows]) -> float:
    feature_dim = str(data["test"].shape[1] - 1)
    uris = lab.put_channels({name: data[name] for name in algorithm.channels})
    values = {name: text.format(feature_dim=feature_dim) for name, text in algorithm.hyperparameters.items()}
    job = lab.train(
        lab.training_request(algorithm.image, uris, algorithm.content_type, HyperParameters=values)
    )
    assert job["TrainingJobStatus"] == "Completed", job
    endpoint = lab.deploy(algorithm.image, job["ModelArtifacts"]["S3ModelArtifacts"])
    assert endpoint["EndpointStatus"] == "InService", endpoint
    predicted = predictions(lab, endpoint["EndpointName"], data["test"][:, 1:], algorithm.score)
    lab.sagemaker.delete_endpoint(EndpointName=endpoint["EndpointName"])
    return float(np.sqrt(np.mean((predicted - data["test"][:, 0]) ** 2)))


def predictions(lab: Laboratory, endpoint: str, features: Rows, score: str) -> Rows:
    answer = lab.runtime.invoke_endpoint(
        EndpointName=endpoint, Body=csv(features), ContentType="text/csv", Accept="application/json"
    )
    return np.array([each[score] for each in json.loads(answer["Body"].read())["predictions"]])


@pytest.mark.parametrize("name", ALGORITHMS)
def test_an_algorithm_learns_what_the_data_tells(lab: Laboratory, name: str) -> None:
    # Given labels that are a linear function of the features, plus noise of deviation 1
    rng = np.random.default_rng(0)
    features = rng.normal(size=(600, 4))
    labels = features @ [3.0, 2.0, 1.0, 0.0] + rng.normal(size=600)

    rmse = rmse_on_test(lab, ALGORITHMS[name], split(np.column_stack([labels, features])))

    # Then the error is near the noise, and far below the spread of the labels (3.9)
    assert 0.9 < rmse < 2.2


@pytest.mark.skipif("BAKEOFF_ABALONE" not in os.environ, reason="BAKEOFF_ABALONE names the real data")
@pytest.mark.parametrize("name", ALGORITHMS)
def test_an_algorithm_does_as_well_on_abalone_as_published(lab: Laboratory, name: str) -> None:
    rows = [line.split() for line in Path(os.environ["BAKEOFF_ABALONE"]).read_text().splitlines()]
    table = np.array([[float(row[0]), *(float(pair.split(":")[1]) for pair in row[1:])] for row in rows])

    rmse = rmse_on_test(lab, ALGORITHMS[name], split(table))

    # Over 30 splits the mean is 2.18 to 2.26 with a deviation of 0.12; a mean predictor has 3.25.
    assert 1.9 < rmse < 2.45


def test_the_same_job_gives_the_same_model(lab: Laboratory) -> None:
    data = split(np.random.default_rng(0).normal(size=(200, 4)))
    uris = lab.put_channels({name: data[name] for name in ("train", "validation")})
    settings = {"num_round": "10", "subsample": "0.5", "seed": "7"}

    jobs = [lab.train(lab.training_request(XGBOOST, uris, HyperParameters=settings)) for _ in range(2)]

    endpoints = [
        lab.deploy(XGBOOST, job["ModelArtifacts"]["S3ModelArtifacts"])["EndpointName"] for job in jobs
    ]
    first, again = (predictions(lab, name, data["test"][:, 1:], "score") for name in endpoints)
    assert np.array_equal(first, again)


@pytest.mark.parametrize(
    ("name", "channel", "reason"),
    [
        ("xgboost", "test", "Extraneous channel found: test"),
        ("linear-learner", "holdout", "Extraneous channel found: holdout"),
        ("knn", "validation", "Extraneous channel found: validation"),
    ],
)
def test_a_channel_that_an_algorithm_does_not_know_fails_the_job(
    lab: Laboratory, name: str, channel: str, reason: str
) -> None:
    algorithm, rows = ALGORITHMS[name], np.ones((4, 3))
    values = {each: text.format(feature_dim=2) for each, text in algorithm.hyperparameters.items()}
    uris = lab.put_channels({"train": rows, channel: rows})

    job = lab.train(
        lab.training_request(algorithm.image, uris, algorithm.content_type, HyperParameters=values)
    )

    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith(f"AlgorithmError: {reason}")
    assert job["FailureReason"].endswith("exit code: 1")
