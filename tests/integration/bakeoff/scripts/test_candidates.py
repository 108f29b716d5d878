"""Script entries from the plan to predictions, in real processes."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import yaml

from bakeoff.adapters.resources import read_scripts
from bakeoff.domain.planning.algorithms import Catalogue
from bakeoff.domain.planning.scripts import Script
from benchmarks.embedded_sagemaker import CATALOGUE, EmbeddedSageMaker
from local_aws.core.instance import Instance
from tests.template import PROJECT
from tests.unit.bakeoff.scripts.jobs import classes, numbers

PAGE = (PROJECT / "docs" / "add-an-algorithm.md").read_text("utf-8")
PROGRAM, ENTRY = (re.findall(f"```{kind}\n(.*?)```", PAGE, re.DOTALL)[0] for kind in ("python", "yaml"))
TABLE = numbers(300)
DATA = {"train": TABLE[:200], "validation": TABLE[200:250], "test": TABLE[250:]}


@pytest.fixture(scope="module")
def sagemaker(instance: Instance) -> EmbeddedSageMaker:
    return EmbeddedSageMaker(instance)


@pytest.mark.parametrize("name", ["ridge", "hist-gradient-boosting", "lightgbm"])
def test_an_entry_of_the_catalogue_trains_and_serves(sagemaker: EmbeddedSageMaker, name: str) -> None:
    candidate = sagemaker.candidate(name, DATA, read_scripts(), CATALOGUE)

    job = sagemaker.train(candidate)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert [each["MetricName"] for each in job["FinalMetricDataList"]] == ["validation:rmse"]
    predicted = sagemaker.predictions(candidate, job, DATA["test"][:, 1:])

    assert np.sqrt(np.mean((predicted - DATA["test"][:, 0]) ** 2)) < 1.5


@pytest.mark.parametrize(
    ("name", "count"),
    # tests/e2e/test_classes.py has others.
    [("random-forest", 2), ("mlp", 5), ("lightgbm", 2), ("lightgbm", 5)],
)
def test_an_entry_of_the_catalogue_tells_classes_apart(
    sagemaker: EmbeddedSageMaker, name: str, count: int
) -> None:
    table = classes(count, rows=400)
    data = {"train": table[:200], "validation": table[200:300], "test": table[300:]}
    candidate = sagemaker.candidate(name, data, read_scripts(), CATALOGUE, count)

    job = sagemaker.train(candidate)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    [told] = job["FinalMetricDataList"]
    assert told["MetricName"] == "validation:logloss" and 0 < told["Value"] < np.log(count)
    predicted = sagemaker.predictions(candidate, job, data["test"][:, 1:])

    chosen = (predicted > 0.5) if count == 2 else predicted.argmax(axis=1)
    assert candidate["reply"]["kind"] == ("positive_probability" if count == 2 else "probabilities")
    assert np.mean(chosen == data["test"][:, 0]) > 0.8


@pytest.mark.parametrize("count", [0, 2, 3])
def test_the_page_shows_a_script_that_works(sagemaker: EmbeddedSageMaker, tmp_path: Path, count: int) -> None:
    table = classes(count) if count else TABLE
    data = {"train": table[:200], "validation": table[200:250], "test": table[250:]}
    entry = yaml.safe_load(ENTRY)
    [name] = entry
    (tmp_path / name).mkdir()
    (tmp_path / name / "train.py").write_text(PROGRAM)
    candidate = sagemaker.candidate(
        name, data, read_scripts(tmp_path), Catalogue({**CATALOGUE.entries, **entry}, CATALOGUE.schema), count
    )

    job = sagemaker.train(candidate)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    predicted = sagemaker.predictions(candidate, job, data["test"][:, 1:])

    if count:
        assert predicted.shape == (len(data["test"]), count)
        assert np.mean(predicted.argmax(axis=1) == data["test"][:, 0]) > 0.8
    else:
        assert np.sqrt(np.mean((predicted - data["test"][:, 0]) ** 2)) < 1.5


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("import sys\nsys.exit('the data are odd')", 'ExitCode 1 ErrorMessage "the data are odd" Command '),
        ("raise ValueError('deep inside')", "ValueError: deep inside"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "ExitCode -9 ErrorMessage"),
    ],
)
def test_a_program_that_fails_says_why(sagemaker: EmbeddedSageMaker, program: str, reason: str) -> None:
    scripts = {**read_scripts(), "own": Script({"train.py": program.encode()})}
    candidate = sagemaker.candidate(
        {"name": "own", "algorithm": "ridge", "script": "own"}, DATA, scripts, CATALOGUE
    )

    job = sagemaker.train(candidate)

    assert job["TrainingJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("AlgorithmError: ExecuteUserScriptError:")
    assert reason in " ".join(job["FailureReason"].split())


def test_a_package_that_is_not_here_is_a_sentence(sagemaker: EmbeddedSageMaker) -> None:
    files = {"train.py": b"", "requirements.txt": b"no-such-package==1.0\n"}
    scripts = {**read_scripts(), "own": Script(files)}
    candidate = sagemaker.candidate(
        {"name": "own", "algorithm": "ridge", "script": "own"}, DATA, scripts, CATALOGUE
    )

    job = sagemaker.train(candidate)

    assert (
        "requirements.txt needs no-such-package==1.0, which the image would install" in job["FailureReason"]
    )
