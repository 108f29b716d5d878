"""What a run is asked for, and what its candidates become once the data are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bakeoff.domain.errors import InvalidSettings
from bakeoff.domain.intake.data_sets import DATA_SET, DataSets
from bakeoff.domain.intake.settings_file import INPUTS
from bakeoff.domain.messages import excerpt
from bakeoff.domain.planning.algorithms import Entry
from bakeoff.domain.planning.candidates import on_views
from bakeoff.domain.planning.scripts import Script
from bakeoff.domain.planning.sections import on_classes
from bakeoff.domain.planning.settings import Resolved
from bakeoff.domain.planning.snapshot import Snapshot
from bakeoff.domain.planning.tasks import task_of_table
from bakeoff.domain.ports import StoredObject
from bakeoff.domain.run.documents import PlannedCandidate
from bakeoff.domain.run.files import WritableRunFiles


@dataclass(frozen=True)
class Request:
    """What a run is asked for: the `folder` of its data set with what is `listed` of it, its settings, and
    what they name, `candidates` as a plain table needs them.
    """

    folder: str
    listed: Sequence[StoredObject]
    settings_file: StoredObject | None
    settings: Resolved
    entries: Sequence[Entry]
    folds: int
    scripts: Mapping[str, Script]
    spark_image_uri: str
    candidates: list[PlannedCandidate]


def candidates_on(snapshot: Snapshot, request: Request, run: WritableRunFiles) -> list[PlannedCandidate]:
    """As the table and its task need them."""
    candidates = request.candidates
    if snapshot.table:
        candidates = on_views(candidates, request.entries, run)
    if task_of_table(snapshot.table) == "classification":
        candidates = on_classes(candidates, request.entries)
    return candidates


def data_set_of(
    given: Mapping[str, Any], listed: Sequence[StoredObject]
) -> tuple[str, Sequence[StoredObject]]:
    """The folder of the data set that a run is about, and its objects.

    Raises InvalidSettings for the name of none.
    """
    sets = DataSets.among(item.key for item in listed)
    folder = sets.of_run(given)
    if DATA_SET in given and (not isinstance(given[DATA_SET], str) or folder not in sets.folders[:-1]):
        names = ", ".join(sorted(each.removeprefix(INPUTS).rstrip("/") for each in sets.folders[:-1]))
        raise InvalidSettings(
            f"The execution's input: {DATA_SET} {excerpt(given[DATA_SET])} is no folder below {INPUTS} with "
            f"a bakeoff.yaml: {f'there are {names}.' if names else 'leave it out.'}"
        )
    return folder, sets.members(folder, listed)
