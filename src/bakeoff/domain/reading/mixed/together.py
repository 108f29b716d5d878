"""All files of a data set as one mixed table, by what their heads show."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bakeoff.domain.reading.agreement import refuse_half_named
from bakeoff.domain.reading.lines import cells_of
from bakeoff.domain.reading.mixed.cells import decimal_of
from bakeoff.domain.reading.mixed.judging import judge_columns, profiles_of
from bakeoff.domain.reading.mixed.matching import Matching, match
from bakeoff.domain.reading.mixed.profile import Judged
from bakeoff.domain.reading.mixed.refusing import (
    refuse_classes,
    refuse_one_value,
    refuse_other_forms,
    refuse_unlabelled,
    refuse_without_features,
)
from bakeoff.domain.reading.mixed.rows import Column, read_rows
from bakeoff.domain.reading.mixed.settings import ColumnSettings
from bakeoff.domain.reading.mixed.spelled import SpelledOut, spelled_out
from bakeoff.domain.reading.mixed.telling import notes_on_columns, notes_on_file, notes_on_gaps
from bakeoff.domain.reading.numbers import MISSING, bare
from bakeoff.domain.reading.recognise import Recognised, recognised
from bakeoff.domain.reading.table import Table
from bakeoff.domain.reading.target import FIRST_COLUMN, Target, aim_at
from bakeoff.domain.run.documents import PlannedTable, TableColumn

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


def read_mixed(
    given: Sequence[Table], target: Target, settings: ColumnSettings, feature_count: int = 0
) -> MixedTable:
    """`feature_count` 0 infers how wide libsvm is.

    Raises a RequestError or ConstantLabel for what the heads show to be in vain.
    """
    refuse_other_forms(given, settings)
    refuse_half_named(given)
    if given[0].format == "libsvm":
        # Its label is the first number of each line, whatever else is said.
        target = Target("1", aim_at(given[0], target).source)
    spelled = spelled_out(given, feature_count)
    tables = [each.table for each in spelled]
    missing = MISSING | {bare(text).lower() for text in settings.missing}
    decimals = [_decimal_of(table) for table in tables]
    matching = match(tables, target, settings)
    profiles = profiles_of(tables, decimals, matching, missing)
    judged = judge_columns(tables, matching, profiles, settings)
    columns = _columns(tables[0], matching, judged)
    refuse_without_features(tables[0], columns)
    found = [
        _recognised(each, decimal, place, columns, target, missing)
        for each, decimal, place in zip(spelled, decimals, matching.places, strict=True)
    ]
    found = [
        replace(one, notes=tuple(notes_on_file(table, at, matching, target, one, tables[0])))
        for at, (table, one) in enumerate(zip(tables, found, strict=True))
    ]
    refuse_unlabelled(found, matching.label)
    if columns[0]["kind"] == "category":
        refuse_classes(matching.label, profiles[matching.label], found, settings)
    refuse_one_value(found, profiles, matching, settings)
    document: PlannedTable = {
        "columns": columns,
        "missing": sorted(missing),
        "max_levels": MAX_LEVELS,
    }
    gaps = () if any(table.kinds for table in tables) else notes_on_gaps(settings.missing, profiles.values())
    return MixedTable(found, document, (*notes_on_columns(columns, matching), *gaps))


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
    spelled: SpelledOut,
    decimal: str,
    place: Mapping[str, int],
    columns: Sequence[TableColumn],
    target: Target,
    missing: Collection[str],
) -> Recognised:
    read = [
        Column(c["name"], c["role"], c["kind"], place[c["name"]]) for c in columns if c["role"] != "ignored"
    ]
    table = spelled.table
    found = recognised(
        table,
        [*read_rows(table, read, decimal, missing), *spelled.flaws],
        [column.at for column in read],
        source=target.source if target.text else FIRST_COLUMN,
        feature_dim=sum(column.role == "feature" for column in read),
        decimal=decimal,
    )
    return replace(found, delimiter=None) if table.format == "libsvm" else found
