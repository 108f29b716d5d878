"""What a mixed table is refused for, each in a sentence with its cure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from bakeoff.domain.errors import ColumnMismatch, ConstantLabel, InvalidSettings, UnreadableData
from bakeoff.domain.messages import excerpt
from bakeoff.domain.reading.flaws import LABEL_CURE, Flaw, cell_flaw, with_settings
from bakeoff.domain.reading.lines import BLANKS
from bakeoff.domain.reading.mixed.cells import Kind
from bakeoff.domain.reading.mixed.matching import Matching
from bakeoff.domain.reading.mixed.profile import Found, Judged, Profile
from bakeoff.domain.reading.mixed.settings import ColumnSettings
from bakeoff.domain.reading.numbers import canonical_number
from bakeoff.domain.reading.recognise import Recognised
from bakeoff.domain.reading.soundness import rows_of
from bakeoff.domain.reading.table import Table
from bakeoff.domain.run.documents import TableColumn
from bakeoff.domain.run.planned import capitalised
from bakeoff.domain.run.task import MAX_CLASSES, classification

Stated = Sequence[tuple[Table, Kind | None]]
"""The kind that each schema states for a column; None where nothing reads it."""
_OF_CLASSES = "task"
_NAMED = 5
_ALIKE = 10
_VALUES_THAT_TELL = 1000
_SPLIT_BY = {"group": "would put all rows into one split", "time": "has no latest rows"}


def refuse_other_forms(tables: Sequence[Table], settings: ColumnSettings) -> None:
    libsvm = next((table for table in tables if table.format == "libsvm"), None)
    of_columns = [name for name in settings.given if name != _OF_CLASSES]
    if libsvm and of_columns:
        name = of_columns[0]
        raise InvalidSettings(
            f"{capitalised(settings.source(name))}: {name} is about columns, and {libsvm.key} is libsvm, "
            f"which has none: leave {name} out, or convert the file to CSV."
        )
    if libsvm and (other := next((table for table in tables if table.format != "libsvm"), None)):
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


def refuse_label(
    name: str,
    profile: Profile,
    judged: Mapping[str, Judged],
    stated: Stated,
) -> None:
    for table, kind in stated:
        if kind != "number":
            what = f"a {kind}, not a number" if kind else "no number"
            raise UnreadableData(
                f"{table.key}: the label {excerpt(name)} is {what} by its schema: {LABEL_CURE}."
            )
    if not profile.present:
        return
    found = judged[name]
    if found.kind != "number" or found.junk:
        first = found.junk or profile.first_but(("number",))
        raise UnreadableData(f"{first.key}, {_flaw(name, first, profile, is_label=True)}.")


def refuse_free_text(name: str, profile: Profile, judged: Judged | None) -> None:
    if judged and judged.is_left_out:
        first = profile.first_but(())
        raise UnreadableData(
            f"{first.key}: the label {excerpt(name)} tells no classes ({judged.why}): set Target to the "
            "column to predict, or task: classification if every value is meant as a class."
        )


def refuse_classes(
    name: str, profile: Profile, found: Sequence[Recognised], settings: ColumnSettings
) -> None:
    """Raises ConstantLabel or InvalidSettings for classes that cannot be told apart, as the heads show."""
    is_all = all(one.is_all for one in found) and profile.rows == sum(map(rows_of, found))
    if is_all or len(profile.values) > MAX_CLASSES:
        classification(profile.values, settings.positive if is_all else None)
    alike: dict[float | str, str] = {}
    for value in sorted(profile.values):
        other = alike.setdefault(_meaning(value), value)
        if other != value:
            key = profile.first_but(()).key
            raise UnreadableData(
                f"{key}: the classes {excerpt(other)} and {excerpt(value)} of the label "
                f"{excerpt(name)} mean the same: write them alike."
            )


def _meaning(value: str) -> float | str:
    number = canonical_number(value, ".")
    if number is not None:
        return float(number)
    return value.lower() if value.lower() in ("true", "false") else value


def refuse_junk(names: Sequence[str], judged: Mapping[str, Judged], profiles: Mapping[str, Profile]) -> None:
    junk = [(name, found.junk) for name in names if (found := judged.get(name)) and found.junk]
    if not junk:
        return
    name, first = junk[0]
    assert first is not None
    others = ", ".join(name for name, _ in junk[1 : _ALIKE + 1])
    more = f" and {len(junk) - 1 - _ALIKE} more" if len(junk) > _ALIKE + 1 else ""
    alike = f" (no numbers either: {others}{more})" if others else ""
    raise UnreadableData(f"{first.key}, {with_settings(_flaw(name, first, profiles[name]))}{alike}.")


def refuse_unreadable(
    names: Sequence[str],
    tables: Sequence[Table],
    matching: Matching,
    stated: Mapping[str, Stated],
) -> None:
    for name in names:
        for table, kind in stated[name]:
            if kind is None:
                what = table.unreadable[matching.places[tables.index(table)][name]]
                raise UnreadableData(
                    f"{table.key}: the column {excerpt(name)} {what}: name it in the setting `ignore`, or "
                    "write what it holds into columns of numbers, texts, dates or truth values."
                )


def refuse_without_features(first: Table, columns: Sequence[TableColumn]) -> None:
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


def refuse_unlabelled(found: Sequence[Recognised], label: str) -> None:
    if all(one.is_all and not one.rows for one in found) and any(one.unlabelled for one in found):
        raise ConstantLabel(
            f"No row has a label ({label}): there is nothing to predict. Set Target to the column to "
            "predict, or upload rows with labels."
        )


def refuse_one_value(
    found: Sequence[Recognised],
    profiles: Mapping[str, Profile],
    matching: Matching,
    settings: ColumnSettings,
) -> None:
    """Of a group or a time that all rows share, or that none has."""
    by = next(((name, wanted) for name, wanted in matching.wanted.items() if wanted in _SPLIT_BY), None)
    if by is None or not all(one.is_all for one in found):
        return
    (name, setting), profile = by, profiles[by[0]]
    if profile.rows != sum(map(rows_of, found)) or len(profile.values) + bool(profile.missing) != 1:
        return
    value = excerpt(next(iter(profile.values))) if profile.values else ""
    what = f"every row has {value}" if value else "no row has a value"
    follows = _SPLIT_BY[setting] if value else "tells no rows apart"
    raise InvalidSettings(
        f"{capitalised(settings.source(setting))}: {what} in the column {excerpt(name)} that {setting} "
        f"names, so that it {follows}: name another column, or leave {setting} out."
    )


def _flaw(name: str, found: Found, profile: Profile, is_label: bool = False) -> Flaw:
    return cell_flaw(found.line, name, found.cell, is_label, islice(profile.values, _VALUES_THAT_TELL))
