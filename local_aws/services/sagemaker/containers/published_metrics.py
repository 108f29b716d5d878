"""What SageMaker reads from the logs of its own algorithms, which a request can't define anew.

A tuning job may go by those that have a direction.
Sources: "Tune an XGBoost Model", "Tune a linear learner model" and "Tune a k-NN Model" in the SageMaker
developer guide; of the expressions, AlgorithmSpecification as DescribeTrainingJob shows it in public logs.
That of k-NN is not among these: it is Linear Learner's, whose lines it prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from local_aws.services.sagemaker.containers import repository_of
from local_aws.services.sagemaker.containers.xgboost.metrics import MAXIMIZED, MINIMIZED

Direction = Literal["Maximize", "Minimize"]
_REGRESSION_LOSSES = ("absolute_loss", "mse", "rmse")
# Name in the API -> what stands for it in the log.
_CLASS_SCORES = {
    "binary_classification_accuracy": "binary_classification_accuracy",
    "binary_f_beta": r"binary_f_\S+",
    "precision": "precision",
    "recall": "recall",
    "roc_auc_score": "roc_auc_score",
    "dcg": "dcg",
    "macro_f_beta": r"macro_f_\S+",
    "macro_precision": "macro_precision",
    "macro_recall": "macro_recall",
    "multiclass_accuracy": "multiclass_accuracy",
    "multiclass_top_k_accuracy": r"multiclass_top_k_accuracy_\S+",
}


@dataclass(frozen=True)
class PublishedMetric:
    """`direction` is None for what no tuning job may go by."""

    name: str
    regex: str
    direction: Direction | None = None

    @property
    def definition(self) -> dict[str, str]:
        return {"Name": self.name, "Regex": self.regex}


def published_metrics(image_uri: str, account_id: str) -> tuple[PublishedMetric, ...]:
    """Those of the algorithm behind an image; none for an image that is not SageMaker's own algorithm.

    An image in a registry of `account_id` is the account's own, whatever it is called.
    """
    if image_uri.startswith(f"{account_id}."):
        return ()
    return _by_repository().get(repository_of(image_uri), ())


@cache
def _by_repository() -> Mapping[str, tuple[PublishedMetric, ...]]:
    return {
        "sagemaker-xgboost": tuple(_xgboost()),
        "linear-learner": tuple(_linear_learner()),
        "knn": (
            PublishedMetric("test:mse", _quality("test", "mse", "loss"), "Minimize"),
            PublishedMetric("test:accuracy", _quality("test", "accuracy", "score"), "Maximize"),
        ),
    }


def _xgboost() -> Iterator[PublishedMetric]:
    directions: Iterable[tuple[Direction, list[str]]] = (("Maximize", MAXIMIZED), ("Minimize", MINIMIZED))
    for direction, metrics in directions:
        for metric in metrics:
            for channel, allowed in (("train", None), ("validation", direction)):
                regex = rf".*\[[0-9]+\].*#011{channel}-{metric}:(\S+)"
                yield PublishedMetric(f"{channel}:{metric}", regex, allowed)


def _linear_learner() -> Iterator[PublishedMetric]:
    for channel in ("train", "validation"):
        regex = rf"#quality_metric: host=\S+, epoch=\S+, {channel} \S+_objective <loss>=(\S+)"
        yield PublishedMetric(f"{channel}:objective_loss", regex, None if channel == "train" else "Minimize")
    yield PublishedMetric("test:objective_loss", _quality("test", r"\S+_objective", "loss"), "Minimize")
    for channel in ("validation", "test"):
        for name in _REGRESSION_LOSSES:
            # The guide lists no root of the error on test.
            allowed: Direction | None = None if (channel, name) == ("test", "rmse") else "Minimize"
            yield PublishedMetric(f"{channel}:{name}", _quality(channel, name, "loss"), allowed)
        for name, printed in _CLASS_SCORES.items():
            yield PublishedMetric(f"{channel}:{name}", _quality(channel, printed, "score"), "Maximize")


def _quality(channel: str, printed: str, kind: str) -> str:
    return rf"#quality_metric: host=\S+, {channel} {printed} <{kind}>=(\S+)"
