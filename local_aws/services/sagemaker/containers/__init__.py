"""Which image repository is run by what: the one list of local containers.

To run another image locally, add its container here: an AlgorithmContainer for training and serving, or a
ProcessingContainer (see local_aws/services/sagemaker/container.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from local_aws.services.sagemaker.container import (
    AlgorithmContainer,
    NoLocalImplementation,
    ProcessingContainer,
)
from local_aws.services.sagemaker.containers.module import PythonModule
from local_aws.services.sagemaker.containers.script_mode.container import ScriptMode

ALGORITHMS: tuple[AlgorithmContainer, ...] = (
    PythonModule("local_aws.services.sagemaker.containers.xgboost", ("sagemaker-xgboost",)),
    PythonModule("local_aws.services.sagemaker.containers.linear_learner", ("linear-learner",)),
    PythonModule("local_aws.services.sagemaker.containers.knn", ("knn",)),
    ScriptMode(("sagemaker-scikit-learn",)),
)

Container = TypeVar("Container", AlgorithmContainer, ProcessingContainer)


def repository_of(image_uri: str) -> str:
    """The repository of an image URI, without registry, tag and digest."""
    return image_uri.rsplit("/", 1)[-1].split("@", 1)[0].split(":", 1)[0]


def algorithm_container(image_uri: str) -> AlgorithmContainer:
    return _find(ALGORITHMS, image_uri)


def processing_container(image_uri: str) -> ProcessingContainer:
    # Imported here: job processes import this package, and should not pay for Spark's.
    from local_aws.services.sagemaker.containers.spark.container import SPARK

    return _find((SPARK,), image_uri)


def _find(containers: Iterable[Container], image_uri: str) -> Container:
    repository = repository_of(image_uri)
    for container in containers:
        if repository in container.repositories:
            return container
    raise NoLocalImplementation(image_uri)
