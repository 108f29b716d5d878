"""What is read from the algorithms' logs is what their containers print here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from local_aws.services.sagemaker.containers.folders import Folders
from local_aws.services.sagemaker.containers.knn import training as knn
from local_aws.services.sagemaker.containers.linear_learner import training as linear_learner
from local_aws.services.sagemaker.containers.published_metrics import published_metrics
from local_aws.services.sagemaker.containers.xgboost import training as xgboost
from local_aws.services.sagemaker.data_plane.metrics import last_values
from tests.local_aws.unit.sagemaker.containers.support import Split, job

ACCOUNT = "123456789012"
REGISTRY = "683313688378.dkr.ecr.us-east-1.amazonaws.com"
REGRESSION = ["absolute_loss", "mse", "objective_loss", "rmse"]
TWO_CLASSES = [
    *("binary_classification_accuracy", "binary_f_beta", "objective_loss", "precision", "recall"),
    "roc_auc_score",
]
MORE_CLASSES = [
    *("dcg", "macro_f_beta", "macro_precision", "macro_recall", "multiclass_accuracy"),
    *("multiclass_top_k_accuracy", "objective_loss"),
]
MULTICLASS = {"predictor_type": "multiclass_classifier", "num_classes": "3"}
KNN = {"feature_dim": "13", "k": "3", "sample_size": "200"}


def objectives(image: str) -> dict[str, str | None]:
    return {each.name: each.direction for each in published_metrics(f"{REGISTRY}/{image}", ACCOUNT)}


def measured(image: str, log: Path) -> list[str]:
    """The objectives that a tuning job finds in a log."""
    definitions = [each.definition for each in published_metrics(f"{REGISTRY}/{image}", ACCOUNT)]
    found = {each["MetricName"] for each in last_values(log, definitions)}
    return sorted(name for name, direction in objectives(image).items() if direction and name in found)


@pytest.mark.parametrize(
    ("image", "train", "table", "channel", "settings", "expected"),
    [
        (
            "linear-learner:1",
            linear_learner.train,
            "wine",
            "validation",
            {"predictor_type": "regressor"},
            REGRESSION,
        ),
        (
            "linear-learner:1",
            linear_learner.train,
            "breast_cancer",
            "validation",
            {"predictor_type": "binary_classifier"},
            TWO_CLASSES,
        ),
        ("linear-learner:1", linear_learner.train, "wine", "validation", MULTICLASS, MORE_CLASSES),
        ("knn:1", knn.train, "wine", "test", {"predictor_type": "regressor"}, ["mse"]),
        ("knn:1", knn.train, "wine", "test", {"predictor_type": "classifier"}, ["accuracy"]),
    ],
)
def test_every_objective_of_a_task_is_found(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    image: str,
    train: Callable[[Folders], None],
    table: str,
    channel: str,
    settings: dict[str, str],
    expected: list[str],
) -> None:
    split = Split.of(table)
    own = KNN if image == "knn:1" else {"mini_batch_size": "20"}
    caplog.set_level(logging.INFO)

    train(job(tmp_path / "job", {**own, **settings}, {"train": split.train, channel: split.validation}))

    log = tmp_path / "log"
    log.write_text("\n".join(record.getMessage() for record in caplog.records))
    assert measured(image, log) == [f"{channel}:{name}" for name in expected]


@pytest.mark.parametrize("metric", ["rmse", "mae", "mse", "r2"])
def test_xgboost_prints_the_metric_that_it_is_tuned_by(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], metric: str
) -> None:
    split, name = Split.of("wine"), f"validation:{metric}"
    settings = {"num_round": "3", "_tuning_objective_metric": name}

    xgboost.train(job(tmp_path / "job", settings, {"train": split.train, "validation": split.validation}))

    log = tmp_path / "log"
    log.write_text("".join(capfd.readouterr()))
    assert name in measured("sagemaker-xgboost:3.2-0", log)


def test_an_objective_has_its_direction() -> None:
    assert objectives("sagemaker-xgboost:3.2-0")["validation:auc"] == "Maximize"
    assert objectives("sagemaker-xgboost:3.2-0")["validation:logloss"] == "Minimize"
    assert objectives("sagemaker-xgboost:3.2-0")["train:rmse"] is None
    assert objectives("linear-learner:1")["validation:macro_f_beta"] == "Maximize"
    assert objectives("linear-learner:1")["test:rmse"] is None


def test_other_images_define_their_own() -> None:
    assert objectives("sagemaker-scikit-learn:1.4-2") == {}
    assert published_metrics(f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/knn:1", ACCOUNT) == ()
