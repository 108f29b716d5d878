"""The fixture that every test has sees what a test leaves behind."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from local_aws.core.instance import Instance
from tests import leftovers
from tests.leftovers import Leftovers


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "_SECONDS", 0.0)


def test_a_thread_that_goes_on_is_left_behind() -> None:
    before, ended = Leftovers.now(), threading.Event()
    thread = threading.Thread(target=ended.wait, name="goes on", daemon=True)
    thread.start()
    [left] = before.new()
    ended.set()
    thread.join()

    assert "goes on" in left and before.new() == []


def test_a_child_that_goes_on_is_left_behind() -> None:
    before = Leftovers.now()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        [left] = before.new()
        child.kill()

    assert "Popen" in left and before.new() == []


def test_what_the_running_embedded_aws_has_started_is_its_own_affair(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, ended, instance = Leftovers.now(), threading.Event(), Instance("http://127.0.0.1:1", tmp_path)
    monkeypatch.setattr("local_aws.core.instance._current", instance)
    thread = instance.threads.start(ended.wait, name="its own")

    assert before.new() == []
    instance.close()
    assert any("its own" in left for left in before.new())
    ended.set()
    thread.join()
