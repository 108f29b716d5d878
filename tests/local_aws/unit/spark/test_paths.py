from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.services.sagemaker.containers.spark.webhdfs.paths import S3Path, parse_target

SEGMENTS = st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"]), min_size=1)
KEYS = st.lists(SEGMENTS, min_size=1, max_size=4).map("/".join)


@given(KEYS)
def test_every_key_survives_its_way_through_a_request(key: str) -> None:
    request = parse_target(f"http://my.bucket-1:9870/webhdfs/v1/{quote(key)}?op=OPEN&user.name=me&offset=7")

    assert request.path == S3Path("my.bucket-1", key)
    assert (request.operation, request.parameters["offset"]) == ("OPEN", "7")


@pytest.mark.parametrize(
    ("sent", "key"),
    [
        ("a+b", "a+b"),
        ("a%20b", "a b"),
        ("a%2520b", "a%20b"),
        ("a;b=c&d", "a;b=c&d"),
        ("%5Bx%5D%3F%23", "[x]?#"),
        ("folder/", "folder"),
        ("", ""),
    ],
)
def test_a_path_is_decoded_as_java_encodes_it(sent: str, key: str) -> None:
    assert parse_target(f"http://b:9870/webhdfs/v1/{sent}?op=GETFILESTATUS").path == S3Path("b", key)


@pytest.mark.parametrize(
    "target",
    [
        "/webhdfs/v1/key?op=OPEN",
        "http://example.com/index.html",
        "http://example.com:9870/index.html?op=OPEN",
        "http://bucket:9870/webhdfs/v1/key",
        "example.com:443",
    ],
)
def test_an_address_outside_of_s3_is_refused_with_the_reason(target: str) -> None:
    with pytest.raises(ValueError, match="reaches the embedded AWS only"):
        parse_target(target)


def test_a_flag_is_set_by_true_alone() -> None:
    request = parse_target("http://b:9870/webhdfs/v1/k?op=DELETE&recursive=true&overwrite=false")

    assert request.flag("recursive")
    assert not request.flag("overwrite")
    assert not request.flag("absent")


def test_a_path_knows_its_relatives() -> None:
    path = S3Path("b", "x/y/z")

    assert (path.name, path.prefix, str(path)) == ("z", "x/y/z/", "s3://b/x/y/z")
    assert [place.key for place in path.lineage()] == ["x/y/z", "x/y", "x"]
    assert path.parent.child("z") == path
    assert S3Path("b", "top").parent == S3Path("b", "")
    assert S3Path("b", "").child("top") == S3Path("b", "top")


def test_only_what_a_folder_holds_is_under_it() -> None:
    folder = S3Path("b", "x")

    assert S3Path("b", "x/y").is_under(folder)
    assert S3Path("b", "x").is_under(S3Path("b", ""))
    assert not S3Path("b", "xy").is_under(folder)
    assert not folder.is_under(folder)
    assert not S3Path("other", "x/y").is_under(folder)


@given(KEYS, KEYS, SEGMENTS)
def test_what_is_moved_keeps_its_place_in_the_folder(source: str, target: str, name: str) -> None:
    old, new = S3Path("b", source), S3Path("b", target)

    assert old.moved(old, new) == new
    assert old.child(name).moved(old, new) == new.child(name)
