from __future__ import annotations

from typing import Any

import pytest

from bakeoff.adapters import run_store
from bakeoff.adapters.run_store import S3RunStore
from bakeoff.domain.errors import AccessDenied, ServiceError, ServiceUnavailable
from bakeoff.domain.ports import StoredObject
from tests.integration.bakeoff.adapters.conftest import S3Bench, Stubbed

SERVICE = "s3"
STORED = StoredObject("Inputs/a.csv", "v1", "e", 3)


def test_revisions_that_fill_pages_hide_no_upload(stubbed: Stubbed) -> None:
    def page(newest: bool, key: str, **more: Any) -> dict[str, Any]:
        version = {"Key": key, "VersionId": "v", "IsLatest": newest, "ETag": '"e"', "Size": 1}
        return {"Versions": [version], **more}

    asked = {"Bucket": "b", "Prefix": "Inputs/"}
    cut = {"IsTruncated": True, "NextKeyMarker": "Inputs/a", "NextVersionIdMarker": "v"}
    rest = {**asked, "KeyMarker": "Inputs/a", "VersionIdMarker": "v"}
    stubbed.stubber.add_response("list_object_versions", page(False, "Inputs/a", **cut), asked)
    stubbed.stubber.add_response("list_object_versions", page(True, "Inputs/b", IsTruncated=False), rest)

    assert [item.key for item in S3RunStore("b", stubbed.client).list_inputs()] == ["Inputs/b"]


@pytest.mark.parametrize("chunk", [1, 2, 7])
def test_a_character_may_lie_across_two_chunks(
    bench: S3Bench, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(run_store, "_CHUNK_BYTES", chunk)
    bench.put("runs/r/part-0", "1,日本\n2,größe\n".encode())

    assert list(bench.store.read_lines("runs/r/")) == ["1,日本", "2,größe"]


def test_texts_have_their_content_type(bench: S3Bench) -> None:
    bench.store.write_text("runs/r/report.html", "größe", "text/html; charset=utf-8")
    bench.store.write_json("runs/r/plan.json", {})
    bench.store.write_texts({"runs/r/a.py": "pass"}, "text/x-python")

    for key, kind in (
        ("report.html", "text/html; charset=utf-8"),
        ("plan.json", "application/json"),
        ("a.py", "text/x-python"),
    ):
        assert bench.s3.head_object(Bucket=bench.bucket, Key=f"runs/r/{key}")["ContentType"] == kind


def test_json_is_written_for_people_to_read(bench: S3Bench) -> None:
    bench.store.write_json("runs/r/plan.json", {"größe": 1})

    body = bench.s3.get_object(Bucket=bench.bucket, Key="runs/r/plan.json")["Body"].read()
    assert body.decode() == '{\n "größe": 1\n}\n'


def test_tags_of_an_upload_are_not_copied(bench: S3Bench) -> None:
    """Copying them needs permissions to read and write tags, which no function has."""
    stored = bench.put("Inputs/a b.csv", b"1", Tagging="owner=me")

    bench.store.copy(stored, "runs/r/inputs/00001.csv")

    tags = bench.s3.get_object_tagging(Bucket=bench.bucket, Key="runs/r/inputs/00001.csv")
    assert tags["TagSet"] == []


def test_a_missing_bucket_is_told(bench: S3Bench) -> None:
    with pytest.raises(ServiceError, match=r"^Listing s3://no-such-bucket/Inputs/ failed: .*NoSuchBucket"):
        S3RunStore("no-such-bucket", bench.s3).list_inputs()


CALLS: dict[str, Any] = {
    "list_object_versions": lambda store: store.list_inputs(),
    "get_object": lambda store: store.read_json("runs/r/plan.json"),
    "head_object": lambda store: store.copy(STORED, "runs/r/inputs/00001.csv"),
    "put_object": lambda store: store.write_json("runs/r/plan.json", {}),
    "list_objects_v2": lambda store: list(store.read_lines("runs/r/")),
}


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [("AccessDenied", 403, AccessDenied), ("SlowDown", 503, ServiceUnavailable), ("Gone", 410, ServiceError)],
)
def test_what_s3_refuses_is_told_with_the_object(
    stubbed: Stubbed, operation: str, code: str, status: int, kind: type[ServiceError]
) -> None:
    stubbed.stubber.add_client_error(operation, code, "Not now", http_status_code=status)
    if (operation, code) == ("get_object", "AccessDenied"):
        # Is it only missing? That may not be asked, either.
        stubbed.stubber.add_client_error("list_objects_v2", code)

    with pytest.raises(ServiceError, match=rf"s3://b/.* failed: Not now \({code}\)$") as caught:
        CALLS[operation](S3RunStore("b", stubbed.client))

    assert type(caught.value) is kind


def test_one_text_of_many_that_is_refused_is_told(stubbed: Stubbed) -> None:
    stubbed.stubber.add_client_error("put_object", "AccessDenied", "Not now", http_status_code=403)

    with pytest.raises(AccessDenied, match=r"^Writing s3://b/runs/r/a\.py failed: Not now"):
        S3RunStore("b", stubbed.client).write_texts({"runs/r/a.py": "pass"}, "text/x-python")


def test_who_may_list_a_part_of_the_bucket_can_tell_missing_from_forbidden(stubbed: Stubbed) -> None:
    key, asked = "runs/r/plan.json", {"Bucket": "b", "Prefix": "runs/r/plan.json", "MaxKeys": 1}
    listings: list[tuple[list[str], type[Exception]]] = [
        ([], FileNotFoundError),
        ([f"{key}.old"], FileNotFoundError),
        ([key], AccessDenied),
    ]
    for keys, kind in listings:
        stubbed.stubber.add_client_error("get_object", "AccessDenied", "Not you")
        found = {"Contents": [{"Key": each} for each in keys]}
        stubbed.stubber.add_response("list_objects_v2", found, asked)

        with pytest.raises(kind):
            S3RunStore("b", stubbed.client).read_json(key)


def test_a_revision_that_may_not_be_read_is_told(stubbed: Stubbed) -> None:
    stubbed.stubber.add_client_error("get_object", "AccessDenied", "Not you")

    with pytest.raises(AccessDenied, match=r"^Reading s3://b/Inputs/a\.csv failed"):
        S3RunStore("b", stubbed.client).read_head(STORED, 10)
