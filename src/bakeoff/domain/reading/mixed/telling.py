"""What was assumed of a mixed table, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bakeoff.domain.messages import excerpt
from bakeoff.domain.reading.mixed.cells import KINDS
from bakeoff.domain.reading.mixed.matching import Matching, names_of
from bakeoff.domain.reading.mixed.profile import MIXTURE, NO_VALUE, Profile
from bakeoff.domain.reading.numbers import MISSING, bare
from bakeoff.domain.reading.recognise import Recognised
from bakeoff.domain.reading.soundness import rows_of
from bakeoff.domain.reading.table import Table
from bakeoff.domain.reading.target import Target, notes_on
from bakeoff.domain.run.documents import TableColumn

_NAMED = 8
_NO_FEATURES = ("group", "time")
_PLURALS = {"category": "categories", "text": "texts"}


def described(columns: Sequence[TableColumn]) -> str:
    """One line: "label: price; 9 numbers, 3 categories, 1 date; ignored: id"."""
    by_role: dict[str, list[TableColumn]] = {}
    for column in columns:
        by_role.setdefault(column["role"], []).append(column)
    counts = Counter(column["kind"] for column in by_role.get("feature", ()))
    called = {kind: kind if counts[kind] == 1 else _PLURALS.get(kind, f"{kind}s") for kind in KINDS}
    features = [f"{counts[kind]} {called[kind]}" for kind in KINDS if counts[kind]]
    parts = [f"label: {_names(by_role['label'])}", ", ".join(features)]
    parts += [f"{role}: {_names(by_role[role])}" for role in ("group", "time", "ignored") if role in by_role]
    return "; ".join(parts)


def _names(columns: Sequence[TableColumn]) -> str:
    names = [column["name"] for column in columns]
    return ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")


def notes_on_columns(columns: Sequence[TableColumn], matching: Matching) -> Iterator[str]:
    """What becomes of columns that are no plain features, or were left out by no setting."""
    empty = [
        each for each in columns if each.get("why") == NO_VALUE and each["name"] not in matching.left_out
    ]
    if empty:
        yield f"{_names(empty)}: {NO_VALUE}, so {'it is' if len(empty) == 1 else 'they are'} left out."
    for column in columns:
        name, why = column["name"], column.get("why")
        if column["role"] == "group":
            yield f"{name} is no feature: rows with the same value of it share a split."
        elif column["role"] == "time":
            yield f"{name} is no feature: the latest rows by it are the test, so a row may change its split."
        elif column["role"] == "ignored" and why not in (None, NO_VALUE) and name not in matching.left_out:
            yield f"{name}: {why}, so it is left out; name it in `categorical` to keep it."
        elif why == MIXTURE:
            yield f"{name} holds {why}, so its values are taken for names."


def notes_on_gaps(spellings: Sequence[str], profiles: Iterable[Profile]) -> Iterator[str]:
    """Of `spellings` that a person gave for no value, those that no cell has: -999 is not -999.0.

    What everybody writes, as nothing at all, may come after the heads.
    """
    found = {gap for profile in profiles for gap in profile.gaps} | MISSING
    unseen = [text for text in spellings if bare(text).lower() not in found]
    if unseen:
        yield (
            f"The setting missing names {', '.join(map(excerpt, unseen[:_NAMED]))}, which no cell that was "
            "looked at holds: give it as the files spell it."
        )


def notes_on_file(
    table: Table, number: int, matching: Matching, target: Target, found: Recognised, first: Table
) -> Iterator[str]:
    """`number` is the file's place among all, from 0; the first one has the notes on the label."""
    yield from table.notes
    if found.decimal == ",":
        yield f"{table.key}: numbers have a decimal comma."
    place = matching.places[number]
    asked = {place[name] for name in matching.wanted if name in place}
    out = {at: why for at, why in table.left_out.items() if at not in asked}
    if number == 0:
        unread = {
            *matching.left_out,
            *(name for name, what in matching.wanted.items() if what in _NO_FEATURES),
        }
        others = {place[name] for name in unread if name in place}
        yield from notes_on(replace(table, left_out=out), place[matching.label], bool(target.text), others)
    else:
        yield from (f"{table.key}: {why}: left out." for why in out.values())
        shared = [name for name in names_of(table) if name not in matching.left_out]
        if shared != [name for name in names_of(first) if name not in matching.left_out]:
            yield f"{table.key} has its columns in another order than {first.key}: read by name."
    if found.unlabelled:
        which = f"{found.unlabelled} of {'' if found.is_all else 'the first '}{rows_of(found)} rows"
        yield f"{table.key}: {which} have no label ({matching.label}), and are left out."
