"""What several kinds of tests share: the data, and one embedded AWS for all that need one."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bakeoff_cli.process.embedded_aws import PACE
from local_aws.core.instance import Instance
from local_aws.embedded import EmbeddedAws
from local_aws.services.sagemaker.containers.spark import archive
from tests.leftovers import Leftovers, watch

# The same examples in every run, on machines of any speed; `make fuzz` looks for new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.register_profile("fuzz", deadline=None, max_examples=2_000, print_blob=True)
settings.load_profile("repeatable")
PROJECT = Path(__file__).resolve().parent.parent
UNIT = (PROJECT / "tests" / "unit", PROJECT / "tests" / "local_aws" / "unit")
# One Spark job for all who look at what the container did, in whichever folder.
pytest_plugins = ["tests.local_aws.integration.spark.shared"]
watch()
# Tests are short, and what they load stays: little of what is looked through is garbage.
gc.set_threshold(100_000, 20, 100)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # A unit test takes the sockets away, of which an embedded AWS in the same process would die.
    items.sort(key=lambda item: not any(map(item.path.is_relative_to, UNIT)))


def pytest_collection_finish() -> None:
    # Modules and tests stay to the end; looking through them for garbage took a fifth of what plots take.
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def signals_of_a_terminal() -> Iterator[None]:
    """Who starts the tests in the background has them ignore SIGINT, and by nohup SIGHUP: children, too."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGHUP)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def pytest_unconfigure() -> None:
    # The X-Ray SDK opens a socket when it is imported, which moto does for its own ends, and never closes it.
    if sdk := sys.modules.get("aws_xray_sdk.core"):
        sdk.xray_recorder.emitter._socket.close()
    # pytest makes five more passes: frozen, what this one has found in use is looked through no more.
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Fails the very test that leaves a thread, a child process or an open server to its neighbours."""
    before = Leftovers.now()
    yield
    left = before.new()
    assert not left, f"left behind: {left}"


@pytest.fixture(scope="session")
def abalone() -> Path:
    """The file that BAKEOFF_ABALONE names, else the bundled sample of the same shape."""
    given = os.environ.get("BAKEOFF_ABALONE")
    return Path(given) if given else PROJECT / "bakeoff_cli" / "data" / "sample.libsvm"


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    """moto's state is global, so a process has one; tests keep apart by the names they use.

    Of the name and the pace that the commands give it: all processes share one archive of Spark's classes.
    """
    folder = tmp_path_factory.mktemp("embedded-aws")
    with pytest.MonkeyPatch.context() as patch, EmbeddedAws(folder, name="bakeoff", pace=PACE) as aws:
        # Tests leave no core idle, and every Spark job until there is one takes twice as long.
        patch.setattr(archive, "LOW_PRIORITY", ())
        yield aws


@pytest.fixture(scope="session")
def instance(embedded: EmbeddedAws) -> Instance:
    return embedded.instance
