from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from local_aws.core.threads import ThreadGroup
from tests.patience import PATIENCE_SECONDS


@pytest.fixture
def ended() -> Iterator[threading.Event]:
    ended = threading.Event()
    yield ended
    ended.set()


def test_joining_waits_for_what_was_started_and_what_was_adopted(ended: threading.Event) -> None:
    group, adopted = ThreadGroup(), threading.Thread(target=ended.wait)
    started = group.start(ended.wait, name="started")
    group.adopt(adopted)
    adopted.start()
    assert set(group.alive()) == {started, adopted}

    ended.set()

    assert group.join(PATIENCE_SECONDS) == []
    assert not started.is_alive() and not adopted.is_alive()


def test_the_threads_of_a_pool_belong_to_it() -> None:
    group = ThreadGroup()
    with group.pool(1, "pool") as pool:
        [worker] = pool.map(lambda _: threading.current_thread(), [None])
        assert worker in group

    assert group.alive() == []


def test_what_does_not_end_is_named_and_not_waited_for_for_ever(ended: threading.Event) -> None:
    group = ThreadGroup()
    thread = group.start(ended.wait, name="endless")

    assert group.join(0.01) == [thread]
