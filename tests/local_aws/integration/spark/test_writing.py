"""Objects written, moved and deleted through the bridge, as Hadoop's committers do it."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.containers.spark.webhdfs import objects
from local_aws.services.sagemaker.containers.spark.webhdfs.bridge import S3Bridge
from tests.local_aws.integration.spark.support import WebHdfs


def keys(s3: Any, bucket: str) -> list[str]:
    return [item["Key"] for item in s3.list_objects_v2(Bucket=bucket).get("Contents", ())]


def put(s3: Any, bucket: str, *names: str) -> None:
    for name in names:
        s3.put_object(Bucket=bucket, Key=name, Body=name.encode())


@pytest.mark.parametrize("size", [0, 1, 9 * 1024**2])
def test_a_file_arrives_whole(s3: Any, bucket: str, webhdfs: WebHdfs, size: int) -> None:
    content = (
        bytes(index % 251 for index in range(size)) if size < 100 else b"0123456789abcdef" * (size // 16)
    )

    assert webhdfs.write("out/a b+ü", content).status == 201

    assert s3.get_object(Bucket=bucket, Key="out/a b+ü")["Body"].read() == content


def test_a_write_replaces_a_file_only_when_told_to(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    put(s3, bucket, "out/a")

    assert webhdfs.write("out/a", b"new", overwrite="false").exception[:2] == (
        403,
        "FileAlreadyExistsException",
    )
    assert s3.get_object(Bucket=bucket, Key="out/a")["Body"].read() == b"out/a"
    assert webhdfs.write("out/a", b"new", overwrite="true").status == 201
    assert s3.get_object(Bucket=bucket, Key="out/a")["Body"].read() == b"new"


def test_a_file_cannot_take_the_place_of_a_folder(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    put(s3, bucket, "out/a")

    assert webhdfs.write("out", b"x").exception[2] == f"s3://{bucket}/out already exists as a directory"


def test_a_writer_that_dies_leaves_no_object(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    # Given the second step of a write
    location = webhdfs.ask("PUT", "CREATE", "out/half").location
    head = f"PUT {location} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"

    # When the writer closes the connection in the middle of a chunk
    with socket.create_connection(("127.0.0.1", webhdfs.port)) as connection:
        connection.sendall(head.encode() + b"64\r\nonly this")
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(10)
        answer = connection.recv(100)

    # Then the bridge hangs up, and nothing has been stored
    assert answer == b""
    assert keys(s3, bucket) == []


def test_an_empty_folder_exists_for_the_job_and_not_in_s3(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    assert webhdfs.ask("PUT", "MKDIRS", "out/x/y").document == {"boolean": True}

    assert webhdfs.kind("out") == webhdfs.kind("out/x") == webhdfs.kind("out/x/y") == "DIRECTORY"
    assert webhdfs.names("out/x") == ["y/"]
    assert keys(s3, bucket) == []


def test_a_folder_cannot_lie_in_a_file(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    put(s3, bucket, "out/file")

    refused = webhdfs.ask("PUT", "MKDIRS", "out/file/x/y")

    assert refused.exception[:2] == (403, "FileAlreadyExistsException")
    assert f"s3://{bucket}/out/file is a file" in refused.exception[2]
    assert webhdfs.ask("PUT", "MKDIRS", "out/file").exception[0] == 403


def test_a_folder_moves_with_all_that_is_in_it(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    # Given files, a marker and an empty folder below one folder, and a neighbour with a similar name
    put(s3, bucket, "t/a/1", "t/a/b c+%/2", "t/a/", "t/ab/3")
    webhdfs.ask("PUT", "MKDIRS", "t/a/empty")

    # When it is renamed into a folder that does not exist yet
    assert webhdfs.rename("t/a", "new/ü +%").document == {"boolean": True}

    # Then everything has its new name, the neighbour has not moved, and the old parent is still a folder
    assert keys(s3, bucket) == ["new/ü +%/", "new/ü +%/1", "new/ü +%/b c+%/2", "t/ab/3"]
    assert s3.get_object(Bucket=bucket, Key="new/ü +%/1")["Body"].read() == b"t/a/1"
    assert webhdfs.names("new/ü +%") == ["1", "b c+%/", "empty/"]
    assert webhdfs.kind("t/a") is None
    assert webhdfs.kind("t") == "DIRECTORY"


def test_more_files_than_one_deletion_takes_move_and_vanish(
    s3: Any, bucket: str, webhdfs: WebHdfs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "PAGE", 2)
    put(s3, bucket, *(f"many/{name}" for name in "abcde"))

    webhdfs.rename("many", "moved")
    assert keys(s3, bucket) == [f"moved/{name}" for name in "abcde"]
    webhdfs.ask("DELETE", "DELETE", "moved", recursive="true")
    assert keys(s3, bucket) == []


def test_an_object_too_large_for_one_copy_moves_in_parts(
    s3: Any, bucket: str, webhdfs: WebHdfs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "_ONE_COPY", 1024)
    content = b"0123456789abcdef" * 1024**2
    s3.put_object(Bucket=bucket, Key="large", Body=content)

    assert webhdfs.rename("large", "moved").document == {"boolean": True}

    head = s3.head_object(Bucket=bucket, Key="moved")
    assert head["ETag"].endswith('-2"')
    assert s3.get_object(Bucket=bucket, Key="moved")["Body"].read() == content


def test_a_file_moves_into_a_folder_under_its_own_name(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    put(s3, bucket, "a/file", "b/other")

    assert webhdfs.rename("a/file", "b").document == {"boolean": True}
    assert keys(s3, bucket) == ["b/file", "b/other"]


def test_a_folder_takes_the_place_of_an_empty_one_only(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    put(s3, bucket, "a/1", "full/2")
    webhdfs.ask("PUT", "MKDIRS", "empty")

    assert webhdfs.rename("a", "full").document == {"boolean": False}
    assert webhdfs.rename("a", "empty").document == {"boolean": True}
    assert keys(s3, bucket) == ["empty/1", "full/2"]


def test_moves_that_make_no_sense_change_nothing(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    put(s3, bucket, "a/1", "a/2")

    assert webhdfs.rename("a", "a/b").document == {"boolean": False}
    assert webhdfs.rename("a", "a").document == {"boolean": False}
    assert webhdfs.rename("a", "").document == {"boolean": False}
    assert webhdfs.rename("none", "b").exception[:2] == (404, "FileNotFoundException")
    assert webhdfs.rename("a/1", "a/2").exception[:2] == (403, "FileAlreadyExistsException")
    assert keys(s3, bucket) == ["a/1", "a/2"]


def test_deleting_the_last_file_keeps_the_folder(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    put(s3, bucket, "a/b/1")

    assert webhdfs.ask("DELETE", "DELETE", "a/b/1").document == {"boolean": True}

    assert webhdfs.names("a/b") == []
    assert keys(s3, bucket) == []


def test_a_full_folder_is_deleted_only_with_what_it_holds(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    put(s3, bucket, "a/b/1", "a/", "ab")

    assert (
        webhdfs.ask("DELETE", "DELETE", "a", recursive="false").exception[1]
        == "PathIsNotEmptyDirectoryException"
    )
    assert webhdfs.ask("DELETE", "DELETE", "a", recursive="true").document == {"boolean": True}
    assert webhdfs.ask("DELETE", "DELETE", "a", recursive="true").document == {"boolean": False}
    assert keys(s3, bucket) == ["ab"]


def test_the_bucket_itself_is_not_deleted(s3: Any, bucket: str, webhdfs: WebHdfs) -> None:
    put(s3, bucket, "a")

    assert webhdfs.ask("DELETE", "DELETE", "", recursive="true").exception[1] == "AccessDeniedException"
    assert keys(s3, bucket) == ["a"]


@pytest.mark.parametrize("operation", ["SETPERMISSION", "SETOWNER", "SETTIMES"])
def test_what_s3_has_no_notion_of_is_ignored(bucket: str, webhdfs: WebHdfs, operation: str) -> None:
    reply = webhdfs.ask("PUT", operation, "a")

    assert (reply.status, reply.content) == (200, b"")


@pytest.mark.parametrize(
    ("method", "operation"), [("POST", "APPEND"), ("POST", "CONCAT"), ("GET", "GETFILECHECKSUM")]
)
def test_what_s3_cannot_do_is_refused(webhdfs: WebHdfs, method: str, operation: str) -> None:
    status, java, message = webhdfs.ask(method, operation, "a").exception

    assert (status, java) == (400, "UnsupportedOperationException")
    assert message.startswith(f"{operation} has no meaning for objects of S3")


def test_a_closed_bridge_listens_no_more(instance: Instance) -> None:
    bridge = S3Bridge(instance.client("s3"), instance.threads)
    bridge.close()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", bridge.port), 5)
