"""The JSON of WebHDFS: https://hadoop.apache.org/docs/r3.3.4/hadoop-project-dist/hadoop-hdfs/WebHDFS.html"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from local_aws.services.sagemaker.containers.spark.webhdfs.objects import Entry
from local_aws.services.sagemaker.containers.spark.webhdfs.paths import S3Path

# S3 has no blocks; S3A reports 32 MiB, by which Spark cuts an object into tasks.
BLOCK_SIZE = 32 * 1024**2
# Base64 of a Hadoop Token whose four parts are empty.
_EMPTY_TOKEN = "AAAAAA"


def file_status(entry: Entry) -> dict[str, Any]:
    return {"FileStatus": _status(entry, name="")}


def file_statuses(entries: Iterable[Entry], *, of: S3Path) -> dict[str, Any]:
    """A listing of `of`; the one entry of a file's own listing has no name there."""
    statuses = [_status(entry, name="" if entry.path == of else entry.path.name) for entry in entries]
    return {"FileStatuses": {"FileStatus": statuses}}


def _status(entry: Entry, name: str) -> dict[str, Any]:
    return {
        "accessTime": 0,
        "blockSize": 0 if entry.is_folder else BLOCK_SIZE,
        "childrenNum": 0,
        "fileId": 0,
        "group": "s3",
        "length": entry.size,
        "modificationTime": entry.modified,
        "owner": "s3",
        "pathSuffix": name,
        "permission": "777" if entry.is_folder else "666",
        "replication": 0 if entry.is_folder else 1,
        "storagePolicy": 0,
        "type": "DIRECTORY" if entry.is_folder else "FILE",
    }


def located_blocks(entry: Entry) -> dict[str, Any]:
    """A file as one block without a place: tasks may run anywhere."""
    block = {
        "block": {"blockId": 0, "blockPoolId": "s3", "generationStamp": 0, "numBytes": entry.size},
        "blockToken": {"urlString": _EMPTY_TOKEN},
        "cachedLocations": [],
        "isCorrupt": False,
        "locations": [],
        "startOffset": 0,
        "storageTypes": [],
    }
    return {
        "LocatedBlocks": {
            "fileLength": entry.size,
            "isLastBlockComplete": True,
            "isUnderConstruction": False,
            "lastLocatedBlock": block,
            "locatedBlocks": [block],
        }
    }


def content_summary(entries: Iterable[Entry]) -> dict[str, Any]:
    folders, files, size = 0, 0, 0
    for entry in entries:
        folders, files, size = folders + entry.is_folder, files + (not entry.is_folder), size + entry.size
    return {
        "ContentSummary": {
            "directoryCount": folders,
            "fileCount": files,
            "length": size,
            "quota": -1,
            "spaceConsumed": size,
            "spaceQuota": -1,
        }
    }


def server_defaults() -> dict[str, Any]:
    return {
        "FsServerDefaults": {
            "blockSize": BLOCK_SIZE,
            "bytesPerChecksum": 512,
            "checksumType": 0,
            "encryptDataTransfer": False,
            "fileBufferSize": 65536,
            "keyProviderUri": "",
            "replication": 1,
            "trashInterval": 0,
            "writePacketSize": 65536,
            "defaultStoragePolicyId": 0,
        }
    }
