"""The operations of WebHDFS that a JSON document answers, or nothing where S3 has no such notion.

Which ones Hadoop 3.3.4's client sends: org.apache.hadoop.hdfs.web.resources.{Get,Put,Delete}OpParam.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from local_aws.services.sagemaker.containers.spark.webhdfs import documents
from local_aws.services.sagemaker.containers.spark.webhdfs.objects import Entry
from local_aws.services.sagemaker.containers.spark.webhdfs.paths import S3Path, WebHdfsRequest
from local_aws.services.sagemaker.containers.spark.webhdfs.tree import Tree

Document = dict[str, Any] | None
Operation = Callable[[Tree, WebHdfsRequest], Document]


def operation(method: str, name: str) -> Operation:
    if known := _OPERATIONS.get((method, name)):
        return known
    raise NotImplementedError(f"{name} has no meaning for objects of S3; write a new object instead.")


def _status(tree: Tree, request: WebHdfsRequest) -> Document:
    return documents.file_status(tree.status(request.path))


def _listing(tree: Tree, request: WebHdfsRequest) -> Document:
    return documents.file_statuses(tree.listing(request.path), of=request.path)


def _batch(tree: Tree, request: WebHdfsRequest) -> Document:
    """All children at once: the client asks for batches, and one that leaves nothing remaining is allowed."""
    listing = documents.file_statuses(tree.listing(request.path), of=request.path)
    return {"DirectoryListing": {"partialListing": listing, "remainingEntries": 0}}


def _block_locations(tree: Tree, request: WebHdfsRequest) -> Document:
    return documents.located_blocks(tree.status(request.path))


def _content_summary(tree: Tree, request: WebHdfsRequest) -> Document:
    return documents.content_summary(_walk(tree, tree.status(request.path)))


def _walk(tree: Tree, entry: Entry) -> Iterator[Entry]:
    yield entry
    for child in tree.listing(entry.path) if entry.is_folder else ():
        yield from _walk(tree, child)


def _server_defaults(tree: Tree, request: WebHdfsRequest) -> Document:
    return documents.server_defaults()


def _home(tree: Tree, request: WebHdfsRequest) -> Document:
    return {"Path": f"/user/{request.parameters.get('user.name', '')}"}


def _make_folders(tree: Tree, request: WebHdfsRequest) -> Document:
    tree.make_folders(request.path)
    return {"boolean": True}


def _rename(tree: Tree, request: WebHdfsRequest) -> Document:
    destination = S3Path(request.path.bucket, request.parameters["destination"].strip("/"))
    return {"boolean": tree.rename(request.path, destination)}


def _delete(tree: Tree, request: WebHdfsRequest) -> Document:
    return {"boolean": tree.delete(request.path, request.flag("recursive"))}


def _replication(tree: Tree, request: WebHdfsRequest) -> Document:
    return {"boolean": True}


def _nothing(tree: Tree, request: WebHdfsRequest) -> Document:
    """S3 has no permissions, owners or times of a file that could be set: S3A ignores the wish, too."""
    return None


_OPERATIONS: dict[tuple[str, str], Operation] = {
    ("GET", "GETFILESTATUS"): _status,
    ("GET", "LISTSTATUS"): _listing,
    ("GET", "LISTSTATUS_BATCH"): _batch,
    ("GET", "GET_BLOCK_LOCATIONS"): _block_locations,
    ("GET", "GETCONTENTSUMMARY"): _content_summary,
    ("GET", "GETSERVERDEFAULTS"): _server_defaults,
    ("GET", "GETHOMEDIRECTORY"): _home,
    ("GET", "CHECKACCESS"): _nothing,
    ("PUT", "MKDIRS"): _make_folders,
    ("PUT", "RENAME"): _rename,
    ("PUT", "SETREPLICATION"): _replication,
    ("PUT", "SETPERMISSION"): _nothing,
    ("PUT", "SETOWNER"): _nothing,
    ("PUT", "SETTIMES"): _nothing,
    ("DELETE", "DELETE"): _delete,
}
