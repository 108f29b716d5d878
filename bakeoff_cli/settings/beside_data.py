"""A file of settings, as bakeoff.yaml beside the data has them, checked as a run's plan would check it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from bakeoff.domain.intake.settings_file import INPUTS, settings_file_among
from bakeoff.domain.planning.settings import (
    MAX_BYTES,
    Said,
    Vocabulary,
    columns_of,
    entries_of,
    read_settings,
)
from bakeoff.domain.planning.settings.vocabulary import parameter_of
from bakeoff.domain.ports import StoredObject
from bakeoff_cli.data.files import readable_file
from bakeoff_cli.data.reading import ColumnSettings, Target
from bakeoff_cli.settings.algorithms import known

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


def columns_in(said: Said) -> ColumnSettings:
    """What it says of single columns."""
    settings = {name: {"value": value} for name, value in vocabulary().checked(said).items()}
    return columns_of(settings, {name: str(said.source) for name in settings})


def refuse_misnamed(names: Iterable[str]) -> None:
    """Raise InvalidSettings for a name below Inputs/ that is meant as the settings' file and is not it."""
    settings_file_among(StoredObject(f"{INPUTS}{name}", "", "", 0) for name in names)
