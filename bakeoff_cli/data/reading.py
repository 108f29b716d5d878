"""What a file will be read as, told by its head before any of it is sent.

The one place where the command asks the domain what data are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bakeoff.domain.intake.foreign import is_named_as_data, is_system_name
from bakeoff.domain.intake.settings_file import INPUTS, SETTINGS_NAME, is_settings_file
from bakeoff.domain.planning.settings import Said
from bakeoff.domain.planning.snapshot import SnapshotOptions, read_together
from bakeoff.domain.planning.tasks import refuse_of_other_task, task_of_table
from bakeoff.domain.reading.mixed.settings import ColumnSettings
from bakeoff.domain.reading.mixed.telling import described
from bakeoff.domain.reading.recognise import Recognised, look_at
from bakeoff.domain.reading.table import Table
from bakeoff.domain.reading.target import Target
from bakeoff_cli.data.files import readable_file

__all__ = [
    "SETTINGS_NAME",
    "ColumnSettings",
    "FileReading",
    "SnapshotOptions",
    "Target",
    "is_named_as_data",
    "is_settings",
    "is_system_name",
    "look_into",
    "readings_of",
    "table_of",
]

NOTHING = Said({})


def is_settings(name: str) -> bool:
    """Whether the file of that name below Inputs/ is no data, and says how to compare on those beside it."""
    return is_settings_file(f"{INPUTS}{name}")


@dataclass(frozen=True)
class FileReading:
    """`label` is what is predicted; `features` counts the columns beside it; `header` is its line. `columns`
    says in one line what those of a mixed table are.
    """

    format: str
    features: int
    label: str
    header: str | None = None
    notes: tuple[str, ...] = ()
    columns: str | None = None

    def sentences(self, name: str) -> tuple[str, ...]:
        """What was found, and whatever was assumed about it."""
        header = f"CSV {'with' if self.header else 'without'} a header"
        kind = {"libsvm": "libsvm", "parquet": "Parquet"}.get(self.format, header)
        if self.columns:
            return (f"{name}: {kind}; {self.columns}.", *self.notes)
        columns = "1 feature" if self.features == 1 else f"{self.features} features"
        return (f"{name}: {kind}, {columns}; predicted is {self.label}.", *self.notes)

    def as_json(self) -> dict[str, Any]:
        return {
            "format": self.format,
            "features": self.features,
            "label": self.label,
            "notes": list(self.notes),
            **({"columns": self.columns} if self.columns else {}),
        }


def look_into(
    path: Path, options: SnapshotOptions, name: str | None = None, said: Said = NOTHING
) -> FileReading:
    """What the file is by its first bytes. Sentences call it `name`, or by its path; `said` is what holds for
    it.

    Raises RequestError or ConstantLabel, with the sentence of a run's plan.
    """
    table = table_of(path, name or str(path), options)
    return readings_of([table], {table.key: path.stat().st_size}, options, said)[0]


def table_of(path: Path, name: str, options: SnapshotOptions | None = None) -> Table:
    """What the head of the file shows. Raises RequestError for one that is no table."""
    size = readable_file(path).stat().st_size
    named = options.named if options else ()

    def head(most: int) -> bytes:
        with path.open("rb") as file:
            return file.read(most)

    def tail(most: int) -> bytes:
        with path.open("rb") as file:
            file.seek(max(0, size - most))
            return file.read(most)

    return look_at(name, size, head, tail, named)


def readings_of(
    tables: Sequence[Table], sizes: Mapping[str, int], options: SnapshotOptions, said: Said = NOTHING
) -> list[FileReading]:
    """The tables as one run reads them together, of which a person `said` something. Raises RequestError or
    ConstantLabel as its plan would.
    """
    together = read_together(tables, sizes, options)
    for name, value in said.values.items():
        refuse_of_other_task(said, name, value, task_of_table(together.table))
    columns = described(together.table["columns"]) if together.table else None
    readings = [
        FileReading(one.format, one.feature_dim, _label(one), one.header, one.notes, columns)
        for one in together.found
    ]
    # What is said of all files is said once.
    return [replace(readings[0], notes=(*together.notes, *readings[0].notes)), *readings[1:]]


def _label(found: Recognised) -> str:
    if found.format == "libsvm":
        return "the first number of each line"
    return f"the column {found.target!r}" if found.target else f"column {found.position}"
