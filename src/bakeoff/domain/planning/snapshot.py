"""The data of a run: exactly these revisions of the uploads, and how to read each."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bakeoff.domain.errors import BakeoffError, NoInputData, NotATable, UnreadableData
from bakeoff.domain.intake.foreign import is_named_as_data, is_system_name
from bakeoff.domain.intake.settings_file import INPUTS, is_settings_file
from bakeoff.domain.ports import Inputs, StoredObject
from bakeoff.domain.reading.agreement import agree, common_width
from bakeoff.domain.reading.copies import refuse_copies, refuse_equal_rows
from bakeoff.domain.reading.mixed.plain import is_plain
from bakeoff.domain.reading.mixed.settings import NO_COLUMN_SETTINGS, ColumnSettings
from bakeoff.domain.reading.mixed.together import read_mixed
from bakeoff.domain.reading.recognise import Recognised, look_at
from bakeoff.domain.reading.soundness import (
    refuse_constant_label,
    refuse_malformed,
    refuse_too_few_for_folds,
    refuse_two_labels,
)
from bakeoff.domain.reading.table import Table
from bakeoff.domain.reading.target import NO_TARGET, Target
from bakeoff.domain.run.documents import IgnoredObject, PlannedInput, PlannedTable, TargetColumn
from bakeoff.domain.run.files import RunFiles, input_of

_SPARK_READS_WELL = re.compile(r"Inputs/(?:[A-Za-z0-9][A-Za-z0-9._=-]*/)*[A-Za-z0-9][A-Za-z0-9._=-]*")
_CODEC_SUFFIX = re.compile(r"\.(gz|bz2|deflate|lz4|snappy|zst)$", re.IGNORECASE)
_NAMED = 5
_HIDDEN = "its name is one that systems give to what they hide"


@dataclass(frozen=True)
class Snapshot:
    """`inputs` as they stand in the plan; `feature_dim` counts the features. `target`, `features` (names, or
    None without any), `notes` and `ignored` say what was made of the data. `table` is None for numbers alone.
    """

    inputs: list[PlannedInput]
    feature_dim: int
    target: TargetColumn
    features: list[str] | None
    notes: list[str]
    ignored: list[IgnoredObject]
    table: PlannedTable | None = None


@dataclass(frozen=True)
class SnapshotOptions:
    """`feature_count` 0 infers the number of features; `tolerated` is the share of malformed rows; `folder`
    is the data set's; `columns` are what was said of single ones; `folds` as the plan has them.
    """

    feature_count: int = 0
    target: Target = NO_TARGET
    tolerated: float = 0.01
    folder: str = INPUTS
    columns: ColumnSettings = NO_COLUMN_SETTINGS
    folds: int = 0

    @property
    def named(self) -> frozenset[str]:
        """The columns that a person named, or gave the positions of."""
        named = [self.target.text, *(name for names in self.columns.named().values() for name in names)]
        return frozenset(name.strip() for name in named if name.strip())


@dataclass(frozen=True)
class Together:
    """The tables as one run reads them. `table` is what the plan says of a mixed one, `features` are names,
    and `notes` are about all files.
    """

    found: list[Recognised]
    feature_dim: int
    features: list[str] | None
    notes: tuple[str, ...] = ()
    table: PlannedTable | None = None


def take_snapshot(
    store: Inputs, run: RunFiles, listed: Sequence[StoredObject], options: SnapshotOptions
) -> Snapshot:
    """Look at every listed upload that holds data, and refuse what its head shows to be no sound data of one
    kind. The settings' file is no data.

    An object whose name Spark would misread is copied, without reading it, to a plain one under the run.
    Raises a RequestError, ConstantLabel or TooFewRows.
    """
    data = [item for item in listed if not is_settings_file(item.key)]
    stored = [item for item in data if item.bytes and not item.key.endswith("/")]
    visible = [item for item in stored if not is_system_name(item.key)]
    hidden = [_ignored(item.key, _HIDDEN) for item in stored if is_system_name(item.key)]
    refuse_copies(visible)
    tables, foreign = _tables(store, visible, options.named)
    if not tables:
        settings = [item.key for item in listed if is_settings_file(item.key)]
        raise _no_data(options.folder, foreign, [*settings, *foreign, *(item["key"] for item in hidden)])
    together = read_together(list(tables.values()), {item.key: item.bytes for item in visible}, options)
    found = together.found
    kept = [item for item in visible if item.key in tables]
    pairs = enumerate(zip(kept, found, strict=True), 1)
    # libsvm cannot name columns.
    columns = next((one for one in found if one.format != "libsvm"), found[0])
    return Snapshot(
        inputs=[_input(store, run, number, item, one) for number, (item, one) in pairs],
        feature_dim=together.feature_dim,
        notes=[*together.notes, *(note for one in found for note in one.notes)],
        ignored=[*hidden, *(_ignored(key, str(error)) for key, error in foreign.items())],
        target={"name": columns.target, "position": columns.position, "source": columns.source},
        features=together.features,
        table=together.table,
    )


def read_together(tables: Sequence[Table], sizes: Mapping[str, int], options: SnapshotOptions) -> Together:
    """The tables as one run reads them; `sizes` are the objects' in bytes.

    Raises a RequestError, ConstantLabel or TooFewRows for what their heads show to be in vain.
    """
    together = _plain(tables, options) if is_plain(tables, options.columns) else _mixed(tables, options)
    refuse_equal_rows(together.found)
    refuse_too_few_for_folds(together.found, options.folds)
    refuse_malformed(together.found, sizes, options.tolerated)
    if not (together.table and together.table["columns"][0]["kind"] == "category"):
        refuse_constant_label(together.found)
        if options.columns.task is None:
            refuse_two_labels(together.found)
    return together


def _plain(tables: Sequence[Table], options: SnapshotOptions) -> Together:
    found = agree(tables, options.target)
    # libsvm cannot name columns.
    named = next((one for one in found if one.format == "csv"), found[0]).features
    return Together(found, common_width(found, options.feature_count), list(named) if named else None)


def _mixed(tables: Sequence[Table], options: SnapshotOptions) -> Together:
    mixed = read_mixed(tables, options.target, options.columns, options.feature_count)
    width = common_width(mixed.found, options.feature_count)
    return Together(mixed.found, width, mixed.features, mixed.notes, mixed.document)


def _tables(
    store: Inputs, stored: Sequence[StoredObject], named: Collection[str]
) -> tuple[dict[str, Table], dict[str, NotATable]]:
    """What lies beside data is left aside, but not what was meant as data."""
    tables: dict[str, Table] = {}
    foreign: dict[str, NotATable] = {}
    for item in stored:
        try:
            heads, tails = partial(store.read_head, item), partial(store.read_tail, item)
            tables[item.key] = look_at(item.key, item.bytes, heads, tails, named)
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
        f"There is no data under {folder}{beside}: upload a CSV, Parquet or libsvm file that holds rows."
    )


def _ignored(key: str, why: str) -> IgnoredObject:
    return {"key": key, "why": why.removeprefix(f"{key} ")}


def _input(store: Inputs, run: RunFiles, number: int, item: StoredObject, found: Recognised) -> PlannedInput:
    key = item.key
    # Spark skips hidden names, expands globs and believes suffixes.
    suffix = _CODEC_SUFFIX.search(key)
    packed = found.compression == "gzip" and found.format != "parquet"
    tells_the_truth = suffix is None if not packed else bool(suffix and suffix[0] == ".gz")
    if not (tells_the_truth and _SPARK_READS_WELL.fullmatch(key)):
        key = run.key(input_of(number, f"{found.format}{'.gz' if packed else ''}"))
        store.copy(item, key)
    return {
        "key": item.key,
        "version_id": item.version_id,
        "etag": item.etag,
        "bytes": item.bytes,
        "uri": f"s3://{store.bucket}/{key}",
        **found.reading(),
    }
