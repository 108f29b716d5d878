from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest

from bakeoff.domain.cleanup.versions import Version
from bakeoff.domain.errors import AccessDenied, InvalidEvent, ServiceUnavailable
from tests.handlers import Loaded
from tests.unit.bakeoff.handlers.conftest import Load

Events = Callable[[str], dict[str, Any]]
TAKE_TURN, PLAN_RUN = "bakeoff-TakeTurnFunction", "bakeoff-PlanRunFunction"


class FakeFunctions:
    """Functions of which each has one version more after `publish`; `denied` refusals come first."""

    def __init__(self) -> None:
        now = datetime.now(UTC)
        self.known = {
            TAKE_TURN: [Version(1, now - timedelta(days=900)), Version(2, now - timedelta(days=70))],
            PLAN_RUN: [Version(1, now - timedelta(days=900))],
        }
        self.deleted: list[tuple[str, int]] = []
        self.denied = 0
        self.keeps: set[str] = set()

    def publish(self, function: str) -> str:
        if self.denied:
            self.denied -= 1
            raise AccessDenied(f"Publishing a version of {function} failed: not authorized (AccessDenied)")
        number = len(self.known[function]) + 1
        self.known[function].append(Version(number, datetime.now(UTC)))
        return f"arn:aws:lambda:us-east-1:123456789012:function:{function}:{number}"

    def versions(self, function: str) -> list[Version]:
        return self.known[function]

    def delete(self, function: str, version: Version) -> None:
        if function in self.keeps:
            raise ServiceUnavailable(f"Deleting version {version.number} of {function} failed: Rate exceeded")
        self.deleted.append((function, version.number))


@pytest.fixture
def functions() -> FakeFunctions:
    return FakeFunctions()


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What CloudFormation was told."""
    told: list[dict[str, Any]] = []

    def urlopen(request: urllib.request.Request, timeout: float) -> BytesIO:
        assert isinstance(request.data, bytes)
        told.append(json.loads(request.data))
        return BytesIO()

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    return told


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    return pauses


@pytest.fixture
def publish_versions(
    load: Load, functions: FakeFunctions, slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> Loaded:
    loaded = load("PublishVersionsFunction")
    monkeypatch.setattr(loaded.module, "FUNCTIONS", functions)
    return loaded


def test_each_function_s_version_is_an_attribute(
    publish_versions: Loaded, functions: FakeFunctions, answers: list[dict[str, Any]], event_of: Events
) -> None:
    event = event_of("PublishVersionsFunction")
    del event["PhysicalResourceId"]

    publish_versions(event | {"RequestType": "Create"})

    [answer] = answers
    assert (answer["Status"], answer["PhysicalResourceId"]) == ("SUCCESS", "FunctionVersions")
    assert answer["Data"] == {
        "TakeTurn": f"arn:aws:lambda:us-east-1:123456789012:function:{TAKE_TURN}:3",
        "PlanRun": f"arn:aws:lambda:us-east-1:123456789012:function:{PLAN_RUN}:2",
    }
    assert functions.deleted == []


def test_an_update_deletes_what_no_run_can_call_any_more(
    publish_versions: Loaded, functions: FakeFunctions, answers: list[dict[str, Any]], event_of: Events
) -> None:
    publish_versions(event_of("PublishVersionsFunction"))

    assert functions.deleted == [(TAKE_TURN, 1)]
    assert answers[0]["Status"] == "SUCCESS"


def test_a_version_that_stays_fails_no_deployment_and_is_told(
    publish_versions: Loaded,
    functions: FakeFunctions,
    answers: list[dict[str, Any]],
    event_of: Events,
    caplog: pytest.LogCaptureFixture,
) -> None:
    functions.keeps = {TAKE_TURN}

    publish_versions(event_of("PublishVersionsFunction"))

    assert answers[0]["Status"] == "SUCCESS"
    assert [each.getMessage() for each in caplog.records if each.levelname == "ERROR"] == [
        f"Deleting version 1 of {TAKE_TURN} failed: Rate exceeded"
    ]


def test_deleting_the_stack_leaves_the_versions_to_lambda(
    publish_versions: Loaded, functions: FakeFunctions, answers: list[dict[str, Any]], event_of: Events
) -> None:
    publish_versions(event_of("PublishVersionsFunction") | {"RequestType": "Delete"})

    assert functions.deleted == [] and len(functions.known[PLAN_RUN]) == 1
    assert answers[0]["Status"] == "SUCCESS" and "Data" not in answers[0]


def test_a_role_that_is_not_known_everywhere_yet_is_waited_for(
    publish_versions: Loaded,
    functions: FakeFunctions,
    answers: list[dict[str, Any]],
    event_of: Events,
    slept: list[float],
) -> None:
    functions.denied = 2

    publish_versions(event_of("PublishVersionsFunction"))

    assert slept == [2.0, 4.0] and answers[0]["Status"] == "SUCCESS"


def test_what_is_refused_for_good_fails_the_deployment_with_its_cause(
    publish_versions: Loaded, functions: FakeFunctions, answers: list[dict[str, Any]], event_of: Events
) -> None:
    functions.denied = 99

    with pytest.raises(AccessDenied):
        publish_versions(event_of("PublishVersionsFunction"))

    assert answers[0]["Status"] == "FAILED"
    assert answers[0]["Reason"].startswith(f"Publishing a version of {TAKE_TURN} failed: not authorized")


@pytest.mark.parametrize("missing", ["RequestType", "ResourceProperties", "Functions"])
def test_a_malformed_request_is_answered_too(
    publish_versions: Loaded, answers: list[dict[str, Any]], event_of: Events, missing: str
) -> None:
    event = event_of("PublishVersionsFunction")
    del (event["ResourceProperties"] if missing == "Functions" else event)[missing]

    with pytest.raises(InvalidEvent, match=f"no field '{missing}'"):
        publish_versions(event)

    assert answers[0]["Status"] == "FAILED"


@pytest.mark.parametrize("wrong", [None, [], "text", 3, {}, {"RequestType": "Delete"}])
def test_what_can_not_be_answered_is_refused(
    publish_versions: Loaded, answers: list[dict[str, Any]], wrong: Any
) -> None:
    with pytest.raises(InvalidEvent, match=r"no field 'ResponseURL'"):
        publish_versions(wrong)

    assert answers == []
