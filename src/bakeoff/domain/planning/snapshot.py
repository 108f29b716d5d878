"""The data of a run: exactly these revisions of the uploads, and how to read each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bakeoff.domain.errors import BakeoffError, NoInputData, NotATable, UnreadableData
from bakeoff.domain.intake.foreign import is_named_as_data, is_system_name
from bakeoff.domain.intake.settings_file import INPUTS, is_settings_file
from bakeoff.domain.ports import Inputs, StoredObject
from bakeoff.domain.reading.agreement import agree, common_width
from bakeoff.domain.reading.copies import refuse_copies, refuse_equal_rows
from bakeoff.domain.reading.recognise import Recognised, look_at
from bakeoff.domain.reading.soundness import refuse_constant_label, refuse_malformed
from bakeoff.domain.reading.table import Table
from bakeoff.domain.reading.target import NO_TARGET, Target
from bakeoff.domain.run.documents import IgnoredObject, PlannedInput, TargetColumn
from bakeoff.domain.run.files import RunFiles, input_of

_SPARK_READS_WELL = re.compile(r"Inputs/(?:[A-Za-z0-9][A-Za-z0-9._=-]*/)*[A-Za-z0-9][A-Za-z0-9._=-]*")
_CODEC_SUFFIX = re.compile(r"\.(gz|bz2|deflate|lz4|snappy|zst)$", re.IGNORECASE)
_NAMED = 5
_HIDDEN = "its name is one that systems give to what they hide"


@dataclass(frozen=True)
class Snapshot:
    """`inputs` as they stand in the plan; `feature_dim` counts the features. `target`, `features` (names, or
    None without any), `notes` and `ignored` say what was made of the data.
    """

    inputs: list[PlannedInput]
    feature_dim: int
    target: TargetColumn
    features: list[str] | None
    notes: list[str]
    ignored: list[IgnoredObject]


@dataclass(frozen=True)
class SnapshotOptions:
    """`feature_count` 0 infers the number of features; `tolerated` is the share of malformed rows; `folder`
    is the data set's.
    """

    feature_count: int = 0
    target: Target = NO_TARGET
    tolerated: float = 0.01
    folder: str = INPUTS


def take_snapshot(
    store: Inputs, run: RunFiles, listed: Sequence[StoredObject], options: SnapshotOptions
) -> Snapshot:
    """Look at every listed upload that holds data, and refuse what its head shows to be no sound data of one
    kind. The settings' file is no data.

    An object whose name Spark would misread is copied, without reading it, to a plain one under the run.
    Raises a RequestError, or ConstantLabel.
    """
    data = [item for item in listed if not is_settings_file(item.key)]
    stored = [item for item in data if item.bytes and not item.key.endswith("/")]
    visible = [item for item in stored if not is_system_name(item.key)]
    hidden = [_ignored(item.key, _HIDDEN) for item in stored if is_system_name(item.key)]
    refuse_copies(visible)
    tables, foreign = _tables(store, visible)
    if not tables:
        settings = [item.key for item in listed if is_settings_file(item.key)]
        raise _no_data(options.folder, foreign, [*settings, *foreign, *(item["key"] for item in hidden)])
    found, feature_dim = read_together(
        list(tables.values()), {item.key: item.bytes for item in visible}, options
    )
    kept = [item for item in visible if item.key in tables]
    pairs = enumerate(zip(kept, found, strict=True), 1)
    # Only CSV can name columns.
    columns = next((one for one in found if one.format == "csv"), found[0])
    return Snapshot(
        inputs=[_input(store, run, number, item, one) for number, (item, one) in pairs],
        feature_dim=feature_dim,
        notes=[note for one in found for note in one.notes],
        ignored=[*hidden, *(_ignored(key, str(error)) for key, error in foreign.items())],
        target={"name": columns.target, "position": columns.position, "source": columns.source},
        features=list(columns.features) if columns.features else None,
    )


def read_together(
    tables: Sequence[Table], sizes: Mapping[str, int], options: SnapshotOptions
) -> tuple[list[Recognised], int]:
    """The tables as one run reads them, and the number of features; `sizes` are the objects' in bytes.

    Raises a RequestError or ConstantLabel for what their heads show to be in vain.
    """
    found = agree(tables, options.target)
    feature_dim = common_width(found, options.feature_count)
    refuse_equal_rows(found)
    refuse_malformed(found, sizes, options.tolerated)
    refuse_constant_label(found)
    return found, feature_dim


def _tables(store: Inputs, stored: Sequence[StoredObject]) -> tuple[dict[str, Table], dict[str, NotATable]]:
    """What lies beside data is left aside, but not what was meant as data."""
    tables: dict[str, Table] = {}
    foreign: dict[str, NotATable] = {}
    for item in stored:
        try:
            tables[item.key] = look_at(item.key, item.bytes, partial(store.read_head, item))
        except NotATable as error:
            if is_named_as_data(item.key):
                raise UnreadableData(str(error)) from error
            foreign[item.key] = error
    return tables, foreign


def _no_data(folder: str, foreign: dict[str, NotATable], names: Sequence[str]) -> BakeoffError:
    if len(foreign) == 1:
        return UnreadableData(str(next(iter(foreign.values()))))
    beside = f" ({', '.join(names[:_NAMED])} hold{'s' if len(names) == 1 else ''} none)" if names else ""
    return NoInputData(
        f"There is no data under {folder}{beside}: upload a libsvm or CSV file that holds rows."
    )


def _ignored(key: str, why: str) -> IgnoredObject:
    return {"key": key, "why": why.removeprefix(f"{key} ")}


def _input(store: Inputs, run: RunFiles, number: int, item: StoredObject, found: Recognised) -> PlannedInput:
    key = item.key
    # Spark skips hidden names, expands globs and believes suffixes.
    suffix = _CODEC_SUFFIX.search(key)
    tells_the_truth = suffix is None if found.compression == "none" else bool(suffix and suffix[0] == ".gz")
    if not (tells_the_truth and _SPARK_READS_WELL.fullmatch(key)):
        packed = ".gz" if found.compression == "gzip" else ""
        key = run.key(input_of(number, f"{found.format}{packed}"))
        store.copy(item, key)
    return {
        "key": item.key,
        "version_id": item.version_id,
        "etag": item.etag,
        "bytes": item.bytes,
        "uri": f"s3://{store.bucket}/{key}",
        **found.reading(),
    }
