"""Several embedded AWS at once, each ended in another way: none disturbs another, and nothing is left."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest

from tests.patience import PATIENCE_SECONDS, eventually
from tests.processes import SPARK, WORKER, alive, command_of, descendants, found
from tests.template import PROJECT

BAKEOFF = "from bakeoff_cli.main import main; main()"
SAMPLE = PROJECT / "bakeoff_cli" / "data" / "sample.libsvm"


@dataclass
class Command:
    """`bakeoff` with `arguments`, in a session of its own, with a folder of its own for temporary files."""

    folder: Path
    arguments: list[str]
    terminal: int | None = None
    child: subprocess.Popen[bytes] = field(init=False)
    started: list[psutil.Process] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.temporary.mkdir(parents=True)
        with (self.folder / "stdout").open("wb") as stdout, (self.folder / "stderr").open("wb") as stderr:
            self.child = subprocess.Popen(
                [sys.executable, "-c", BAKEOFF, *self.arguments],
                cwd=PROJECT,
                env={**os.environ, "TMPDIR": str(self.temporary)},
                stdin=self.terminal or subprocess.DEVNULL,
                stdout=stdout,
                stderr=self.terminal or stderr,
                start_new_session=True,
            )

    @property
    def temporary(self) -> Path:
        return self.folder / "tmp"

    def wait_for(self, words: str) -> None:
        """Until a process of that command line runs; remembers all that run then."""
        parent = psutil.Process(self.child.pid)
        eventually(lambda: self.child.poll() is not None or found(words, parent))
        assert self.child.poll() is None, self.stderr()
        self.started = descendants(parent)

    def ends(self) -> int:
        return self.child.wait(PATIENCE_SECONDS)

    def stderr(self) -> str:
        return (self.folder / "stderr").read_text()

    def leftovers(self) -> list[str]:
        """Processes and files that should have gone."""
        own = str(self.temporary)
        strays = [process for process in psutil.process_iter() if own in command_of(process)]
        return [
            *map(command_of, filter(alive, [*self.started, *strays])),
            *map(str, self.temporary.iterdir()),
        ]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Command]]:
    commands: list[Command] = []

    def start_command(*arguments: str | Path, terminal: int | None = None) -> Command:
        command = Command(tmp_path / str(len(commands)), [*map(str, arguments)], terminal)
        commands.append(command)
        return command

    yield start_command
    for command in commands:
        if command.child.poll() is None:
            command.child.kill()
            command.child.wait()


def document(command: Command) -> dict[str, Any]:
    """What `bakeoff local --json` says once the stack is deployed."""
    said = eventually(lambda: (command.folder / "stdout").read_text())
    found: dict[str, Any] = json.loads(said)
    return found


def client(command: Command, service: str) -> Any:
    environment = document(command)["environment"]
    return boto3.client(  # type: ignore[call-overload]
        service,
        region_name=environment["AWS_REGION"],
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )


def keys(command: Command) -> list[str]:
    """What lies in the bucket of the deployed stack."""
    bucket = document(command)["outputs"]["BucketName"]
    return [item["Key"] for item in client(command, "s3").list_objects_v2(Bucket=bucket).get("Contents", [])]


def test_whatever_ends_it_nothing_is_left_and_its_neighbours_go_on(
    start: Callable[..., Command], tmp_path: Path
) -> None:
    # Given two demos and two embedded AWS at the same time, one of them in a terminal
    master, slave = pty.openpty()
    in_terminal = start("local", "--json", terminal=slave)
    os.close(slave)
    beside = start("local", "--json")
    one = start("demo", "--data", SAMPLE, "--output", tmp_path / "one")
    other = start("demo", "--data", SAMPLE, "--output", tmp_path / "other")

    # When one is terminated while it deploys
    beside.wait_for(WORKER.format("empty_bucket"))
    beside.child.terminate()
    # Then it says so in one line, and is gone
    assert beside.ends() == 128 + signal.SIGTERM
    assert beside.stderr().splitlines()[-1] == "bakeoff: stopped."
    assert beside.leftovers() == []

    # When another hears of Ctrl-C alone, in the middle of its Spark job
    one.wait_for(SPARK)
    one.child.send_signal(signal.SIGINT)
    assert one.ends() == 128 + signal.SIGINT
    assert one.stderr().splitlines()[-1] == "bakeoff: stopped." and "Traceback" not in one.stderr()
    assert one.leftovers() == []

    # When the whole foreground group of the second demo gets Ctrl-C twice, in the middle of its jobs
    other.wait_for(SPARK)
    os.killpg(other.child.pid, signal.SIGINT)
    os.killpg(other.child.pid, signal.SIGINT)
    assert other.ends() == 128 + signal.SIGINT
    assert other.stderr().splitlines()[-1] == "bakeoff: stopped." and "Traceback" not in other.stderr()
    assert other.leftovers() == []
    # Then its own log tells of no fault
    log = tmp_path / "other" / "embedded-aws.log"
    assert not log.exists() or "Traceback" not in log.read_text()

    # When the terminal of the last one is closed, which has seen nothing of the uploads to the others
    assert keys(in_terminal) == []
    in_terminal.wait_for(WORKER.format("empty_bucket"))
    os.close(master)
    os.killpg(in_terminal.child.pid, signal.SIGHUP)
    assert in_terminal.ends() == 128 + signal.SIGHUP
    assert in_terminal.leftovers() == []
