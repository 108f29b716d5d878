"""The columns of several files: which are the same, and what a person wants each for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from bakeoff.domain.errors import ColumnMismatch, FeatureCountMismatch, InvalidSettings, UnknownTarget
from bakeoff.domain.messages import excerpt
from bakeoff.domain.reading.agreement import difference
from bakeoff.domain.reading.mixed.settings import ColumnSettings
from bakeoff.domain.reading.table import Table
from bakeoff.domain.reading.target import Target, column_named, first_column
from bakeoff.domain.run.planned import capitalised

_CURE = (
    "give all files the same columns, remove the file that does not belong, or name what not all have in the "
    "setting `ignore`"
)
_IGNORED = "the setting ignore"


@dataclass(frozen=True)
class Matching:
    """The columns by their names. `places` has for each table the positions (from 0) of those that it has.

    `wanted` are what a person said: label, group, time or categorical; `left_out` says why not.
    """

    label: str
    names: tuple[str, ...]
    places: tuple[Mapping[str, int], ...]
    wanted: Mapping[str, str]
    left_out: Mapping[str, str]


def match(tables: Sequence[Table], target: Target, settings: ColumnSettings) -> Matching:
    """Columns by their names, or by position where no file names them; the first table is what others follow.

    Raises ColumnMismatch, FeatureCountMismatch, UnknownTarget or InvalidSettings.
    """
    first = tables[0]
    said = {name: _meant(tables, texts, name, settings) for name, texts in settings.named().items()}
    ignored = dict.fromkeys(said["ignore"], _IGNORED)
    label = _label(first, target, ignored)
    wanted = {name: setting for setting, names in said.items() if setting != "ignore" for name in names}
    _refuse_two_roles({**said, "target": [label]}, settings, target)
    asked = {label, *wanted}
    left_out: dict[str, str] = {}
    for table in tables:
        named = names_of(table)
        left_out.update({named[at]: why for at, why in table.left_out.items() if named[at] not in asked})
    left_out.update({name: why for name, why in ignored.items() if name not in left_out})
    places = tuple(_places(table, left_out) for table in tables)
    for table, place in zip(tables, places, strict=True):
        _refuse_difference(table, place, first, places[0], left_out)
    names = dict.fromkeys(name for place in places for name in place)
    return Matching(label, tuple(names), places, {**wanted, label: "label"}, left_out)


def names_of(table: Table) -> list[str]:
    """A name for each column: its own, or its position from 1."""
    names = table.names or ("",) * table.width
    return [name or f"column {number}" for number, name in enumerate(names, 1)]


def _meant(
    tables: Sequence[Table], texts: Sequence[str], setting: str, settings: ColumnSettings
) -> list[str]:
    """The names of the columns that a setting names; any file may have them."""
    found = []
    for text in texts:
        table = next((table for table in tables if text.strip() in (table.names or ())), tables[0])
        try:
            found.append(
                names_of(table)[column_named(_lenient(table), Target(text, f"the setting {setting}"))]
            )
        except UnknownTarget as err:
            source = capitalised(settings.source(setting))
            raise InvalidSettings(f"{source}: {err}") from err
    return found


def _lenient(table: Table) -> Table:
    """Columns of one name are one here: leaving both out is a cure for it."""
    if table.names is None:
        return table
    first = {name: at for at, name in reversed(list(enumerate(table.names)))}
    names = tuple(name if first[name] == at else "" for at, name in enumerate(table.names))
    return replace(table, names=names)


def _label(table: Table, target: Target, ignored: Mapping[str, str]) -> str:
    names = names_of(table)
    if target.text:
        return names[column_named(table, target)]
    out = {at: ignored[name] for at, name in enumerate(names) if name in ignored}
    if all(at in out for at in table.kept):
        raise InvalidSettings(f"{table.key}: the setting ignore leaves no column: name fewer in it.")
    return names[first_column(replace(table, left_out={**table.left_out, **out}))]


def _refuse_two_roles(said: Mapping[str, Sequence[str]], settings: ColumnSettings, target: Target) -> None:
    if settings.group and settings.time:
        raise InvalidSettings(
            f"{capitalised(settings.source('time'))}: a split is by group or by time, not by both: keep one."
        )
    for (one, names), (other, others) in combinations(said.items(), 2):
        both = [name for name in names if name in others]
        if both:
            source = target.source if other == "target" and not settings.sources else settings.source(one)
            by_default = (
                " (the first column, as no target is set)" if other == "target" and not target.text else ""
            )
            raise InvalidSettings(
                f"{capitalised(source)}: the column {excerpt(both[0])} is both in {one} and in {other}"
                f"{by_default}: keep one of the two."
            )


def _places(table: Table, left_out: Mapping[str, str]) -> dict[str, int]:
    names = names_of(table)
    twice = [name for name, count in Counter(names).items() if count > 1 and name not in left_out]
    if twice:
        raise ColumnMismatch(
            f"{table.key} has {names.count(twice[0])} columns named {excerpt(twice[0])}, so that they cannot "
            "be told apart: rename all but one in every file, or name them in the setting `ignore`."
        )
    return {name: at for at, name in enumerate(names)}


def _refuse_difference(
    table: Table,
    place: Mapping[str, int],
    first: Table,
    places: Mapping[str, int],
    left_out: Mapping[str, str],
) -> None:
    if table.names is None and first.names is None and table.width != first.width:
        raise FeatureCountMismatch(
            f"{table.key} has {table.width} columns, but {first.key} has {first.width}: remove the file that "
            "does not belong, or give all files the same columns."
        )
    missing = [name for name in places if name not in place and name not in left_out]
    extra = [name for name in place if name not in places and name not in left_out]
    if missing or extra:
        raise ColumnMismatch(f"{difference(table, first, missing, extra)}: {_CURE}.")
