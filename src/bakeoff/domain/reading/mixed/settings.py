"""What a person says of single columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bakeoff.domain.statistics.registry import TaskKind


@dataclass(frozen=True)
class ColumnSettings:
    """Columns are named as people name them: by name, or by position from 1. `sources` say who set what.
    `task` is None where the label tells; `positive` is a class of the label.
    """

    ignore: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    group: str | None = None
    time: str | None = None
    missing: tuple[str, ...] = ()
    task: TaskKind | None = None
    positive: str | None = None
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def given(self) -> list[str]:
        """The names of those settings that say anything."""
        said = {
            "ignore": self.ignore,
            "categorical": self.categorical,
            "group": self.group,
            "time": self.time,
            "missing": self.missing,
            # Classes are read as any text; numbers alone need no more than plain tables have.
            "task": self.task == "classification",
        }
        return [name for name, value in said.items() if value]

    def named(self) -> dict[str, tuple[str, ...]]:
        """The columns that each setting names, by the settings' names."""
        return {
            "ignore": self.ignore,
            "categorical": self.categorical,
            "group": (self.group,) if self.group else (),
            "time": (self.time,) if self.time else (),
        }

    def source(self, setting: str) -> str:
        return self.sources.get(setting, "the settings")


NO_COLUMN_SETTINGS = ColumnSettings()
