"""Which uploads belong together: a folder with settings of its own is a data set of its own.

Everything else below Inputs/ is the stack's one default data set.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from bakeoff.domain.intake.settings_file import INPUTS, SETTINGS_NAME, is_settings_file
from bakeoff.domain.ports import StoredObject

DATA_SET = "dataset"
"""The key of an execution's input that names a folder below Inputs/, for a run that no upload started."""


@dataclass(frozen=True)
class DataSets:
    """`folders` are prefixes of keys, the deepest first, and Inputs/ last."""

    folders: tuple[str, ...]

    @classmethod
    def among(cls, keys: Iterable[str]) -> Self:
        """Those of all uploads, by the settings' files among them."""
        own = {key.removesuffix(SETTINGS_NAME) for key in keys if is_settings_file(key)}
        return cls(tuple(sorted(own | {INPUTS}, key=len, reverse=True)))

    def of(self, key: str) -> str:
        """The folder of the data set that an upload belongs to."""
        return next((folder for folder in self.folders if key.startswith(folder)), INPUTS)

    def of_run(self, execution_input: Any) -> str:
        """The folder of the data set that a run is about: that of the upload that started it, or the one that
        its input names, which need not exist.
        """
        given = execution_input if isinstance(execution_input, dict) else {}
        if isinstance(name := given.get(DATA_SET), str):
            return f"{INPUTS}{name.strip('/')}/"
        return self.of(trigger_key(given) or INPUTS)

    def members(self, folder: str, listed: Iterable[StoredObject]) -> Sequence[StoredObject]:
        return [item for item in listed if self.of(item.key) == folder]


def trigger_key(execution_input: Any) -> str | None:
    """The key of the upload that started a run, if one did."""
    trigger = execution_input.get("trigger") if isinstance(execution_input, dict) else None
    key = trigger.get("key") if isinstance(trigger, dict) else None
    return key if isinstance(key, str) else None
