"""No child outlives the embedded AWS: not after close, and not after kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from local_aws.core import guardian
from local_aws.core.processes import ProcessGroup
from tests.patience import PATIENCE_SECONDS, eventually

ROOT = Path(__file__).resolve().parents[4]
SLEEP = [sys.executable, "-c", "import time; time.sleep(3600)"]
STUBBORN = """
    import signal, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("up", flush=True)
    time.sleep(3600)
"""
FAMILY = """
    import subprocess, sys, time
    grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    print(grandchild.pid, flush=True)
    time.sleep(3600)
"""


def running(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def test_close_ends_every_child(tmp_path: Path) -> None:
    group = ProcessGroup()
    children = [group.start(SLEEP, env={}, cwd=tmp_path) for _ in range(2)]

    group.close()

    assert [child.returncode for child in children] == [-signal.SIGTERM] * 2


def test_stop_ends_what_the_child_started_and_what_ignores_the_first_signal(tmp_path: Path) -> None:
    # Given a child with a child of its own, and one that ignores SIGTERM
    group = ProcessGroup()
    family, stubborn = tmp_path / "family", tmp_path / "stubborn"
    with family.open("wb") as output:
        parent = group.start(
            [sys.executable, "-c", textwrap.dedent(FAMILY)], env={}, cwd=tmp_path, output=output
        )
    with stubborn.open("wb") as output:
        deaf = group.start(
            [sys.executable, "-c", textwrap.dedent(STUBBORN)], env={}, cwd=tmp_path, output=output
        )
    assert eventually(lambda: bool(family.read_text() and stubborn.read_text()))

    # When both are stopped
    group.stop(parent)
    group.stop(deaf)
    group.close()

    # Then nobody is left
    assert not running(int(family.read_text()))
    assert deaf.returncode == -signal.SIGKILL


def test_a_child_gets_exactly_the_given_environment_and_folder(tmp_path: Path) -> None:
    group = ProcessGroup()
    output = tmp_path / "output"
    script = (
        "import os; print(sorted(set(os.environ) - {'LC_CTYPE', '__CF_USER_TEXT_ENCODING'}), os.getcwd())"
    )
    with output.open("wb") as sink:
        child = group.start([sys.executable, "-c", script], env={"ONLY": "this"}, cwd=tmp_path, output=sink)
    child.wait(PATIENCE_SECONDS)
    group.forget(child)
    group.close()

    assert output.read_text() == f"['ONLY'] {tmp_path.resolve()}\n"


def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    group = ProcessGroup()
    group.start(SLEEP, env={}, cwd=tmp_path)

    group.close()
    group.close()


@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGTERM])
def test_the_children_of_a_killed_parent_end(tmp_path: Path, signal_number: signal.Signals) -> None:
    # Given a process with a group of one kept and one forgotten child
    script = f"""
        import pathlib, sys, time
        from local_aws.core.processes import ProcessGroup
        group = ProcessGroup()
        kept, forgotten = (group.start({SLEEP!r}, env={{}}, cwd=pathlib.Path.cwd()) for _ in range(2))
        group.forget(forgotten)
        print(kept.pid, forgotten.pid, flush=True)
        time.sleep(3600)
    """
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    kept, forgotten = map(int, parent.stdout.readline().split())
    assert running(kept) and running(forgotten)

    # When that process is killed without a chance to clean up
    parent.send_signal(signal_number)
    parent.wait()
    parent.stdout.close()

    # Then the guardian ends the kept one, and leaves alone what it no longer answers for
    try:
        assert eventually(lambda: not running(kept))
        assert running(forgotten)
    finally:
        os.killpg(forgotten, signal.SIGKILL)


def test_the_guardian_watches_what_is_registered_last() -> None:
    assert guardian.watch(["+1\n", "+2\n", "-1\n", "+3\n", "-3\n"]) == {2}
