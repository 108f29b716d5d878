from __future__ import annotations

import pytest

from local_aws.services.sagemaker.container import NoLocalImplementation
from local_aws.services.sagemaker.containers import algorithm_container, repository_of

REGISTRY = "683313688378.dkr.ecr.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    ("image", "repository"),
    [
        (f"{REGISTRY}/sagemaker-xgboost:3.2-0", "sagemaker-xgboost"),
        (f"{REGISTRY}/team/knn:1", "knn"),
        (f"{REGISTRY}/knn@sha256:0f", "knn"),
        ("knn", "knn"),
    ],
)
def test_the_repository_stands_between_slash_and_tag(image: str, repository: str) -> None:
    assert repository_of(image) == repository


@pytest.mark.parametrize("repository", ["sagemaker-xgboost", "linear-learner", "knn"])
def test_the_shipped_algorithms_have_containers(repository: str) -> None:
    assert repository in algorithm_container(f"{REGISTRY}/{repository}:1").repositories


def test_an_unknown_image_says_where_to_add_one() -> None:
    with pytest.raises(NoLocalImplementation) as error:
        algorithm_container("registry/forest:1")
    assert str(error.value) == (
        "no local implementation of image registry/forest:1; "
        "add one in local_aws/services/sagemaker/containers/__init__.py"
    )
