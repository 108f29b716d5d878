"""What a file will be read as, told by its head before any of it is sent.

The one place where the command asks the domain what data are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bakeoff.domain.data_format import HEAD_BYTES, DataFormat, recognise
from cli.files import readable_file

_SYSTEM_NAMES = frozenset(
    {"_success", "_metadata", "_common_metadata", "_temporary", "__macosx", "thumbs.db", "desktop.ini"}
)


@dataclass(frozen=True)
class Reading:
    """`label` is what is predicted; `features` counts the columns beside it; `header` is its line."""

    format: str
    features: int
    label: str
    header: str | None = None
    notes: tuple[str, ...] = ()

    def sentences(self, name: str) -> tuple[str, ...]:
        """What was found, and whatever was assumed about it."""
        columns = "1 feature" if self.features == 1 else f"{self.features} features"
        kind = "libsvm" if self.format == "libsvm" else f"CSV {'with' if self.header else 'without'} a header"
        return (f"{name}: {kind}, {columns}; predicted is {self.label}.", *self.notes)

    def as_json(self) -> dict[str, Any]:
        return {
            "format": self.format,
            "features": self.features,
            "label": self.label,
            "notes": list(self.notes),
        }


def look_into(path: Path, target: str = "") -> Reading:
    """What the file is by its first bytes; `target` is the column to predict, "" the first.

    Raises RequestError with the sentence that the plan of a run would end with.
    """
    with readable_file(path).open("rb") as file:
        head = file.read(HEAD_BYTES)
    found = recognise(str(path), head)
    return Reading(found.format, found.feature_dim, _label(found, target), found.header)


def is_system_file(parts: Iterable[str]) -> bool:
    """Whether a path's parts tell of a file that a system left there, such as .DS_Store or _SUCCESS."""
    return any(part.startswith(".") or part.lower() in _SYSTEM_NAMES for part in parts)


def _label(found: DataFormat, target: str) -> str:
    if found.format == "libsvm":
        return "the number that each line begins with"
    if target:
        return f"column {target!r}"
    if found.header and found.delimiter:
        first = found.header.split(found.delimiter)[0].strip().strip('"')
        return f"the first column, {first!r}"
    return "the first column"
