"""Objects read through the bridge."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from local_aws.services.sagemaker.containers.spark.webhdfs import objects
from tests.local_aws.integration.spark.support import WebHdfs

ODD_NAMES = [
    "a b",
    "a+b",
    "a%20b",
    "100%",
    "é☃à",
    "[x]{y}",
    "a?b#c&d=e",
    "a;b",
    'q"u<o>t|e^`',
    "a:b",
    "a\\b",
    "~.",
]


def put(s3: Any, bucket: str, *keys: str) -> None:
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_key_of_any_spelling_is_found_listed_and_read(
    s3: Any, bucket: str, webhdfs: WebHdfs, name: str
) -> None:
    key = f"in/{name}/{name}"
    put(s3, bucket, key)

    assert webhdfs.kind(key) == "FILE"
    assert webhdfs.names(f"in/{name}") == [name]
    assert webhdfs.read(key).content == key.encode()


def test_utf8_that_java_sends_unescaped_is_understood(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    # Given a character whose second byte is a no-break space in Latin-1
    put(s3, bucket, "voilà/☃")

    # When the request line carries it as bytes
    line = f"GET http://{bucket}:9870/webhdfs/v1/voilà/☃?op=OPEN&content=true HTTP/1.0\r\n\r\n"
    with socket.create_connection(("127.0.0.1", webhdfs.port), 20) as connection:
        connection.sendall(line.encode())
        reply = connection.makefile("rb").read()

    # Then the object is found
    assert reply.endswith(b"\r\n\r\n" + "voilà/☃".encode())


def test_a_status_gives_size_and_time(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    put(s3, bucket, "in/a.csv")

    status = webhdfs.ask("GET", "GETFILESTATUS", "in/a.csv").document["FileStatus"]

    modified = s3.head_object(Bucket=bucket, Key="in/a.csv")["LastModified"].timestamp()
    assert (status["type"], status["length"], status["pathSuffix"]) == ("FILE", 8, "")
    assert status["modificationTime"] == int(modified * 1000)


def test_prefixes_are_folders(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    put(s3, bucket, "in/x/1", "in/x/y/2", "in/z", "inside")

    assert webhdfs.kind("in") == webhdfs.kind("in/x/y") == webhdfs.kind("") == "DIRECTORY"
    assert webhdfs.kind("i") is None
    assert webhdfs.names("in") == ["x/", "z"]
    assert webhdfs.names("") == ["in/", "inside"]


def test_an_object_that_marks_a_folder_is_no_file_of_it(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    s3.put_object(Bucket=bucket, Key="Inputs/", Body=b"")

    assert webhdfs.kind("Inputs") == "DIRECTORY"
    assert webhdfs.names("Inputs") == []


def test_listing_a_file_gives_the_file_without_a_name(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    put(s3, bucket, "in/a")

    assert webhdfs.names("in/a") == [""]


def test_a_listing_goes_beyond_one_page_of_s3(
    s3: Any, bucket: str, webhdfs: WebHdfs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "PAGE", 2)
    put(s3, bucket, *"abcde")

    assert webhdfs.names("") == list("abcde")


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({}, b"0123456789"),
        ({"offset": 0}, b"0123456789"),
        ({"offset": 7}, b"789"),
        ({"offset": 2, "length": 3}, b"234"),
        ({"offset": 8, "length": 100}, b"89"),
        ({"offset": 10}, b""),
        ({"offset": 99}, b""),
    ],
)
def test_any_part_of_an_object_can_be_read(
    s3: Any, bucket: str, webhdfs: WebHdfs, part: dict[str, int], expected: bytes
) -> None:
    s3.put_object(Bucket=bucket, Key="digits", Body=b"0123456789")

    reply = webhdfs.read("digits", **part)

    assert (reply.status, reply.content) == (200, expected)


def test_an_empty_object_is_an_empty_file(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    s3.put_object(Bucket=bucket, Key="empty", Body=b"")

    assert webhdfs.kind("empty") == "FILE"
    assert webhdfs.read("empty", offset=0).content == b""


def test_a_folder_cannot_be_read(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    put(s3, bucket, "in/a")

    assert webhdfs.read("in").exception == (
        404,
        "FileNotFoundException",
        f"s3://{bucket}/in is a directory",
    )


def test_a_file_is_one_block_that_lies_anywhere(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    put(s3, bucket, "in/a")

    blocks = webhdfs.ask("GET", "GET_BLOCK_LOCATIONS", "in/a", offset=0, length=4).document["LocatedBlocks"]

    assert blocks["fileLength"] == 4
    assert [(block["startOffset"], block["locations"]) for block in blocks["locatedBlocks"]] == [(0, [])]


def test_a_summary_counts_everything_below(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    put(s3, bucket, "in/a", "in/x/b", "in/x/c")

    summary = webhdfs.ask("GET", "GETCONTENTSUMMARY", "in").document["ContentSummary"]

    assert (summary["directoryCount"], summary["fileCount"], summary["length"]) == (2, 3, 4 + 6 + 6)


def test_a_batch_is_the_whole_listing(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    put(s3, bucket, "in/a", "in/b")

    listing = webhdfs.ask("GET", "LISTSTATUS_BATCH", "in").document["DirectoryListing"]

    names = [each["pathSuffix"] for each in listing["partialListing"]["FileStatuses"]["FileStatus"]]
    assert (names, listing["remainingEntries"]) == (["a", "b"], 0)
