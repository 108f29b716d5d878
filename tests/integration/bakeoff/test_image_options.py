"""The catalogue refuses the names, and the fractions, that the embedded containers refuse, and no others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from bakeoff.adapters.resources import read_catalogue
from local_aws.services.sagemaker.containers.hyperparameters import Hyperparameter, number
from local_aws.services.sagemaker.containers.knn import hyperparameters as knn
from local_aws.services.sagemaker.containers.linear_learner import hyperparameters as linear_learner
from local_aws.services.sagemaker.containers.published_metrics import published_metrics
from local_aws.services.sagemaker.containers.xgboost import hyperparameters as xgboost

IMAGES = read_catalogue().known.images
# SageMaker gives it in a tuning job; nobody else may.
OF_TUNING = "_tuning_objective_metric"
# It reads numbers, and words, by a function of its own.
BALANCE = "positive_example_weight_mult"


def kind_of(hyperparameter: Hyperparameter) -> str:
    if hyperparameter.parse is int:
        return "integer"
    is_number = hyperparameter.parse is number("a", "[0, 1]").parse or hyperparameter.name == BALANCE
    return "number" if is_number else "text"


@pytest.mark.parametrize(
    ("image", "table", "aliases", "repository"),
    [
        ("xgboost:3.2-0", xgboost.TABLE, xgboost.ALIASES, "sagemaker-xgboost:3.2-0"),
        ("linear-learner:1", linear_learner.TABLE, {}, "linear-learner:1"),
        ("knn:1", knn.TABLE, {}, "knn:1"),
    ],
)
def test_names_are_those_of_the_embedded_container(
    image: str, table: Sequence[Hyperparameter], aliases: Mapping[str, str], repository: str
) -> None:
    metrics = published_metrics(f"683313688378.dkr.ecr.us-east-1.amazonaws.com/{repository}", "123456789012")

    kinds = {each.name: kind_of(each) for each in table if each.name != OF_TUNING}
    assert IMAGES[image]["hyperparameters"] == kinds
    assert IMAGES[image].get("aliases", {}) == aliases
    assert set(IMAGES[image]["objectives"]) == {each.name for each in metrics if each.direction}


def test_the_images_are_those_of_the_catalogue() -> None:
    entries = [entry for entry in read_catalogue().entries.values() if "script" not in entry]

    assert {f"{each['image']['framework']}:{each['image']['version']}" for each in entries} == set(IMAGES)
