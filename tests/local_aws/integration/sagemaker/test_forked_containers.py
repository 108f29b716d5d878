"""Containers of an algorithm come from one process with its imports, and do what fresh ones do."""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import psutil
import pytest

from local_aws.core.forking.preload import is_safe
from local_aws.services.sagemaker.containers import command
from tests.local_aws.integration.sagemaker.support import LINEAR_LEARNER, XGBOOST, Laboratory
from tests.processes import found

SERVER = "forking/server.py"
SERVING = "local_aws.services.sagemaker.containers.{} serve"
ROWS = np.random.default_rng(3).normal(size=(60, 4))
GOOD = {
    XGBOOST: {"num_round": "5", "seed": "1"},
    LINEAR_LEARNER: {"predictor_type": "regressor", "feature_dim": "3", "mini_batch_size": "10"},
}
pytestmark = pytest.mark.skipif(not is_safe(), reason="only Linux forks")


@contextmanager
def started_afresh() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "is_safe", lambda: False)
        yield


def trained(lab: Laboratory, image: str, hyperparameters: dict[str, str], **more: Any) -> dict[str, Any]:
    uris = lab.put_channels({"train": ROWS})
    return lab.train(lab.training_request(image, uris, HyperParameters=hyperparameters, **more))


def files_of(lab: Laboratory, job: dict[str, Any]) -> dict[str, str]:
    archive = lab.get(f"models/{job['TrainingJobName']}/output/model.tar.gz")
    with tarfile.open(fileobj=io.BytesIO(archive)) as model:
        contents = {each.name: model.extractfile(each) for each in model if each.isfile()}
        return {name: hashlib.sha256(file.read()).hexdigest() for name, file in contents.items() if file}


@pytest.mark.parametrize("image", GOOD)
def test_a_forked_container_trains_what_a_fresh_one_trains(lab: Laboratory, image: str) -> None:
    forked = trained(lab, image, GOOD[image])
    with started_afresh():
        fresh = trained(lab, image, GOOD[image])

    assert forked["TrainingJobStatus"] == fresh["TrainingJobStatus"] == "Completed"
    assert files_of(lab, forked) == files_of(lab, fresh) != {}


def test_a_forked_container_fails_as_a_fresh_one_fails(lab: Laboratory) -> None:
    wrong = {"num_round": "-1"}
    forked = trained(lab, XGBOOST, wrong)
    with started_afresh():
        fresh = trained(lab, XGBOOST, wrong)

    assert "num_round" in forked["FailureReason"]
    assert forked["FailureReason"] == fresh["FailureReason"]


def test_forked_model_servers_share_a_parent_and_a_fresh_one_has_another(lab: Laboratory) -> None:
    artifact = trained(lab, XGBOOST, GOOD[XGBOOST])["ModelArtifacts"]["S3ModelArtifacts"]
    endpoints = [lab.deploy(XGBOOST, artifact)["EndpointName"] for _ in range(2)]
    with started_afresh():
        endpoints.append(lab.deploy(XGBOOST, artifact)["EndpointName"])

    parents = [parent_of(name) for name in endpoints]
    for name in endpoints:
        lab.sagemaker.delete_endpoint(EndpointName=name)

    assert parents[0] == parents[1] != parents[2]
    assert [SERVER in " ".join(each.cmdline()) for each in parents] == [True, True, False]


def parent_of(endpoint: str) -> psutil.Process:
    """That of the endpoint's only process, found by its folder: other tests may have left endpoints."""
    folder = f"/sagemaker/endpoints/{endpoint}/"
    [serving] = [each for each in found(SERVING.format("xgboost")) if folder in each.cwd()]
    return psutil.Process(serving.ppid())
