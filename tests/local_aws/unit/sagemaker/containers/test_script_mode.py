from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.folders import Folders
from local_aws.services.sagemaker.containers.script_mode import environment
from local_aws.services.sagemaker.containers.script_mode.serving import UserModel, load
from local_aws.services.sagemaker.containers.script_mode.training import require
from local_aws.services.sagemaker.containers.server import Invocation

CHANNEL = {"ContentType": "text/csv", "TrainingInputMode": "File", "S3DistributionType": "FullyReplicated"}


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    config = tmp_path / "input" / "config"
    config.mkdir(parents=True)
    (config / "inputdataconfig.json").write_text(json.dumps({"train": CHANNEL, "code": CHANNEL}))
    monkeypatch.setenv(environment.GIVEN_VARIABLE, json.dumps({"MINE": "1"}))
    monkeypatch.setenv(environment.JOB_VARIABLE, "job-1")
    return Folders(tmp_path)


def test_values_are_json_where_they_are_json() -> None:
    given = {"a": "3", "b": "true", "c": "x", "d": '{"e": 1}', "f": "0.5", "g": ""}

    assert environment.decoded(given) == {"a": 3, "b": True, "c": "x", "d": {"e": 1}, "f": 0.5, "g": ""}


def test_arguments_are_sorted_and_objects_are_flattened() -> None:
    found = environment.arguments({"b": 2, "alpha": "x", "c": {"e": 1, "d": None}, "none": None})

    assert found == ["--alpha", "x", "-b", "2", "-c", "d=None,e=1", "--none", ""]


def test_what_is_for_the_container_does_not_reach_the_program() -> None:
    given = {"sagemaker_program": "train.py", "_tuning_objective_metric": "validation:rmse", "depth": 3}

    assert environment.for_the_program(given) == {"depth": 3}


def test_a_program_is_told_its_folders_and_bounded_to_one_core(folders: Folders) -> None:
    found = environment.variables(folders, "train.py", {"depth": 3})

    assert found["SM_CHANNEL_TRAIN"] == str(folders.root / "input" / "data" / "train")
    assert found["SM_CHANNELS"] == '["code","train"]'
    assert (found["SM_HPS"], found["SM_HP_DEPTH"]) == ('{"depth":3}', "3")
    assert found["SM_MODEL_DIR"] == str(folders.model)
    assert (found["SM_NUM_CPUS"], found["SM_USER_ENTRY_POINT"], found["MINE"]) == ("1", "train.py", "1")
    assert found["TRAINING_JOB_NAME"] == "job-1"
    # This machine's own variables are no business of the program.
    assert "PYTHONPATH" not in found and "HOME" not in found


def test_a_package_that_is_missing_is_named_with_its_cure(tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text(
        "# why\nnumpy==1 \\\n    --hash=sha256:00\nno-such-package==2.1 \\\n    --hash=sha256:00\n"
    )

    with pytest.raises(UserError) as refusal:
        require(file)

    assert str(refusal.value) == (
        "requirements.txt needs no-such-package==2.1, which the image would install and this machine lacks: "
        "install it here (python -m pip install no-such-package), or leave the candidate out."
    )


def test_another_version_is_told_and_taken(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("numpy==1.0\nscipy\n")

    require(file)
    require(tmp_path / "none.txt")

    assert caplog.messages[0].startswith("numpy==1.0 is wanted, and ")
    assert len(caplog.messages) == 1


def module(**functions: Any) -> ModuleType:
    made = ModuleType("train")
    vars(made).update(functions)
    return made


def four(**other: Any) -> ModuleType:
    functions: dict[str, Any] = {
        "model_fn": lambda folder: 10,
        "input_fn": lambda body, kind: [float(each) for each in body.split(",")],
        "predict_fn": lambda rows, model: [model * each for each in rows],
        "output_fn": lambda predictions, accept: (json.dumps(predictions), accept),
    }
    return module(**{**functions, **other})


@pytest.fixture
def _given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.GIVEN_VARIABLE, "{}")


@pytest.mark.usefixtures("_given")
@pytest.mark.parametrize("accept", ["", "*/*", "application/json"])
def test_the_four_functions_answer(accept: str) -> None:
    reply = UserModel(four(), Path()).answer(Invocation(b"1,2", "text/csv", accept))

    assert (reply.body, reply.content_type) == (b"[10.0, 20.0]", "application/json")


@pytest.mark.usefixtures("_given")
def test_one_function_may_answer_alone() -> None:
    alone = module(model_fn=lambda folder: 3, transform_fn=lambda model, body, kind, accept: f"{model}{body}")

    reply = UserModel(alone, Path()).answer(Invocation(b"x", "text/csv", "text/csv"))

    assert (reply.body, reply.content_type) == (b"3x", "text/csv")


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        (four(model_fn=None), "train.py has no model_fn; the image's own has no local implementation."),
        (four(output_fn=None), "train.py has no output_fn; the image's own has no local implementation."),
        (
            four(transform_fn=print),
            "Cannot use transform_fn implementation with input_fn, predict_fn, and/or",
        ),
    ],
)
def test_functions_that_do_not_serve_are_refused(program: ModuleType, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        UserModel(program, Path())


def test_the_program_is_imported_from_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "only_here.py").write_text(
        "def model_fn(folder): return folder\ndef transform_fn(*a): return a[0]"
    )
    given = {"SAGEMAKER_PROGRAM": "only_here.py", "PYTHONPATH": str(tmp_path)}
    monkeypatch.setenv(environment.GIVEN_VARIABLE, json.dumps(given))
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    assert load(tmp_path).answer(Invocation(b"", "text/csv", "")).body == str(tmp_path).encode()


@pytest.mark.usefixtures("_given")
def test_a_model_that_names_no_program_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="SAGEMAKER_PROGRAM is missing"):
        load(tmp_path)
