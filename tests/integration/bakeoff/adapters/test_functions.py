from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bakeoff.adapters.functions import Functions
from bakeoff.domain.cleanup.versions import Version
from bakeoff.domain.errors import AccessDenied, ServiceError
from tests.integration.bakeoff.adapters.conftest import Stubbed

SERVICE = "lambda"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:plan"
SEVENTH = {"FunctionName": "plan", "Qualifier": "7"}


@pytest.fixture
def functions(stubbed: Stubbed) -> Functions:
    return Functions(stubbed.client)


def publish(stubbed: Stubbed, *states: str) -> None:
    stubbed.stubber.add_response(
        "publish_version", {"Version": "7", "FunctionArn": f"{ARN}:7"}, {"FunctionName": "plan"}
    )
    for state in states:
        stubbed.stubber.add_response("get_function_configuration", {"State": state}, SEVENTH)


def test_a_version_is_there_when_it_can_be_invoked(
    stubbed: Stubbed, functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    publish(stubbed, "Pending", "Pending", "Active")

    assert functions.publish("plan") == f"{ARN}:7"
    assert slept == [2, 2]


def test_a_version_that_lambda_cannot_start_is_told(stubbed: Stubbed, functions: Functions) -> None:
    publish(stubbed, "Failed")

    with pytest.raises(ServiceError, match="Publishing a version of plan failed"):
        functions.publish("plan")


def test_a_refusal_is_told(stubbed: Stubbed, functions: Functions) -> None:
    stubbed.stubber.add_client_error("publish_version", "AccessDeniedException", "not authorized")

    with pytest.raises(AccessDenied, match="Publishing a version of plan failed: not authorized"):
        functions.publish("plan")


def listed(*versions: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"Version": version, "LastModified": moment} for version, moment in versions]


def test_versions_are_listed_to_the_last_page_and_without_the_latest(
    stubbed: Stubbed, functions: Functions
) -> None:
    pages = [listed(("$LATEST", "2027-01-02T03:04:05.678+0000"), ("6", "2027-01-01T00:00:00.000+0000"))]
    pages.append(listed(("7", "2027-01-02T03:04:05.678+0000")))
    stubbed.stubber.add_response(
        "list_versions_by_function", {"Versions": pages[0], "NextMarker": "more"}, {"FunctionName": "plan"}
    )
    stubbed.stubber.add_response(
        "list_versions_by_function", {"Versions": pages[1]}, {"FunctionName": "plan", "Marker": "more"}
    )

    assert functions.versions("plan") == [
        Version(6, datetime.fromisoformat("2027-01-01T00:00:00+00:00")),
        Version(7, datetime.fromisoformat("2027-01-02T03:04:05.678+00:00")),
    ]


def test_a_version_is_deleted_and_not_the_function(stubbed: Stubbed, functions: Functions) -> None:
    stubbed.stubber.add_response("delete_function", {}, SEVENTH)

    functions.delete("plan", Version(7, datetime.fromisoformat("2027-01-01T00:00:00+00:00")))
