from __future__ import annotations

import json
import logging
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.fakes import OUTPUTS


@pytest.fixture(autouse=True)
def interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody presses Ctrl-C as soon as the command waits."""

    class Event(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            raise KeyboardInterrupt

    # That of the command alone: every thread of the process waits for events.
    monkeypatch.setattr("bakeoff_cli.commands.local.threading", SimpleNamespace(Event=Event))


def test_it_prints_how_to_reach_it_and_stops_on_ctrl_c(invoke: Invoke, embedded: Any) -> None:
    result = invoke("local", "--port", "4566", "--stack-name", "mine")
    assert result.exit_code == 130
    lines = result.stdout.splitlines()
    assert "The embedded AWS listens on http://127.0.0.1:4566 and has the stack deployed." in lines
    assert "export AWS_ENDPOINT_URL=http://127.0.0.1:4566" in lines
    assert "export AWS_SECRET_ACCESS_KEY='two words'" in lines
    assert "BucketName: a-bucket" in lines
    assert "Functions run on another Python here." in result.stderr.splitlines()
    (aws,) = embedded.made
    assert (aws.port, list(aws.deployed), aws.running) == (4566, ["mine"], False)


def test_it_says_what_to_do_next_and_what_is_lost(invoke: Invoke, embedded: Any, tmp_path: Path) -> None:
    lost = invoke("local")
    assert "in another terminal: `bakeoff dataset abalone`, `bakeoff upload dataset1.csv`." in lost.stderr
    assert "Press Ctrl-C to stop it." in lost.stderr and "nothing stays" in lost.stderr
    assert "aws s3 sync s3://a-bucket/runs/ runs/" in lost.stderr
    assert "are gone, nothing is kept." in lost.stderr.splitlines()[-2]

    kept = invoke("local", "--work-dir", "here", "--no-deploy")
    assert "sam deploy --config-env local" in kept.stderr
    assert kept.stderr.splitlines()[-2].endswith("are gone, logs and what jobs left are in here.")


def test_any_parameter_of_the_template_can_be_set(invoke: Invoke, embedded: Any) -> None:
    options = ("--algorithms", "knn,xgboost", "--metric", "mae", "--folds", "5")
    invoke("local", "--set", "LatencyCalls=9", *options)
    expected = {"LatencyCalls": "9", "Algorithms": "knn,xgboost", "Metric": "mae", "Folds": "5"}
    assert embedded.made[0].deployed == {"bakeoff": expected}
    assert embedded.made[0].name == "bakeoff"


def test_folds_that_no_plan_takes_are_refused_before_anything_starts(invoke: Invoke, embedded: Any) -> None:
    refused = invoke("local", "--folds", "1")
    assert (refused.exit_code, refused.stderr.count("\n"), embedded.made) == (2, 1, [])
    assert "Folds must be" in refused.stderr and "not '1'" in refused.stderr


def test_as_json_it_is_one_line_before_the_wait(invoke: Invoke, embedded: Any) -> None:
    document = json.loads(invoke("local", "--json").stdout)
    assert document["endpoint_url"] == document["environment"]["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert document["outputs"] == OUTPUTS


def test_it_stays_empty_for_whoever_deploys_himself(invoke: Invoke, embedded: Any) -> None:
    result = invoke("local", "--no-deploy")

    assert "The embedded AWS listens on http://127.0.0.1:4566 and is empty." in result.stdout.splitlines()
    assert embedded.made[0].deployed == {}


def test_a_work_folder_of_ones_own_stays(invoke: Invoke, embedded: Any, tmp_path: Path) -> None:
    invoke("local", "--work-dir", "kept/here")
    # Absolute, because functions and jobs work in folders of their own.
    assert embedded.made[0].work_dir == (tmp_path / "kept" / "here").resolve()
    assert (tmp_path / "kept" / "here").is_dir()


def test_a_temporary_work_folder_goes(invoke: Invoke, embedded: Any) -> None:
    invoke("local")
    assert not embedded.made[0].work_dir.exists()


def test_a_thread_s_last_words_do_not_follow_the_command_s_own(
    invoke: Invoke, embedded: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # pytest's own handlers would hide that without any, Python writes to stderr
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    invoke("local")

    logging.getLogger("local_aws.services").warning("a stack could not be rolled back")

    assert capsys.readouterr().err == ""
