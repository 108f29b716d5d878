"""What each column of a mixed table is taken for: by its cells, by a schema, and by what a person said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from bakeoff.domain.errors import ColumnMismatch, InvalidSettings
from bakeoff.domain.messages import excerpt
from bakeoff.domain.reading.lines import cells_of
from bakeoff.domain.reading.mixed.cells import KINDS, Kind
from bakeoff.domain.reading.mixed.matching import Matching
from bakeoff.domain.reading.mixed.profile import (
    CELLS_THAT_TELL,
    FEWEST_ROWS,
    MIXTURE,
    NUMBER,
    Judged,
    Profile,
)
from bakeoff.domain.reading.mixed.refusing import (
    Stated,
    refuse_free_text,
    refuse_junk,
    refuse_label,
    refuse_unreadable,
)
from bakeoff.domain.reading.mixed.settings import ColumnSettings
from bakeoff.domain.reading.table import Table
from bakeoff.domain.run.planned import capitalised

_ALIKE = 10
# Of a label of numbers.
TOLD_CLASSES = "the setting task"
_NAMES: tuple[Kind, ...] = ("category", "boolean", "text")
_MOMENTS: tuple[Kind, ...] = ("date", "timestamp", "number")


def profiles_of(
    tables: Sequence[Table], decimals: Sequence[str], matching: Matching, missing: Collection[str]
) -> dict[str, Profile]:
    """The cells of each column, in as many first rows of each file as tell enough."""
    profiles: dict[str, Profile] = defaultdict(Profile)
    for table, decimal, place in zip(tables, decimals, matching.places, strict=True):
        if table.delimiter is None:
            continue
        columns = [(profiles[name], at) for name, at in place.items()]
        for line in table.lines[: max(FEWEST_ROWS, CELLS_THAT_TELL // table.width)]:
            cells = cells_of(line.text, table.delimiter)
            if len(cells) == table.width:
                for profile, at in columns:
                    profile.add(table.key, line, cells[at], decimal, missing)
    return profiles


def judge_columns(
    tables: Sequence[Table],
    matching: Matching,
    profiles: Mapping[str, Profile],
    settings: ColumnSettings,
) -> dict[str, Judged]:
    """By the columns' names.

    Raises UnreadableData, ColumnMismatch or InvalidSettings where no reading is safe.
    """
    stated = {name: _stated(tables, matching, name) for name in matching.names}
    judged = {name: profiles[name].judged() for name in matching.names if profiles[name].rows}
    label = _label(matching.label, profiles[matching.label], judged, stated[matching.label], settings)
    features = [
        name for name in matching.names if name not in matching.wanted and name not in matching.left_out
    ]
    refuse_junk(features, judged, profiles)
    refuse_unreadable(features, tables, matching, stated)
    return {
        name: label
        if name == matching.label
        else _of_one(name, matching, profiles, judged.get(name), stated[name], settings)
        for name in matching.names
    }


def _stated(tables: Sequence[Table], matching: Matching, name: str) -> list[tuple[Table, Kind | None]]:
    """The kind that each schema states for a column."""
    return [
        (table, next((kind for kind in KINDS if kind == table.kinds[place[name]]), None))
        for table, place in zip(tables, matching.places, strict=True)
        if table.kinds and name in place
    ]


def _label(
    name: str,
    profile: Profile,
    judged: Mapping[str, Judged],
    stated: Stated,
    settings: ColumnSettings,
) -> Judged:
    """A number, or a category of classes: where nobody says which, values that are no numbers are classes."""
    kinds = {kind for _, kind in stated} | ({judged[name].kind} if profile.present else set())
    junk = profile.present and judged[name].junk
    if settings.task == "classification" and None not in kinds:
        return Judged("category", TOLD_CLASSES if kinds == {"number"} else None)
    is_named = bool(kinds) and kinds <= set(_NAMES) and not junk and judged.get(name, NUMBER).why != MIXTURE
    if settings.task is None and is_named:
        refuse_free_text(name, profile, judged.get(name))
        return Judged("category")
    refuse_label(name, profile, judged, stated)
    return NUMBER


def _of_one(
    name: str,
    matching: Matching,
    profiles: Mapping[str, Profile],
    judged: Judged | None,
    stated: Stated,
    settings: ColumnSettings,
) -> Judged:
    wanted, profile = matching.wanted.get(name), profiles[name]
    kinds = {kind for _, kind in stated}
    if wanted == "categorical":
        return Judged("category", "the setting categorical")
    if wanted == "group":
        is_number = kinds <= {"number"} and profile.kinds["number"] == profile.present
        return Judged("number" if is_number else "category")
    if name in matching.left_out:
        kind = judged.kind if judged else stated[0][1] or "text"
        return Judged(kind, matching.left_out[name], is_left_out=True)
    found = _agreed(name, profile, judged, stated)
    if wanted == "time" and found.kind not in _MOMENTS:
        raise InvalidSettings(
            f"{capitalised(settings.source('time'))}: the column {excerpt(name)} that time names holds no "
            "times: write them as YYYY-MM-DD or YYYY-MM-DDTHH:MM:SS, or as numbers."
        )
    return Judged(found.kind) if wanted == "time" else found


def _agreed(name: str, profile: Profile, judged: Judged | None, stated: Stated) -> Judged:
    """What cells and schemas say alike. Raises ColumnMismatch."""
    by_cells = judged if profile.present or not stated else None
    found = by_cells or Judged(stated[0][1] or "text")
    for table, kind in stated:
        if kind != found.kind and not (found.kind == "text" and kind == "category"):
            other = profile.first_but(()).key if profile.present else stated[0][0].key
            raise ColumnMismatch(
                f"{table.key}: the column {excerpt(name)} is a {kind} by its schema, but a {found.kind} in "
                f"{other}: write it in one type in all files, or name it in the setting `categorical` or "
                "`ignore`."
            )
    return found
