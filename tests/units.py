"""What a run's Map goes through, as the domain stored it."""

from __future__ import annotations

from typing import cast

from bakeoff.domain.datasets.checking import check_datasets
from bakeoff.domain.ports import RunStore
from bakeoff.domain.run.documents import PlannedCandidate
from bakeoff.domain.run.files import UNITS, WritableRunFiles


def checked_units(store: RunStore, run_id: str) -> list[PlannedCandidate]:
    """The items that checking the prepared data leaves."""
    run = WritableRunFiles(store, run_id)
    check_datasets(store, run)
    return cast("list[PlannedCandidate]", store.read_json(run.key(UNITS)))
