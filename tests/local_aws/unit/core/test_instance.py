from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_aws.core.instance import Credentials, Instance
from tests.patience import PATIENCE_SECONDS


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    instance = Instance("http://127.0.0.1:1", tmp_path)
    yield instance
    instance.close()
    instance.wait_for_background_work()


def test_clients_ignore_the_callers_own_aws_profile(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://elsewhere")

    client = instance.client("s3")

    assert client.meta.endpoint_url == "http://127.0.0.1:1"
    assert client.meta.region_name == "us-east-1"


def test_a_client_signs_with_the_credentials_that_it_is_given(instance: Instance) -> None:
    client = instance.client("s3", Credentials("key", "secret", "token"))

    assert client._get_credentials().token == "token"


def test_background_work_that_fails_is_logged(instance: Instance, caplog: pytest.LogCaptureFixture) -> None:
    def work() -> None:
        raise ValueError("lost otherwise")

    future = instance.background(work)

    assert isinstance(future.exception(timeout=PATIENCE_SECONDS), ValueError)
    assert "lost otherwise" in caplog.text


def test_background_work_that_the_end_cuts_short_is_no_fault(
    instance: Instance, caplog: pytest.LogCaptureFixture
) -> None:
    closed = threading.Event()

    def work() -> None:
        closed.wait(PATIENCE_SECONDS)
        raise ValueError("cut short")

    future = instance.background(work)
    instance.close()
    closed.set()

    assert isinstance(future.exception(timeout=PATIENCE_SECONDS), ValueError)
    assert "cut short" not in caplog.text


def test_closing_calls_the_cleanups_last_first(instance: Instance) -> None:
    called: list[str] = []
    instance.on_close(lambda: called.append("first"))
    instance.on_close(lambda: called.append("second"))

    instance.close()

    assert called == ["second", "first"]


def test_what_background_work_still_starts_while_the_site_closes_does_not_outlast_it(
    instance: Instance, tmp_path: Path
) -> None:
    closed, started = threading.Event(), []

    def deploy() -> None:
        closed.wait(PATIENCE_SECONDS)
        started.append(instance.processes.start(["sleep", "600"], env=dict(os.environ), cwd=tmp_path))

    instance.background(deploy)
    instance.close()
    closed.set()
    instance.wait_for_background_work()

    [child] = started
    assert child.poll() is not None


def test_background_work_that_never_ends_does_not_keep_the_site_open(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local_aws.core.instance._PATIENCE_SECONDS", 0.05)
    released = threading.Event()
    future = instance.background(released.wait, 60)

    instance.close()
    instance.wait_for_background_work()

    assert not future.done()
    released.set()


def test_no_thread_of_a_site_outlives_it(instance: Instance) -> None:
    ended = threading.Event()
    instance.on_close(ended.set)
    thread = instance.threads.start(ended.wait, name="until the end")

    instance.close()
    instance.wait_for_background_work()

    assert not thread.is_alive() and instance.threads.alive() == []
