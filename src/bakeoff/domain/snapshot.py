"""The data of a run: exactly these revisions of the uploads, and how to read each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bakeoff.domain.data_format import HEAD_BYTES, DataFormat, recognise
from bakeoff.domain.errors import DuplicateInput, FeatureCountMismatch, NoInputData
from bakeoff.domain.naming import run_prefix
from bakeoff.domain.ports import RunStore, StoredObject

_SPARK_READS_WELL = re.compile(r"Inputs/(?:[A-Za-z0-9][A-Za-z0-9._=-]*/)*[A-Za-z0-9][A-Za-z0-9._=-]*")
_CODEC_SUFFIX = re.compile(r"\.(gz|bz2|deflate|lz4|snappy|zst)$", re.IGNORECASE)


@dataclass(frozen=True)
class Snapshot:
    """`inputs` as they stand in the plan; `feature_dim` counts the columns besides the label."""

    inputs: list[dict[str, Any]]
    feature_dim: int


def take_snapshot(store: RunStore, run_id: str, feature_count: int) -> Snapshot:
    """Look at every upload that holds data; `feature_count` 0 infers the number of features.

    An object whose name Spark would misread is copied, without reading it, to a plain one under the run.
    Raises NoInputData, DuplicateInput, UnreadableData or FeatureCountMismatch.
    """
    stored = [item for item in store.list_inputs() if item.bytes and not item.key.endswith("/")]
    if not stored:
        raise NoInputData("There is no data under Inputs/: upload a libsvm or CSV file that holds rows.")
    _refuse_copies(stored)
    formats = [recognise(item.key, store.read_head(item, HEAD_BYTES)) for item in stored]
    feature_dim = _feature_dim([item.key for item in stored], formats, feature_count)
    pairs = enumerate(zip(stored, formats, strict=True), 1)
    return Snapshot([_input(store, run_id, number, *pair) for number, pair in pairs], feature_dim)


def _refuse_copies(stored: Sequence[StoredObject]) -> None:
    """Rows that count twice look like twice the evidence. Under a KMS key, S3's ETags do not tell."""
    seen: dict[tuple[str, int], str] = {}
    for item in stored:
        first = seen.setdefault((item.etag, item.bytes), item.key)
        if first != item.key:
            raise DuplicateInput(
                f"{item.key} is a copy of {first}, and its rows would count twice: delete one of them."
            )


def _input(
    store: RunStore, run_id: str, number: int, item: StoredObject, found: DataFormat
) -> dict[str, Any]:
    key = item.key
    if not _reads_well(item.key, found):
        suffix = ".gz" if found.compression == "gzip" else ""
        key = f"{run_prefix(run_id)}inputs/{number:05d}.{found.format}{suffix}"
        store.copy(item, key)
    return {**asdict(item), "uri": f"s3://{store.bucket}/{key}", **found.reading()}


def _reads_well(key: str, found: DataFormat) -> bool:
    """Spark skips hidden names, expands globs and believes suffixes."""
    suffix = _CODEC_SUFFIX.search(key)
    tells_the_truth = suffix is None if found.compression == "none" else bool(suffix and suffix[0] == ".gz")
    return tells_the_truth and bool(_SPARK_READS_WELL.fullmatch(key))


def _feature_dim(keys: Sequence[str], formats: Sequence[DataFormat], given: int) -> int:
    expected = given or formats[0].feature_dim
    source = f"the parameter FeatureCount says {given}" if given else f"{keys[0]} has {expected}"
    for key, found in zip(keys, formats, strict=True):
        # libsvm leaves zeros out: a narrower file may be sparse, which only a given count can tell.
        sparse = bool(given) and found.format == "libsvm" and found.feature_dim < given
        if found.feature_dim != expected and not sparse:
            raise FeatureCountMismatch(
                f"{key} has {found.feature_dim} features, but {source}: remove the file that does not "
                "belong, or set FeatureCount when sparse libsvm files leave their last features out."
            )
    return expected
