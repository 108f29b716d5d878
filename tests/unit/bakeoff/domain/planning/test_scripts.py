from __future__ import annotations

import io
import json
import random
import tarfile
from typing import Any

import pytest

from bakeoff.adapters.resources import read_catalogue, read_image_table, read_scripts
from bakeoff.domain.errors import InvalidAlgorithms
from bakeoff.domain.planning.candidates import candidates_of
from bakeoff.domain.planning.scripts import MAX_ARCHIVE_BYTES, Script, refuse_other_choices, scripts_in_use
from bakeoff.domain.run.files import RunFiles
from bakeoff.domain.statistics.registry import TaskKind
from tests.fakes import InMemoryRunStore
from tests.unit.bakeoff.domain.planning.test_candidates import DEFAULTS

CATALOGUE, SCRIPTS = read_catalogue(), read_scripts()
RUN = RunFiles(InMemoryRunStore(), "run-1")
OWN = {"name": "own", "algorithm": "ridge", "script": "own"}
CODE = "/opt/ml/model/code"


def candidate_of(item: str | dict[str, Any]) -> Any:
    [found] = candidates_of(CATALOGUE.resolve([item]), RUN, read_image_table(), DEFAULTS)
    return found


def refusal_of(item: dict[str, Any], files: dict[str, bytes] | None = None, isolated: bool = False) -> str:
    known = {**SCRIPTS, "own": Script(files or {"train.py": b""})}
    with pytest.raises(InvalidAlgorithms) as refusal:
        scripts_in_use(CATALOGUE.resolve([item]), known, isolated=isolated)
    return str(refusal.value)


def refusal_of_choices(item: dict[str, Any], task: TaskKind, known: dict[str, Script] = SCRIPTS) -> str:
    with pytest.raises(InvalidAlgorithms) as refusal:
        refuse_other_choices(CATALOGUE.resolve([item]), known, task)
    return str(refusal.value)


def test_the_code_travels_by_a_channel_so_that_training_needs_no_network() -> None:
    found = candidate_of("ridge")
    last = found["input_data_config"][-1]

    assert last == {
        "ChannelName": "code",
        "DataSource": {
            "S3DataSource": {
                "S3DataType": "S3Prefix",
                "S3Uri": "s3://data-bucket/runs/run-1/scripts/sklearn/",
                "S3DataDistributionType": "FullyReplicated",
            }
        },
    }
    assert found["hyperparameters"] == {
        **CATALOGUE.entries["ridge"]["hyperparameters"],
        "sagemaker_program": "train.py",
        "sagemaker_submit_directory": "/opt/ml/input/data/code/sourcedir.tar.gz",
    }


def test_an_endpoint_finds_the_code_in_the_model() -> None:
    assert candidate_of("ridge")["serving_container"] == {
        "Environment": {
            "SAGEMAKER_PROGRAM": "train.py",
            "SAGEMAKER_SUBMIT_DIRECTORY": CODE,
            "PYTHONPATH": CODE,
        }
    }


def test_containers_get_the_environment_that_an_entry_gives() -> None:
    serving = {"image": {"framework": "xgboost", "version": "3.2-0"}, "environment": {"A": "3", "C": "4"}}
    found = candidate_of(
        {
            "name": "xgboost",
            "environment": {"A": "1", "B": "2"},
            "serving": serving,
            "image_uri": "own/image:1",
        }
    )

    assert found["training_environment"] == {"Environment": {"A": "1", "B": "2"}}
    assert found["serving_container"] == {
        "Image": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0",
        "Environment": {"A": "3", "B": "2", "C": "4"},
    }


def test_metrics_become_those_of_the_training_job() -> None:
    assert candidate_of("ridge")["metric_definitions"] == {
        "MetricDefinitions": [
            {"Name": "validation:rmse", "Regex": "validation:rmse=([0-9.eE+-]+)"},
            {"Name": "validation:logloss", "Regex": "validation:logloss=([0-9.eE+-]+)"},
        ]
    }


def test_an_entry_without_a_script_asks_for_nothing_more() -> None:
    parts = {"training_environment", "metric_definitions", "serving_container"}

    assert not parts & candidate_of("xgboost").keys()


def test_an_archive_is_a_function_of_its_files() -> None:
    one, two = Script({"a.py": b"1", "b/c.py": b"2"}), Script({"b/c.py": b"2", "a.py": b"1"})

    assert one.archive == two.archive
    with tarfile.open(fileobj=io.BytesIO(one.archive)) as tar:
        assert {each.name: (each.mode, each.mtime) for each in tar} == {
            "a.py": (0o644, 0),
            "b/c.py": (0o644, 0),
        }


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_a_script_imports_of_ours_is_packed_with_it(name: str) -> None:
    files = SCRIPTS[name].files

    assert {
        "train.py",
        "bakeoff/__init__.py",
        "bakeoff/scripts/__init__.py",
        "bakeoff/scripts/tabular.py",
    } <= (files.keys())
    assert not [path for path in files if "__pycache__" in path or path == "__init__.py"]


def test_every_script_of_the_catalogue_is_there_and_has_its_program() -> None:
    entries = CATALOGUE.resolve(list(CATALOGUE.entries))

    assert scripts_in_use(entries, SCRIPTS, isolated=False).keys() == SCRIPTS.keys()


def test_a_folder_that_is_not_there_is_refused() -> None:
    assert refusal_of({**OWN, "script": "none"}) == (
        "Algorithm 'own': there is no script 'none': use one of catboost, lightgbm, own, sklearn, or add a "
        "folder of that name to src/bakeoff/scripts."
    )


def test_a_folder_without_its_program_is_refused() -> None:
    assert refusal_of({**OWN, "program": "main.py"}) == (
        "Algorithm 'own': src/bakeoff/scripts/own has no main.py: add it, or name the file to run as program."
    )


@pytest.mark.parametrize("program", ["a/b.py", "../train.py", "train.sh", "my-train.py", "train.py --x", ""])
def test_a_program_is_a_file_that_python_can_import(program: str) -> None:
    with pytest.raises(
        InvalidAlgorithms, match="program must be a file at the folder's top whose name Python"
    ):
        CATALOGUE.resolve([{**OWN, "program": program}])


def test_packages_cannot_be_loaded_without_a_network() -> None:
    file = "src/bakeoff/scripts/lightgbm/requirements.txt"
    assert refusal_of({"name": "lightgbm"}, isolated=True) == (
        f"Algorithm 'lightgbm': its script needs the packages of {file}, which nothing can load under "
        "NetworkIsolation=true: leave it out, deploy with NetworkIsolation=false, or give "
        "the image_uri of an image that has them."
    )


@pytest.mark.parametrize("item", [{"name": "ridge"}, {"name": "lightgbm", "image_uri": "own/lightgbm:1"}])
def test_what_needs_no_packages_runs_without_a_network(item: dict[str, Any]) -> None:
    assert scripts_in_use(CATALOGUE.resolve([item]), SCRIPTS, isolated=True)


@pytest.mark.parametrize(
    ("estimator", "task", "sentence"),
    [
        ("os.system", "regression", "hyperparameters.estimator is 'os.system': use one of the "),
        ("os.system", "classification", "hyperparameters.estimator is 'os.system': use one of the "),
        ("sklearn.linear_model.Ridg", "regression", "for a regression, such as sklearn.linear_model.Ridge."),
        (None, "regression", "hyperparameters.estimator is missing: use one of the "),
        (
            "sklearn.linear_model.Lasso",
            "classification",
            "names for a classification, such as sklearn.linear_model.Logis",
        ),
        ("sklearn.linear_model.LogisticRegression", "regression", "names for a regression, such as sklearn."),
    ],
)
def test_an_estimator_outside_the_list_is_refused(
    estimator: str | None, task: TaskKind, sentence: str
) -> None:
    item = {"name": "mine", "algorithm": "ridge", "hyperparameters": {"estimator": estimator}}

    assert sentence in refusal_of_choices(item, task)


def test_an_estimator_of_one_number_of_classes_is_refused_for_any() -> None:
    given = {"hyperparameters": {"estimator": "sklearn.linear_model.Ridge"}}

    assert refusal_of_choices({"name": "ridge", "tasks": {"multiclass": given}}, "classification").startswith(
        "Algorithm 'ridge': hyperparameters.estimator is 'sklearn.linear_model.Ridge': use one of the "
    )


@pytest.mark.parametrize("task", ["regression", "classification"])
def test_every_entry_names_what_its_script_has(task: TaskKind) -> None:
    refuse_other_choices(CATALOGUE.resolve(list(CATALOGUE.entries)), SCRIPTS, task)


def test_an_estimator_that_tuning_would_try_is_of_the_list_too() -> None:
    tried = ["sklearn.linear_model.Lasso", "os.system"]
    [entry] = CATALOGUE.resolve(["ridge"])
    entry = {**entry, "hyperparameters": {}, "tuning": {"ranges": {"estimator": {"categorical": tried}}}}

    with pytest.raises(InvalidAlgorithms, match=r"hyperparameters\.estimator is 'os\.system': use one of"):
        refuse_other_choices([entry], SCRIPTS, "regression")
    entry["tuning"]["ranges"]["estimator"]["categorical"] = tried[:1]
    refuse_other_choices([entry], SCRIPTS, "regression")


def test_choices_may_hold_for_every_task() -> None:
    known = {"own": Script({"train.py": b"", "choices.json": b'{"colour": ["red", "blue"]}'})}

    assert refusal_of_choices(OWN, "regression", known) == (
        "Algorithm 'own': hyperparameters.colour is missing: use one of the 2 that "
        "src/bakeoff/scripts/own/choices.json names for a regression, such as red."
    )


def test_code_that_is_too_large_is_refused() -> None:
    noise = random.Random(0).randbytes(MAX_ARCHIVE_BYTES)

    assert refusal_of(OWN, {"train.py": b"", "weights.bin": noise}).endswith(
        f"bytes, more than {MAX_ARCHIVE_BYTES}: put what is large into an image of your own."
    )


def test_the_channel_of_the_code_is_nobody_else_s() -> None:
    channels = {"code": {"split": "train", "content_type": "text/csv"}}

    assert refusal_of({**OWN, "channels": channels}) == (
        "Algorithm 'own': the channel code is that of the script: give yours another name."
    )


def test_sagemaker_s_own_algorithms_take_no_metrics() -> None:
    item = {"name": "xgboost", "metrics": [{"name": "a", "regex": "a=(.*)"}]}

    assert refusal_of(item) == (
        "Algorithm 'xgboost': SageMaker's own algorithms have metrics of their own and take no others: leave "
        "metrics out."
    )


def test_a_credential_in_an_environment_is_refused() -> None:
    with pytest.raises(InvalidAlgorithms, match=r"environment\.PASSWORD looks like a credential"):
        CATALOGUE.resolve([{"name": "ridge", "environment": {"PASSWORD": "hunter22"}}])


def test_the_choices_are_the_script_s_own() -> None:
    by_task = json.loads(SCRIPTS["sklearn"].files["choices.json"])["estimator"]

    assert SCRIPTS["sklearn"].choices("classification") == {"estimator": by_task["classification"]}
    assert SCRIPTS["sklearn"].choices("regression") == {"estimator": by_task["regression"]}
    assert SCRIPTS["lightgbm"].choices("regression") == {}
