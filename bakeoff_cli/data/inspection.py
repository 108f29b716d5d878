"""The look into files before they are sent: what each will be read as, and what no run could read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bakeoff.domain.errors import DataError, NotATable, RequestError
from bakeoff.domain.planning.settings import Said
from bakeoff_cli.data.choice import Choice, Chosen
from bakeoff_cli.data.reading import (
    NOTHING,
    FileReading,
    SnapshotOptions,
    is_named_as_data,
    is_settings,
    readings_of,
    table_of,
)
from bakeoff_cli.errors import BadInput


@dataclass(frozen=True)
class Inspection:
    """`readings` are by the files' names; `faults` are the sentences with which a plan would refuse them."""

    readings: Mapping[str, FileReading]
    faults: tuple[str, ...]


def without_foreign(choice: Choice) -> tuple[Choice, tuple[str, ...]]:
    """Of a folder, only data: each run would ignore what else lies beside them. Also why each was left out.

    Raises BadInput when nothing is left.
    """
    why = {file.path: reason for file in choice.files if (reason := _why_foreign(file))}
    files = tuple(file for file in choice.files if file.path not in why)
    if not files:
        raise BadInput(f"{next(iter(why.values()))} No other file of the folder holds data.")
    return Choice(files, (*choice.skipped, *why)), tuple(why.values())


def _why_foreign(file: Chosen) -> str | None:
    """Why a file that only its folder was named for is no table at all; None for any other."""
    if not file.of_folder or is_named_as_data(file.name) or is_settings(file.name):
        return None
    try:
        table_of(file.path, file.name)
    except NotATable as err:
        return str(err)
    except RequestError:
        pass  # data all the same, which `inspect` refuses
    return None


def inspect(files: Sequence[Chosen], options: SnapshotOptions, said: Said = NOTHING) -> Inspection:
    """Look into files that one run is to read together, of which a person `said` something; of those that are
    no tables there is no reading.
    """
    tables, faults = [], list[str]()
    for file in sorted(files, key=lambda file: file.name):
        try:
            tables.append(table_of(file.path, file.name, options))
        except RequestError as err:
            faults.append(str(err))
    sizes = {file.name: file.path.stat().st_size for file in files}
    readings = dict[str, FileReading]()
    try:
        # Only tables can be checked against each other.
        if tables:
            together = readings_of(tables, sizes, options, said)
            readings = {table.key: reading for table, reading in zip(tables, together, strict=True)}
    except (RequestError, DataError) as err:
        faults.append(str(err))
    return Inspection(readings, tuple(faults))
