"""Retry: intervals, back-off, jitter and attempts."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from local_aws.services.stepfunctions.interpreter import waiting

from .conftest import Failure, ScriptedFunctions, Workflows, states, task

names = (f"always-fails-{number}" for number in itertools.count())


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The seconds of every pause; none of them is waited for."""
    seen: list[float] = []
    monkeypatch.setattr(waiting, "pause", lambda env, seconds: seen.append(seconds))
    yield seen


def fail(_: Any) -> None:
    raise Failure({"errorType": "Down", "errorMessage": "no"})


def failing(functions: ScriptedFunctions, **retrier: Any) -> dict[str, Any]:
    retry = [{"ErrorEquals": ["Down"], **retrier}]
    arguments = {"FunctionName": functions.add(next(names), fail), "Payload": {}}
    return task("lambda:invoke", arguments, Retry=retry)


def test_the_interval_grows_up_to_the_maximum(
    workflows: Workflows, functions: ScriptedFunctions, pauses: list[float]
) -> None:
    retrier = {"IntervalSeconds": 2, "BackoffRate": 3, "MaxDelaySeconds": 20, "MaxAttempts": 4}

    ended = workflows.run(states({"Call": failing(functions, **retrier)}))

    assert ended["error"] == "Down"
    assert pauses == [2, 6, 18, 20]


def test_full_jitter_draws_from_zero_to_the_interval(
    workflows: Workflows, functions: ScriptedFunctions, pauses: list[float]
) -> None:
    retrier = {"IntervalSeconds": 8, "BackoffRate": 1, "MaxAttempts": 30, "JitterStrategy": "FULL"}

    workflows.run(states({"Call": failing(functions, **retrier)}))

    assert len(pauses) == 30
    assert all(0 <= pause <= 8 for pause in pauses)
    assert len(set(pauses)) > 20
    assert min(pauses) < 4 < max(pauses)


def test_concurrent_iterations_count_their_own_attempts(
    workflows: Workflows, functions: ScriptedFunctions, pauses: list[float]
) -> None:
    inner = states(
        {"Call": {**failing(functions, IntervalSeconds=1, MaxAttempts=2), "Catch": [], "End": True}}
    )
    inner["States"]["Call"]["Catch"] = [{"ErrorEquals": ["Down"], "Next": "Ignored"}]
    inner["States"]["Ignored"] = {"Type": "Succeed"}
    definition = states(
        {"Each": {"Type": "Map", "Items": "{% [1..8] %}", "ItemProcessor": inner, "End": True}}
    )

    workflows.output(definition)

    assert sorted(pauses) == [1] * 8 + [2] * 8
