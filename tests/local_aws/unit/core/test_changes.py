from __future__ import annotations

import threading

import pytest

from local_aws.core.changes import Changes
from tests.patience import PATIENCE_SECONDS


@pytest.fixture
def changes() -> Changes:
    return Changes()


def waiting(changes: Changes, gone: threading.Event) -> threading.Thread:
    thread = threading.Thread(
        target=changes.wait,
        args=(changes.count, PATIENCE_SECONDS),
        kwargs={"unless": gone.is_set},
        daemon=True,
    )
    thread.start()
    return thread


def test_whoever_waits_hears_of_an_end(changes: Changes) -> None:
    threads = [waiting(changes, threading.Event()) for _ in range(2)]

    changes.note()

    for thread in threads:
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


def test_an_end_before_the_wait_is_not_missed(changes: Changes) -> None:
    seen = changes.count
    changes.note()

    changes.wait(seen, PATIENCE_SECONDS, unless=lambda: pytest.fail("it looks at the count first"))


def test_a_wait_ends_with_its_reason(changes: Changes) -> None:
    gone = threading.Event()
    thread = waiting(changes, gone)

    changes.wake()
    gone.set()
    changes.wake()

    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()
