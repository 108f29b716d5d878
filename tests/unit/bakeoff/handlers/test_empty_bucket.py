from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from bakeoff.domain.errors import InvalidEvent, ServiceError, ServiceUnavailable
from tests.handlers import Loaded
from tests.unit.bakeoff.handlers.conftest import Load

Events = Callable[[str], dict[str, Any]]


class Told:
    """What CloudFormation was told, and what became of buckets; `status` is what it says of the stack."""

    def __init__(self) -> None:
        self.status = "DELETE_IN_PROGRESS"
        self.described: list[str] = []
        self.answers: list[dict[str, Any]] = []
        self.urls: list[str] = []
        self.emptied: list[str] = []
        self.deleted: list[str] = []

    def status_of(self, stack_id: str) -> str:
        self.described.append(stack_id)
        return self.status

    def urlopen(self, request: urllib.request.Request, timeout: float) -> BytesIO:
        assert (request.get_method(), request.get_header("Content-type")) == ("PUT", "")
        assert isinstance(request.data, bytes)
        self.urls.append(request.full_url)
        self.answers.append(json.loads(request.data))
        return BytesIO()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    told = Told()
    monkeypatch.setattr(urllib.request, "urlopen", told.urlopen)
    return told


@pytest.fixture
def empty_bucket(load: Load, told: Told, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    loaded = load("EmptyBucketFunction")
    monkeypatch.setattr(loaded.module, "empty_bucket", told.emptied.append)
    monkeypatch.setattr(loaded.module, "delete_bucket", told.deleted.append)
    monkeypatch.setattr(loaded.module, "status_of", told.status_of)
    return loaded


def test_deleting_the_stack_deletes_the_bucket(empty_bucket: Loaded, told: Told, event_of: Events) -> None:
    event = event_of("EmptyBucketFunction")

    empty_bucket(event)

    assert told.deleted == ["bakeoff-databucket-example"]
    assert told.described == [event["StackId"]]
    assert told.urls == [event["ResponseURL"]]
    assert told.answers == [
        {
            "Status": "SUCCESS",
            "Reason": "",
            "PhysicalResourceId": "EmptyBucket",
            "StackId": event["StackId"],
            "RequestId": event["RequestId"],
            "LogicalResourceId": "EmptyBucket",
        }
    ]


def test_a_first_creation_that_failed_leaves_the_empty_bucket_to_cloudformation(
    empty_bucket: Loaded, told: Told, event_of: Events
) -> None:
    told.status = "ROLLBACK_IN_PROGRESS"

    empty_bucket(event_of("EmptyBucketFunction"))

    assert (told.emptied, told.deleted) == (["bakeoff-databucket-example"], [])
    assert [answer["Status"] for answer in told.answers] == ["SUCCESS"]


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_nothing_else_empties_it(empty_bucket: Loaded, told: Told, event_of: Events, kind: str) -> None:
    event = event_of("EmptyBucketFunction") | {"RequestType": kind}
    if kind == "Create":
        del event["PhysicalResourceId"]

    empty_bucket(event)

    assert told.emptied == told.deleted == []
    assert [(answer["Status"], answer["PhysicalResourceId"]) for answer in told.answers] == [
        ("SUCCESS", "EmptyBucket")
    ]


@pytest.mark.parametrize(
    "status", ["UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"]
)
@pytest.mark.parametrize("physical_id", ["EmptyBucket", "replaced"])
def test_a_stack_that_stays_keeps_its_data(
    empty_bucket: Loaded, told: Told, event_of: Events, status: str, physical_id: str
) -> None:
    told.status = status

    empty_bucket(event_of("EmptyBucketFunction") | {"PhysicalResourceId": physical_id})

    assert told.emptied == told.deleted == []
    assert [(answer["Status"], answer["PhysicalResourceId"]) for answer in told.answers] == [
        ("SUCCESS", physical_id)
    ]


def test_without_the_stack_s_status_the_data_stay(
    empty_bucket: Loaded, told: Told, event_of: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(stack_id: str) -> str:
        raise ServiceUnavailable(f"Describing stack {stack_id} failed: Rate exceeded (Throttling)")

    monkeypatch.setattr(empty_bucket.module, "status_of", refuse)

    with pytest.raises(ServiceUnavailable):
        empty_bucket(event_of("EmptyBucketFunction"))

    assert told.emptied == told.deleted == []
    assert [answer["Status"] for answer in told.answers] == ["FAILED"]


def test_a_failure_is_answered_with_its_cause_and_goes_on(
    empty_bucket: Loaded, told: Told, event_of: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(bucket: str) -> None:
        raise ServiceError(f"S3 keeps 1 objects of s3://{bucket}, the first is {'k' * 5000}.")

    monkeypatch.setattr(empty_bucket.module, "delete_bucket", refuse)

    with pytest.raises(ServiceError):
        empty_bucket(event_of("EmptyBucketFunction"))

    [answer] = told.answers
    assert answer["Status"] == "FAILED"
    assert answer["Reason"].startswith("S3 keeps 1 objects of s3://bakeoff-databucket-example")
    assert answer["Reason"].endswith("(log stream stream-1)")
    # CloudFormation reads at most 4096 bytes, and waits for an hour otherwise.
    assert len(json.dumps(answer).encode()) <= 4096


@pytest.mark.parametrize("missing", ["RequestType", "ResourceProperties", "Bucket"])
def test_a_malformed_request_is_answered_too(
    empty_bucket: Loaded, told: Told, event_of: Events, missing: str
) -> None:
    event = event_of("EmptyBucketFunction")
    del (event["ResourceProperties"] if missing == "Bucket" else event)[missing]

    with pytest.raises(InvalidEvent, match=f"no field '{missing}'"):
        empty_bucket(event)

    assert [answer["Status"] for answer in told.answers] == ["FAILED"]
    assert told.emptied == told.deleted == []


@pytest.mark.parametrize("wrong", [None, [], "text", 3, {}, {"RequestType": "Delete"}])
def test_what_can_not_be_answered_is_refused(empty_bucket: Loaded, told: Told, wrong: Any) -> None:
    with pytest.raises(InvalidEvent, match=r"no field 'ResponseURL'"):
        empty_bucket(wrong)

    assert told.answers == [] and told.emptied == told.deleted == []
