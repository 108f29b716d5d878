"""A file of settings, as bakeoff.yaml beside the data has them, checked as a run's plan would check it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from bakeoff.domain.intake.settings_file import INPUTS, settings_file_among
from bakeoff.domain.planning.folds import folds_asked
from bakeoff.domain.planning.settings import (
    MAX_BYTES,
    Said,
    Vocabulary,
    columns_of,
    entries_of,
    read_settings,
    resolve,
)
from bakeoff.domain.planning.settings.vocabulary import parameter_of
from bakeoff.domain.ports import StoredObject
from bakeoff_cli.data.files import readable_file
from bakeoff_cli.data.reading import ColumnSettings, Target
from bakeoff_cli.settings.algorithms import known, names_in
from bakeoff_cli.settings.parameters import declared_parameters

FOLDS = "folds"


@cache
def vocabulary() -> Vocabulary:
    """The settings of this checkout, which are those of a stack that was deployed from it."""
    from bakeoff.catalogue import read_vocabulary

    return read_vocabulary()


def settings_in(path: Path, name: str | None = None) -> Said:
    """What a file says, which sentences call by its path if it has no other `name`; one that has was made of
    options, and nobody knows its lines.

    Raises BadInput, or InvalidSettings or InvalidAlgorithms with the plan's sentence.
    """
    with readable_file(path).open("rb") as file:
        said = settings_of(name or str(path), file.read(MAX_BYTES + 1))
    return replace(said, keys={}, places={}) if name else said


def settings_of(name: str, body: bytes) -> Said:
    """What the content of a file of that name says; else as `settings_in`."""
    return checked(read_settings(name, body))


def checked(said: Said) -> Said:
    """`said` itself. Raises InvalidSettings or InvalidAlgorithms for what cannot hold."""
    values = vocabulary().checked(said)
    if "algorithms" in values:
        entries_of(known(), values["algorithms"], said)
    return said


def target_of(said: Said) -> Target | None:
    """The column that it names, if it does."""
    value = said.values.get("target")
    return None if value is None else Target(str(value), str(said.source))


def folds_in(said: Said, parameters: Mapping[str, str]) -> int:
    """How many folds a run of the data has: as it says, or else the stack's parameters."""
    return int(vocabulary().checked(said).get(FOLDS, parameters.get(parameter_of(FOLDS), 0)))


def refuse_contradictory(said: Said, parameters: Mapping[str, str]) -> None:
    """Raise InvalidSettings or InvalidAlgorithms for what the plan of a run would refuse although each
    setting by itself can hold. `parameters` are the stack's; those with their defaults may be left out.
    """
    declared = declared_parameters()
    of_the_stack = {
        name: value_of(name, parameters.get(slot, str(declared[slot]["Default"])))
        for name in vocabulary().of_the_stack
        if (slot := parameter_of(name))
    }
    stack = Said({name: None if value == "" else value for name, value in of_the_stack.items()})
    settings = resolve(vocabulary(), [said, stack])
    # Without folds nothing contradicts, and a stack may have algorithms that this checkout does not know.
    if settings.document["folds"]["value"]:
        folds_asked(settings, settings.entries(known()))


def value_of(name: str, text: str) -> Any:
    """A text as a value of the setting; one that ought to be a number and is none stays what it is, which no
    plan takes.
    """
    kind = vocabulary().schema["properties"][name].get("type")
    if kind == "array":
        return names_in(text)
    return _number(text) if kind in ("integer", "number", ["number", "null"]) else text


def _number(text: str) -> int | float | str:
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def columns_in(said: Said) -> ColumnSettings:
    """What it says of single columns."""
    settings = {name: {"value": value} for name, value in vocabulary().checked(said).items()}
    return columns_of(settings, {name: str(said.source) for name in settings})


def refuse_misnamed(names: Iterable[str]) -> None:
    """Raise InvalidSettings for a name below Inputs/ that is meant as the settings' file and is not it."""
    settings_file_among(StoredObject(f"{INPUTS}{name}", "", "", 0) for name in names)
