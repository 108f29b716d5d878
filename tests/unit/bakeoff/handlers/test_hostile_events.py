"""Whatever an event holds: an answer or an error of the domain, and no log line with a credential."""

from __future__ import annotations

import copy
import dataclasses
import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bakeoff.domain.errors import BakeoffError, InvalidEvent, ServiceError
from bakeoff.domain.run.names import run_prefix
from tests.fakes import FakeStarter
from tests.unit.bakeoff.domain.cost.runs import FixedPrices

SECRET = "0a1b2c3d"
SIGNED = f"https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE&X-Amz-Signature={SECRET}"
texts = st.text(max_size=20) | st.sampled_from(
    ["../x", "a\nb", "=1+1", "%252e%252e%252f", "\ud800", "x" * 1024, "é" * 512]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)


@pytest.fixture
def plan_run(load: Any, store: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    loaded = load("PlanRunFunction")
    budget = dataclasses.replace(loaded.module.BUDGET, prices=lambda _: FixedPrices())
    planner = dataclasses.replace(loaded.module.PLANNER, store=store, budget=budget)
    monkeypatch.setattr(loaded.module, "PLANNER", planner)
    return loaded


@pytest.fixture
def start_run(load: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    loaded = load("StartRunFunction")
    monkeypatch.setattr(loaded.module, "WORKFLOW", FakeStarter())
    return loaded


def upload(key: Any = "k", **changes: Any) -> dict[str, Any]:
    described = {"key": key, "size": 1, "sequencer": "1", "versionId": "v", **changes}
    return {"Records": [{"s3": {"bucket": {"name": "b"}, "object": described}}]}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts)
@example("Inputs/%252e%252e/x")
@example("Inputs/=cmd|'/C calc'!A0\n")
def test_any_key_starts_a_run_that_may_keep_files_and_names_the_key_as_it_is(
    start_run: Any, key: str
) -> None:
    try:
        encoded = quote_plus(key)
    except UnicodeEncodeError:
        with pytest.raises(InvalidEvent, match="not an S3 event notification"):
            start_run(upload(key))
        return
    answer = start_run(upload(encoded))
    for run_id in (*answer["started"], *answer["repeated"]):
        assert run_prefix(run_id) == f"runs/{run_id}/" and len(run_id) <= 80
        # Decoded once: what looks encoded then is a part of the name.
        assert start_run.module.WORKFLOW.inputs[run_id]["trigger"]["key"] == key


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["key", "size", "sequencer", "versionId"]), json_values)
@example("size", 1e400)
@example("size", 10**400)
@example("sequencer", 5)
@example("versionId", {"a": 1})
@example("versionId", "\ud800")
def test_any_value_in_an_upload_s_event_is_taken_or_refused(start_run: Any, field: str, value: Any) -> None:
    try:
        answer = start_run(upload(**{field: value}))
    except InvalidEvent as refusal:
        assert str(refusal).isprintable()
    else:
        assert sum(map(len, answer.values())) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    given_input=st.dictionaries(st.sampled_from(["algorithms", "trigger"]) | texts, json_values, max_size=3)
    | json_values
)
@example(given_input={"algorithms": [None] * 10_000})
@example(given_input={"algorithms": {"xgboost": 1}})
def test_any_execution_input_is_refused_in_a_sentence_or_finds_no_data(
    plan_run: Any, store: Any, given_input: Any
) -> None:
    with pytest.raises(BakeoffError) as refusal:
        plan_run({"run_id": "run-1", "input": given_input})

    assert str(refusal.value).isprintable()
    assert store.stored_keys() == []


@pytest.fixture
def log(load: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """What the functions have logged so far."""
    from bakeoff.handlers.telemetry import logger

    stream = io.StringIO()
    for handler in logger.handlers:
        monkeypatch.setattr(handler, "stream", stream)
    return stream.getvalue


@pytest.mark.parametrize(
    "algorithms",
    [
        [{"name": "a", "algorithm": "xgboost", "hyperparameters": {"url": SIGNED}}],
        [{"name": "a", "algorithm": "xgboost", "hyperparameters": {"x": [{"password": SECRET}]}}],
        [{"name": "a", "algorithm": SIGNED}],
        [{"name": SIGNED, "algorithm": "xgboost"}],
        [SIGNED],
        SIGNED,
    ],
)
def test_no_log_line_holds_a_credential_of_an_execution_s_input(
    load: Any, log: Callable[[], str], algorithms: Any
) -> None:
    with pytest.raises(BakeoffError) as refusal:
        load("PlanRunFunction")({"run_id": "run-1", "input": {"algorithms": algorithms}})

    [line] = [json.loads(line) for line in log().splitlines()]
    assert line["message"] == str(refusal.value)
    assert SECRET not in log() and "AKIA" not in log() and SECRET not in str(refusal.value)


def test_a_log_line_hides_what_another_package_s_error_tells(log: Callable[[], str]) -> None:
    from bakeoff.handlers.telemetry import logger

    try:
        raise OSError(f"cannot reach {SIGNED}")
    except OSError as err:
        logger.exception("failed", exc_info=err)

    assert "cannot reach https://b.s3" in log() and SECRET not in log() and "AKIA" not in log()


@pytest.fixture
def removal(event_of: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    event = event_of("EmptyBucketFunction")
    return event | {"RequestType": "Delete", "ResponseURL": f"http://127.0.0.1:9/?X-Amz-Signature={SECRET}"}


def test_an_address_that_cannot_be_reached_is_not_told(
    load: Any, log: Callable[[], str], removal: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = load("EmptyBucketFunction")
    monkeypatch.setattr(loaded.module, "delete_bucket", lambda bucket: None)
    monkeypatch.setattr(loaded.module, "status_of", lambda stack_id: "DELETE_IN_PROGRESS")

    def urlopen(request: Any, timeout: float) -> Any:
        raise ValueError(f"no address: {request.full_url}")

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    with pytest.raises(ServiceError) as refusal:
        loaded(removal)

    assert str(refusal.value) == "CloudFormation could not be told SUCCESS: ValueError."
    assert SECRET not in log()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://host/x", "", None, 5, ["http://x"]])
def test_an_address_that_is_none_is_refused(
    load: Any, removal: dict[str, Any], monkeypatch: pytest.MonkeyPatch, url: Any
) -> None:
    loaded = load("EmptyBucketFunction")
    monkeypatch.setattr(loaded.module, "delete_bucket", lambda bucket: None)
    monkeypatch.setattr(loaded.module, "status_of", lambda stack_id: "DELETE_IN_PROGRESS")

    with pytest.raises(InvalidEvent, match="ResponseURL of the event is no https address"):
        loaded(copy.deepcopy(removal) | {"ResponseURL": url})
