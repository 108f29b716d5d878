"""The data of a run: what was uploaded, and what was made of it."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class TargetColumn(TypedDict):
    """The label: its name (None without a header), its position from 1, and who said so."""

    name: str | None
    position: int
    source: str


class InputRevision(TypedDict):
    """One revision of an upload, of `bytes` bytes."""

    key: str
    version_id: str
    etag: str
    bytes: int


class Reading(TypedDict):
    """How an upload is read. `names` are for people; `columns` are positions from 0, the label's first, and
    `width` counts the cells of a row: both are None for libsvm. Of Parquet there is neither delimiter nor
    width, and positions are those of its schema. `decimal` is what a number has before its fraction, "." or
    ",".
    """

    format: str
    compression: str
    delimiter: str | None
    header: str | None
    names: list[str] | None
    skip: list[str]
    columns: list[int] | None
    width: int | None
    decimal: NotRequired[str]


class PlannedInput(InputRevision, Reading):
    """An upload that the run reads, at `uri`: its own place, or a copy under a name that Spark reads well."""

    uri: str


class IgnoredObject(TypedDict):
    """What lies under Inputs/ and is no data."""

    key: str
    why: str


class TableColumn(TypedDict):
    """A column of a mixed table. `why` says what is no matter of course: who or what made it so."""

    name: str
    role: Literal["label", "feature", "group", "time", "ignored"]
    kind: Literal["number", "boolean", "category", "date", "timestamp", "text"]
    why: NotRequired[str]


class PlannedTable(TypedDict):
    """A mixed table: its label, then its other columns, by name or (without names) by position. `missing`
    are all spellings of "no value", in lower case.
    """

    columns: list[TableColumn]
    missing: list[str]
    max_levels: int


class DataNotes(TypedDict, total=False):
    """What was assumed of the data; absent from what an earlier release wrote."""

    target: TargetColumn
    notes: list[str]
    ignored: list[IgnoredObject]
