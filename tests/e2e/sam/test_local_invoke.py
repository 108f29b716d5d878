"""Every event of events/ works on the function that was built, as `sam local invoke -e` would send it."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from bakeoff.domain import errors
from tests.e2e.sam.conftest import Compared
from tests.e2e.sam.emulator import PACKAGES, built, lambdas_python, obstacle
from tests.e2e.sam.local_invoke import RUN, finished_run
from tests.e2e.sam.terminal import Terminal
from tests.template import ALWAYS_DEPLOYED

pytestmark = [
    pytest.mark.timeout(1800),
    pytest.mark.skipif(obstacle() is not None, reason=str(obstacle())),
]


@pytest.mark.parametrize("function", ALWAYS_DEPLOYED)
def test_a_function_answers_its_event(emulated: dict[str, Any], function: str) -> None:
    error = (emulated[function] or {}).get("errorType")

    # Without a live endpoint there is nothing to score, and the function says so by a name of ours.
    assert error is None or (function == "ScoreCandidateFunction" and hasattr(errors, error))


def test_the_answers_are_about_the_deployed_stack(
    terminal: Terminal, emulated: dict[str, Any], compared: Compared
) -> None:
    run, bucket = finished_run(terminal), compared.outputs["BucketName"]

    assert len(emulated["StartRunFunction"]["started"]) == 1
    assert emulated["PlanRunFunction"]["plan_uri"] == f"s3://{bucket}/runs/{RUN}/plan.json"
    assert [item["candidate"] for item in emulated["CheckDatasetsFunction"]["units"]]
    report_uri = f"s3://{bucket}/runs/{run}/report.html"
    assert emulated["PublishReportFunction"] == {"report_uri": report_uri, "notified": True}


@pytest.mark.skipif(lambdas_python() is None, reason="no python3.13 is installed, which the layers are for")
@pytest.mark.parametrize(
    ("layer", "module"),
    [
        ("CommonPackages", "yaml._yaml"),
        ("Numerics", "numpy.linalg"),
        ("Numerics", "matplotlib.ft2font"),
    ],
)
def test_compiled_packages_load_in_lambdas_python(
    terminal: Terminal, compared: Compared, layer: str, module: str
) -> None:
    folder = built(terminal.project, layer) / PACKAGES
    code = f"import importlib; print(importlib.import_module('{module}').__file__)"
    command = [str(lambdas_python()), "-S", "-c", code]

    printed = subprocess.run(command, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True)

    assert printed.stdout.startswith(str(folder)), printed.stderr
