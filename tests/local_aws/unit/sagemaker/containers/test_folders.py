from __future__ import annotations

import json
from pathlib import Path

import pytest

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.folders import Channel, Folders, require_channels
from local_aws.services.sagemaker.containers.process import Algorithm, run_training
from local_aws.services.sagemaker.containers.server import Model


def channels(*names: str, mode: str = "File") -> dict[str, Channel]:
    return {name: Channel(name, Path(), "text/csv", mode, "FullyReplicated") for name in names}


def test_the_configuration_is_read_from_the_contract(tmp_path: Path) -> None:
    config = tmp_path / "input" / "config"
    config.mkdir(parents=True)
    (config / "hyperparameters.json").write_text('{"k": "5"}')
    described = {
        "ContentType": "text/csv",
        "TrainingInputMode": "File",
        "S3DistributionType": "FullyReplicated",
    }
    (config / "inputdataconfig.json").write_text(json.dumps({"train": described}))

    folders = Folders(tmp_path)

    assert folders.hyperparameters() == {"k": "5"}
    expected = Channel("train", tmp_path / "input/data/train", "text/csv", "File", "FullyReplicated")
    assert folders.channels() == {"train": expected}


def test_known_channels_are_accepted() -> None:
    require_channels(channels("train"), "train", ("test",))
    require_channels(channels("train", "test"), "train", ("test",))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (channels("test"), "Missing required channel: train"),
        (channels("train", "validation"), "Extraneous channel found: validation"),
        (channels("train", mode="Pipe"), "TrainingInputMode Pipe"),
    ],
)
def test_other_channels_are_refused(given: dict[str, Channel], message: str) -> None:
    with pytest.raises(UserError, match=message):
        require_channels(given, "train", ("test",))


@pytest.mark.parametrize(
    ("error", "reason"), [(UserError("k is too large"), "k is too large"), (KeyError("x"), "KeyError: 'x'")]
)
def test_a_failing_training_leaves_its_reason(tmp_path: Path, error: Exception, reason: str) -> None:
    def fail(folders: Folders) -> None:
        raise error

    exit_code = run_training(Algorithm(fail, _no_model), Folders(tmp_path))

    assert exit_code == 1
    assert (tmp_path / "output" / "failure").read_text() == reason


def test_a_good_training_leaves_none(tmp_path: Path) -> None:
    assert run_training(Algorithm(lambda folders: None, _no_model), Folders(tmp_path)) == 0
    assert not (tmp_path / "output").exists()


def _no_model(folder: Path) -> Model:
    raise AssertionError("training loads no model")
