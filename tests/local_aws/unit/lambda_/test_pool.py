"""What starts ahead waits for what somebody waits for, and for nothing else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from local_aws.core.threads import ThreadGroup
from local_aws.services.lambda_.configuration import Archive, Configuration
from local_aws.services.lambda_.environments import pool as pools
from local_aws.services.lambda_.environments.pool import EnvironmentPool, Started
from tests.patience import PATIENCE_SECONDS, eventually


@dataclass
class Environment:
    configuration: Configuration
    alive: bool = True

    def stop(self) -> None:
        self.alive = False


@dataclass
class Starts:
    """Starts environments at once, and tells of which functions."""

    names: list[str] = field(default_factory=list)

    def __call__(self, configuration: Configuration, request_id: str) -> Started:
        self.names.append(configuration.function_name)
        return Started(cast(Any, Environment(configuration)))


@pytest.fixture
def starts() -> Starts:
    return Starts()


@pytest.fixture
def pool(starts: Starts, monkeypatch: pytest.MonkeyPatch) -> Iterator[EnvironmentPool]:
    monkeypatch.setattr(pools, "_LET_BY_SECONDS", 10 * PATIENCE_SECONDS)
    threads = ThreadGroup()
    pool = EnvironmentPool(starts, threads)
    yield pool
    pool.close()
    assert threads.join(PATIENCE_SECONDS) == []


def function(name: str) -> Configuration:
    return Configuration(
        function_name=name, function_arn=f"arn:{name}", version="1", handler="app.handler",
        runtime="python3.13", role_arn="arn:role", region="us-east-1", account_id="123456789012",
        memory_mb=128, timeout_seconds=1.0, variables=(), code=Archive("sha", b""), layers=(),
        log_group="/aws/lambda/x",
    )  # fmt: skip


def test_it_waits_until_the_invocation_under_way_is_over(pool: EnvironmentPool, starts: Starts) -> None:
    busy = pool.acquire(function("busy"), "1").environment
    pool.start_ahead(function("next"))
    assert starts.names == ["busy"]

    pool.release(busy)

    assert eventually(lambda: starts.names == ["busy", "next"])


def test_it_starts_at_once_when_it_is_invoked_itself(pool: EnvironmentPool, starts: Starts) -> None:
    pool.acquire(function("busy"), "1")
    pool.start_ahead(function("next"))

    started = pool.acquire(function("next"), "2")

    assert started.environment.configuration == function("next")
    assert starts.names == ["busy", "next"]


def test_a_long_invocation_holds_up_nothing(
    pool: EnvironmentPool, starts: Starts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "_LET_BY_SECONDS", 0.001)
    pool.acquire(function("busy"), "1")

    pool.start_ahead(function("next"))

    assert eventually(lambda: starts.names == ["busy", "next"])


def test_closing_does_not_wait_for_an_invocation(pool: EnvironmentPool, starts: Starts) -> None:
    pool.acquire(function("busy"), "1")
    pool.start_ahead(function("next"))

    closing = threading.Thread(target=pool.close)
    closing.start()
    closing.join(PATIENCE_SECONDS)

    assert not closing.is_alive()
    assert starts.names == ["busy"]
