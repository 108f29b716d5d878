"""Which uploads start a run, and which run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from bakeoff.domain.collecting import ErrorCollector
from bakeoff.domain.intake.foreign import is_system_name
from bakeoff.domain.intake.settings_file import is_settings_file
from bakeoff.domain.run.names import run_id_of


@dataclass(frozen=True)
class Upload:
    """One created object: `key` is decoded, `version_id` is empty in an unversioned bucket."""

    bucket: str
    key: str
    bytes: int
    version_id: str
    sequencer: str

    @property
    def run_id(self) -> str:
        return run_id_of(self.bucket, self.key, self.version_id or self.sequencer)

    @property
    def starts_run(self) -> bool:
        """False for folder markers, empty objects and hidden files, which consoles and tools leave behind.

        Settings that are empty now may have said something before.
        """
        if is_settings_file(self.key):
            return True
        return self.bytes > 0 and not self.key.endswith("/") and not is_system_name(self.key)


class RunStarter(Protocol):
    def start(self, run_id: str, execution_input: Mapping[str, Any]) -> bool:
        """False when a run of that name exists already."""


def start_runs(
    starter: RunStarter, uploads: Iterable[Upload], errors: ErrorCollector
) -> dict[str, list[str]]:
    """Start a run for each upload of data or settings; a repeated event finds its run there and starts none.

    Returns the run ids `started` and `repeated`, and the keys `ignored`. What fails stops no other upload
    and is left to `errors`.
    """
    outcome: dict[str, list[str]] = {"started": [], "repeated": [], "ignored": []}
    for upload in uploads:
        if not upload.starts_run:
            outcome["ignored"].append(upload.key)
            continue
        with errors.collecting():
            is_new = starter.start(upload.run_id, {"trigger": asdict(upload)})
            outcome["started" if is_new else "repeated"].append(upload.run_id)
    return outcome
