"""All files of a data set as one mixed table, by what their heads show."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bakeoff.domain.errors import ColumnMismatch, ConstantLabel, InvalidSettings, UnreadableData
from bakeoff.domain.messages import excerpt
from bakeoff.domain.reading.agreement import refuse_half_named
from bakeoff.domain.reading.flaws import Flaw, first_or_commonest
from bakeoff.domain.reading.lines import BLANKS, cells_of
from bakeoff.domain.reading.mixed.cells import decimal_of
from bakeoff.domain.reading.mixed.judging import judge_columns, profiles_of
from bakeoff.domain.reading.mixed.matching import Matching, match
from bakeoff.domain.reading.mixed.profile import Judged, Profile
from bakeoff.domain.reading.mixed.rows import Column, read_rows
from bakeoff.domain.reading.mixed.settings import ColumnSettings
from bakeoff.domain.reading.mixed.telling import notes_on_columns, notes_on_file
from bakeoff.domain.reading.numbers import MISSING, bare
from bakeoff.domain.reading.recognise import Recognised
from bakeoff.domain.reading.table import Row, Table
from bakeoff.domain.reading.target import FIRST_COLUMN, Target
from bakeoff.domain.run.documents import PlannedTable, TableColumn
from bakeoff.domain.run.planned import capitalised

MAX_LEVELS = 50
_LINES_THAT_TELL = 500
_NAMED = 5
_ROLES: Mapping[str | None, Literal["label", "group", "time"]] = {
    "label": "label",
    "group": "group",
    "time": "time",
}


@dataclass(frozen=True)
class MixedTable:
    """`found` are the files; `document` is what the plan records; `notes` are about all files."""

    found: list[Recognised]
    document: PlannedTable
    notes: tuple[str, ...]

    @property
    def features(self) -> list[str]:
        return [column["name"] for column in self.document["columns"] if column["role"] == "feature"]


def read_mixed(tables: Sequence[Table], target: Target, settings: ColumnSettings) -> MixedTable:
    """Raises a RequestError or ConstantLabel for what the heads show to be in vain."""
    _refuse_other_forms(tables, settings)
    refuse_half_named(tables)
    missing = MISSING | {bare(text).lower() for text in settings.missing}
    decimals = [_decimal_of(table) for table in tables]
    matching = match(tables, target, settings)
    profiles = profiles_of(tables, decimals, matching, missing)
    judged = judge_columns(tables, matching, profiles, settings)
    columns = _columns(tables[0], matching, judged)
    _refuse_without_features(tables[0], columns)
    found = [
        _recognised(table, decimal, place, columns, target, missing)
        for table, decimal, place in zip(tables, decimals, matching.places, strict=True)
    ]
    found = [
        replace(one, notes=tuple(notes_on_file(table, at, matching, target, one, tables[0])))
        for at, (table, one) in enumerate(zip(tables, found, strict=True))
    ]
    _refuse_unlabelled(found, matching.label)
    _refuse_one_group(found, profiles, matching, settings)
    document: PlannedTable = {
        "columns": columns,
        "missing": sorted(missing),
        "min_level_rows": None,
        "max_levels": MAX_LEVELS,
    }
    return MixedTable(found, document, tuple(notes_on_columns(columns, matching)))


def _refuse_other_forms(tables: Sequence[Table], settings: ColumnSettings) -> None:
    libsvm = next((table for table in tables if table.format == "libsvm"), None)
    if libsvm and settings.given:
        name = settings.given[0]
        raise InvalidSettings(
            f"{capitalised(settings.source(name))}: {name} is about columns, and {libsvm.key} is libsvm, "
            f"which has none: leave {name} out, or convert the file to CSV."
        )
    if libsvm:
        other = next(table for table in tables if table.format != "libsvm")
        raise ColumnMismatch(
            f"{libsvm.key} is libsvm, which is read beside tables of numbers without gaps only, and the data "
            f"(such as {other.key}) hold more: convert it to CSV with the same columns, or remove it."
        )
    for table in tables:
        if table.delimiter == BLANKS:
            raise UnreadableData(
                f"{table.key}: its columns are set apart by white space, by which tables of numbers without "
                "gaps are read only: save it with commas, semicolons or tabs."
            )


def _decimal_of(table: Table) -> str:
    if table.delimiter in (None, ","):
        return "."
    assert table.delimiter is not None
    lines = table.lines[:_LINES_THAT_TELL]
    return decimal_of(
        [bare(c) for line in lines for c in cells_of(line.text, table.delimiter)], table.delimiter
    )


def _columns(first: Table, matching: Matching, judged: Mapping[str, Judged]) -> list[TableColumn]:
    """The label, and then by name; where none is named, in the order of the files."""
    others = [name for name in matching.names if name != matching.label]
    ordered = [matching.label, *(sorted(others) if first.names else others)]
    return [_column(name, matching, judged[name]) for name in ordered]


def _column(name: str, matching: Matching, judged: Judged) -> TableColumn:
    column: TableColumn = {"name": name, "role": "feature", "kind": judged.kind}
    wanted = matching.wanted.get(name)
    if judged.is_left_out:
        column["role"] = "ignored"
    elif wanted in _ROLES:
        column["role"] = _ROLES[wanted]
    if judged.why:
        column["why"] = judged.why
    return column


def _recognised(
    table: Table,
    decimal: str,
    place: Mapping[str, int],
    columns: Sequence[TableColumn],
    target: Target,
    missing: Collection[str],
) -> Recognised:
    read = [
        Column(c["name"], c["role"], c["kind"], place[c["name"]]) for c in columns if c["role"] != "ignored"
    ]
    found = list(read_rows(table, read, decimal, missing))
    flawed = [flaw for flaw in found if isinstance(flaw, Flaw)]
    example = first_or_commonest(flawed, len(found)) if flawed else None
    if example and 2 * len(flawed) > len(found):
        raise UnreadableData(f"{table.key}, {example}.")
    rows: tuple[Row, ...] = tuple(row for row in found if isinstance(row, tuple))
    label = read[0].at
    return Recognised(
        key=table.key,
        format=table.format,
        compression=table.compression,
        delimiter=table.delimiter,
        header=table.header,
        names=table.names,
        target=table.names[label] if table.names else None,
        position=label + 1,
        source=target.source if target.text else FIRST_COLUMN,
        columns=tuple(column.at for column in read),
        width=table.width if table.format == "csv" else None,
        skip=table.skip,
        feature_dim=sum(column.role == "feature" for column in read),
        notes=(),
        is_all=table.is_all,
        sparse=False,
        malformed=len(flawed),
        example=example,
        rows=rows,
        decimal=decimal,
        unlabelled=len(found) - len(flawed) - len(rows),
    )


def _refuse_without_features(first: Table, columns: Sequence[TableColumn]) -> None:
    if any(column["role"] == "feature" for column in columns):
        return
    out = [
        f"{column['name']}: {column['why']}"
        for column in columns
        if column["role"] == "ignored" and "why" in column
    ]
    because = f" (left out are {'; '.join(out[:_NAMED])})" if out else ""
    raise UnreadableData(
        f"{first.key} has no feature beside its label {excerpt(columns[0]['name'])}{because}: name a column "
        "in the setting `categorical` to keep it, or upload a table with more columns."
    )


def _refuse_unlabelled(found: Sequence[Recognised], label: str) -> None:
    if all(one.is_all and not one.rows for one in found) and any(one.unlabelled for one in found):
        raise ConstantLabel(
            f"No row has a label ({label}): there is nothing to predict. Set Target to the column to "
            "predict, or upload rows with labels."
        )


def _refuse_one_group(
    found: Sequence[Recognised],
    profiles: Mapping[str, Profile],
    matching: Matching,
    settings: ColumnSettings,
) -> None:
    name = next((name for name, wanted in matching.wanted.items() if wanted == "group"), None)
    if name is None or not all(one.is_all for one in found):
        return
    profile = profiles[name]
    if len(profile.values) == 1 and not profile.missing and profile.rows == sum(map(_lines, found)):
        raise InvalidSettings(
            f"{capitalised(settings.source('group'))}: every row has {excerpt(next(iter(profile.values)))} "
            f"in the column {excerpt(name)} that group names, so that all rows would share one split: name "
            "another column, or leave group out."
        )


def _lines(one: Recognised) -> int:
    return len(one.rows) + one.malformed + one.unlabelled
