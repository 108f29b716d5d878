from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bakeoff.domain.errors import InvalidEvent, ServiceUnavailable
from bakeoff.domain.run.names import run_id_of
from tests.fakes import FakeStarter
from tests.handlers import Loaded
from tests.unit.bakeoff.handlers.conftest import Load

BUCKET, VERSION = "bakeoff-databucket-example", "096fKKXTRTtl3on89fVO.nfljtsv6qko"
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["s3", "bucket", "object", "size"]), inner, max_size=3)
    ),
)
objects = st.fixed_dictionaries({"key": json_values, "size": json_values, "sequencer": st.just("1")})
messages = st.fixed_dictionaries(
    {"bucket": json_values | st.just({"name": "b"}), "object": json_values | objects}
)
records = json_values | st.fixed_dictionaries({"s3": json_values | messages})


@pytest.fixture
def start_run(load: Load, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    loaded = load("StartRunFunction")
    monkeypatch.setattr(loaded.module, "WORKFLOW", FakeStarter())
    return loaded


@pytest.fixture
def event(event_of: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    return event_of("StartRunFunction")


def test_an_upload_starts_a_run(start_run: Loaded, event: dict[str, Any]) -> None:
    answer = start_run(event)

    run_id = run_id_of(BUCKET, "Inputs/dataset1.csv", VERSION)
    assert answer == {"started": [run_id], "repeated": [], "ignored": []}
    assert start_run.module.WORKFLOW.inputs[run_id]["trigger"] == {
        "bucket": BUCKET,
        "key": "Inputs/dataset1.csv",
        "bytes": 129_353,
        "version_id": VERSION,
        "sequencer": "0055AED6DCD90281E5",
    }


@pytest.mark.parametrize("kind", ["Put", "Post", "Copy", "CompleteMultipartUpload"])
def test_every_way_of_uploading_starts_a_run(start_run: Loaded, event: dict[str, Any], kind: str) -> None:
    event["Records"][0]["eventName"] = f"ObjectCreated:{kind}"

    assert len(start_run(event)["started"]) == 1


@pytest.mark.parametrize(
    "key", ["Inputs/my data.csv", "Inputs/a+b.csv", "Inputs/größe 100%.csv", "Inputs/日本/ü.csv"]
)
def test_the_key_of_an_event_is_decoded(start_run: Loaded, event: dict[str, Any], key: str) -> None:
    event["Records"][0]["s3"]["object"]["key"] = quote_plus(key, safe="/")

    [run_id] = start_run(event)["started"]

    assert run_id == run_id_of(BUCKET, key, VERSION)
    assert start_run.module.WORKFLOW.inputs[run_id]["trigger"]["key"] == key


def test_several_records_are_several_uploads(start_run: Loaded, event: dict[str, Any]) -> None:
    marker = copy.deepcopy(event["Records"][0])
    marker["s3"]["object"] |= {"key": "Inputs/new+folder/", "size": 0}
    event["Records"] += [marker, copy.deepcopy(event["Records"][0])]

    answer = start_run(event)

    assert answer["ignored"] == ["Inputs/new folder/"]
    assert answer["started"] == answer["repeated"]


def test_an_unversioned_bucket_tells_uploads_by_their_sequencer(
    start_run: Loaded, event: dict[str, Any]
) -> None:
    del event["Records"][0]["s3"]["object"]["versionId"]

    assert start_run(event)["started"] == [run_id_of(BUCKET, "Inputs/dataset1.csv", "0055AED6DCD90281E5")]


def test_the_event_of_a_console_s_empty_object_has_no_size_and_starts_nothing(
    start_run: Loaded, event: dict[str, Any]
) -> None:
    del event["Records"][0]["s3"]["object"]["size"]

    assert start_run(event)["ignored"] == ["Inputs/dataset1.csv"]


def test_s3_s_test_event_starts_nothing(start_run: Loaded) -> None:
    event = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": BUCKET, "RequestId": "R"}

    assert start_run(event) == {"started": [], "repeated": [], "ignored": []}


def record(key: Any = "k", size: Any = 1) -> dict[str, Any]:
    return {"s3": {"bucket": {"name": "b"}, "object": {"key": key, "size": size, "sequencer": "1"}}}


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        "text",
        3,
        {},
        {"Records": None},
        {"Records": [{}]},
        {"Records": ["text"]},
        {"Records": [{"s3": {"bucket": {"name": "b"}, "object": {"key": 5, "sequencer": "1"}}}]},
        {
            "Records": [
                {"s3": {"bucket": {"name": "b"}, "object": {"key": "k", "size": "x", "sequencer": "1"}}}
            ]
        },
        {"detail-type": "Object Created", "detail": {"bucket": {"name": "b"}}},
    ],
)
def test_what_is_no_s3_event_is_refused(start_run: Loaded, wrong: Any) -> None:
    with pytest.raises(InvalidEvent, match=r"^This is not an S3 event notification.*events/start-run\.json"):
        start_run(wrong)

    assert not start_run.module.WORKFLOW.inputs


def test_a_record_that_cannot_be_read_costs_no_other_its_run(
    start_run: Loaded, event: dict[str, Any]
) -> None:
    good = event["Records"][0]
    event["Records"] = [{"s3": {}}, good, {"s3": "text"}]

    with pytest.raises(InvalidEvent) as refusal:
        start_run(event)

    assert list(start_run.module.WORKFLOW.inputs) == [run_id_of(BUCKET, "Inputs/dataset1.csv", VERSION)]
    assert [note.partition(":")[0] for note in refusal.value.__notes__] == ["Also"]


def test_a_run_that_cannot_be_started_costs_no_other_its_run_and_is_told(
    start_run: Loaded, event: dict[str, Any]
) -> None:
    # Given two uploads in one event, of which Step Functions refuses the first
    second = copy.deepcopy(event["Records"][0])
    second["s3"]["object"]["versionId"] = "another"
    event["Records"].append(second)
    refused, started = (run_id_of(BUCKET, "Inputs/dataset1.csv", version) for version in (VERSION, "another"))
    start_run.module.WORKFLOW.broken = {refused: ServiceUnavailable("Throttled.")}

    # Then Lambda learns of it, and its next attempt makes good
    with pytest.raises(ServiceUnavailable):
        start_run(event)
    assert list(start_run.module.WORKFLOW.inputs) == [started]
    start_run.module.WORKFLOW.broken = {}
    assert start_run(event) == {"started": [refused], "repeated": [started], "ignored": []}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records)
def test_any_json_is_an_event_or_refused_as_such(start_run: Loaded, record: Any) -> None:
    try:
        answer = start_run({"Records": [record]})
    except InvalidEvent:
        return
    assert sum(map(len, answer.values())) == 1
