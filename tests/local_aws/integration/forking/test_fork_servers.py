"""A forked process is what a fresh one would be; nothing of it, or of its server, is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from local_aws.core.forking.client import Forked, ForkServers
from local_aws.core.forking.preload import Preload, is_safe
from local_aws.core.processes import Child, ProcessGroup
from local_aws.core.threads import ThreadGroup
from tests.patience import PATIENCE_SECONDS, eventually
from tests.processes import alive, command_of, descendants

ROOT = Path(__file__).resolve().parents[4]
SERVER = "forking/server.py"
SHARED = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1", "OPENBLAS_NUM_THREADS": "1"}
PRELOAD = "import os, numpy.random, shared_by_all\nos.environ.setdefault('SET_BY_IMPORT', '1')\n"
FACTS = """
    import os, numpy.random, shared_by_all
    os.environ.setdefault('SET_BY_IMPORT', '1')
    import json, locale, logging, signal, sys, threading
    print(json.dumps({
        "path": sys.path, "argv": sys.argv, "orig_argv": sys.orig_argv, "folder": os.getcwd(),
        "flags": str(sys.flags), "environment": dict(os.environ), "locale": locale.setlocale(locale.LC_CTYPE),
        "signals": [str(signal.getsignal(number)) for number in range(1, 32)],
        "mask": list(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
        "leads": os.getsid(0) == os.getpgid(0) == os.getpid(), "threads": threading.active_count(),
        "encodings": [sys.stdout.encoding, sys.stderr.encoding, sys.stdin.read()],
        "main": [__name__, sys.modules["__main__"].__spec__.name],
        "globals": sorted(globals().keys() - {"__annotations__"}),
        "files": len(os.listdir("/proc/self/fd")), "handlers": str(logging.root.handlers),
        "umask": os.umask(0o22),
    }, default=str))
"""
pytestmark = pytest.mark.skipif(not is_safe(), reason="only Linux forks")


class Laboratory:
    """Runs a module of the given text, forked or fresh, and shows what it has printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes, self.threads = ProcessGroup(), ThreadGroup()
        self.servers = ForkServers(self.processes, self.threads, folder)
        (folder / "shared_by_all.py").write_text("seen = []\n")
        (folder / "preload.py").write_text(PRELOAD)
        self.shared = {**SHARED, "PYTHONPATH": str(folder)}
        self.log = folder / "log"

    def start(self, way: str, text: str, **variables: str) -> Child:
        (self.folder / "job.py").write_text(textwrap.dedent(text))
        command = [sys.executable, "-P", "-m", "job", "train"]
        env = {**self.shared, **variables}
        with self.log.open("wb") as output:
            if way == "fresh":
                return self.processes.start(command, env=env, cwd=self.folder, output=output)
            forked = self.servers.fork(
                self.preload(), command, variables=env, folder=self.folder, output=output
            )
        assert forked
        return forked

    def preload(self) -> Preload:
        return Preload.of(Path(sys.executable), self.folder / "preload.py", self.shared, "-P")

    def run(self, way: str, text: str, **variables: str) -> tuple[int, str]:
        child = self.start(way, text, **variables)
        code = child.wait(PATIENCE_SECONDS)
        self.processes.stop(child)
        return code, self.log.read_text()

    def close(self) -> None:
        self.processes.close()
        assert self.threads.join(PATIENCE_SECONDS) == []


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Laboratory]:
    lab = Laboratory(tmp_path)
    yield lab
    lab.close()
    assert [each for each in descendants(psutil.Process()) if str(tmp_path) in _folder(each)] == []


@pytest.fixture(params=["fresh", "forked"])
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def _folder(process: psutil.Process) -> str:
    try:
        return process.cwd()
    except psutil.Error:
        return ""


def _servers(lab: Laboratory) -> list[psutil.Process]:
    """Those of this test: the embedded AWS of the test session has its own."""
    among = [each for each in descendants(psutil.Process()) if SERVER in command_of(each)]
    return [each for each in among if _folder(each) == str(lab.folder)]


def test_a_forked_process_finds_what_a_fresh_one_finds(lab: Laboratory) -> None:
    found = {way: lab.run(way, FACTS, LOCAL="é x") for way in ("fresh", "forked")}
    code, text = found["forked"]
    facts: dict[str, Any] = json.loads(text)

    assert code == 0
    assert facts == json.loads(found["fresh"][1])
    assert facts["environment"].keys() >= {*lab.shared, "LOCAL", "SET_BY_IMPORT"}
    assert not [name for name in facts["environment"] if name.startswith("_")]


@pytest.mark.parametrize(
    ("text", "code", "log"),
    [
        ("import sys; print('out'); print('err', file=sys.stderr)", 0, "out\nerr\n"),
        ("import sys; sys.exit(3)", 3, ""),
        ("import sys; sys.exit('why')", 1, "why\n"),
        ("import atexit; atexit.register(print, 'last'); 1 / 0", 1, "division by zero\nlast"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", -signal.SIGSEGV, ""),
        ("import os; print('cut', end='', flush=True); os._exit(9)", 9, "cut"),
    ],
)  # fmt: skip
def test_it_ends_as_a_process_ends(lab: Laboratory, way: str, text: str, code: int, log: str) -> None:
    ended, printed = lab.run(way, text)

    assert ended == code
    assert printed.strip().endswith(log.strip())


def test_it_heeds_signals_or_is_killed_with_what_it_has_started(lab: Laboratory, way: str) -> None:
    text = """
        import signal, subprocess, sys, time
        signal.signal(signal.SIGTERM, lambda *_: print("asked", flush=True))
        child = subprocess.Popen(["sleep", "3600"])
        print(child.pid, flush=True)
        while True: time.sleep(3600)
    """
    child = lab.start(way, text)
    grandchild = psutil.Process(int(eventually(lab.log.read_text)))
    assert child.poll() is None

    lab.processes.stop(child)

    assert child.poll() == child.returncode == -signal.SIGKILL
    assert "asked" in lab.log.read_text()
    eventually(lambda: not alive(grandchild))


def test_a_process_can_be_ended_as_soon_as_it_is_known(lab: Laboratory, way: str) -> None:
    for _ in range(20):
        child = lab.start(way, "import time; time.sleep(3600)")
        lab.processes.stop(child)
        assert child.returncode == -signal.SIGTERM


def test_the_system_shows_a_process_by_its_own_command(lab: Laboratory, way: str) -> None:
    child = lab.start(way, "import time; time.sleep(3600)", ONLY="this")
    shown, command = psutil.Process(child.pid), [sys.executable, "-P", "-m", "job", "train"]

    eventually(lambda: [word for word in shown.cmdline() if word] == command)
    assert shown.environ()["ONLY"] == "this"


def test_the_memory_of_one_process_is_not_seen_by_another(lab: Laboratory, way: str) -> None:
    text = "import shared_by_all; shared_by_all.seen.append(1); print(shared_by_all.seen)"

    assert [lab.run(way, text) for _ in range(2)] == [(0, "[1]\n")] * 2


def test_no_two_draw_the_same_random_numbers(lab: Laboratory, way: str) -> None:
    text = "import numpy, random; print(numpy.random.rand(), random.random())"
    first, second = (lab.run(way, text)[1].split() for _ in range(2))

    assert first[0] != second[0]
    assert first[1] != second[1]


def test_all_come_from_one_server_that_has_the_imports(lab: Laboratory) -> None:
    text = "import os, sys; print(os.getppid(), 'shared_by_all' in sys.modules, 'json' in globals())"
    first, second = (lab.run("forked", text)[1].split() for _ in range(2))

    assert first == second == [first[0], "True", "False"]
    assert [each.pid for each in _servers(lab)] == [int(first[0])]


def test_a_crash_leaves_the_server_and_no_zombie(lab: Laboratory) -> None:
    crash = "import os; print(os.getppid()); os.abort()"
    codes, parents = zip(*(lab.run("forked", crash) for _ in range(3)), strict=True)

    assert codes == (-signal.SIGABRT,) * 3
    assert len(set(parents)) == 1
    assert psutil.Process(int(parents[0])).children() == []


def test_processes_end_with_their_server_and_another_takes_its_place(lab: Laboratory) -> None:
    # Given a process that has started another
    text = """
        import subprocess, time
        print(subprocess.Popen(["sleep", "3600"]).pid, flush=True)
        time.sleep(3600)
    """
    child = lab.start("forked", text)
    grandchild = psutil.Process(int(eventually(lab.log.read_text)))
    # Until it runs its module, a forked process looks like its server.
    [server] = _servers(lab)

    # When the server dies
    server.kill()

    # Then the process counts as killed, and what stops it stops all of it
    assert child.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    lab.processes.stop(child)
    eventually(lambda: not alive(grandchild))
    # And no zombie is left, and the next process comes from a new one
    eventually(lambda: not server.is_running())
    assert lab.run("forked", "print('again')") == (0, "again\n")
    assert [each.pid for each in _servers(lab)] != [server.pid]


@pytest.mark.parametrize(
    "preload",
    [
        "raise SystemExit(1)",
        "import threading as t; t.Thread(target=t.Event().wait, daemon=True).start()",
    ],
)
def test_where_imports_fail_or_start_threads_there_is_no_fork(lab: Laboratory, preload: str) -> None:
    (lab.folder / "preload.py").write_text(preload)
    forks: list[Forked | None] = []

    with lab.log.open("wb") as output:
        for _ in range(2):
            command = [sys.executable, "-P", "-m", "job"]
            forks.append(
                lab.servers.fork(
                    lab.preload(), command, variables=lab.shared, folder=lab.folder, output=output
                )
            )

    assert forks == [None, None]


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_outlives_a_killed_embedded_aws(tmp_path: Path, ending: signal.Signals) -> None:
    # Given a process of its own with a server, and a forked process that has started another
    script = """
        import pathlib, sys, time
        from tests.local_aws.integration.forking.test_fork_servers import Laboratory
        lab = Laboratory(pathlib.Path(sys.argv[1]))
        lab.start("forked", "import subprocess, time; subprocess.Popen(['sleep', '3600']).wait()")
        print("up", flush=True)
        time.sleep(3600)
    """
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert parent.stdout
    assert parent.stdout.readline() == b"up\n"
    started = eventually(lambda: _family(psutil.Process(parent.pid)))

    # When it is killed
    parent.send_signal(ending)
    parent.wait()
    parent.stdout.close()

    # Then server, process and what it has started are gone
    eventually(lambda: not any(map(alive, started)))


def _family(parent: psutil.Process) -> list[psutil.Process]:
    found = descendants(parent)
    return found if any("sleep" in each.cmdline()[:1] for each in found) else []
