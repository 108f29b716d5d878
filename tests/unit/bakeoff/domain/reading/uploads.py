"""Small tables as people upload them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from bakeoff.domain.planning.snapshot import Snapshot, SnapshotOptions, take_snapshot
from bakeoff.domain.reading.mixed.settings import NO_COLUMN_SETTINGS, ColumnSettings
from bakeoff.domain.reading.target import Target
from bakeoff.domain.run.files import RunFiles
from tests.fakes import InMemoryRunStore

COLUMNS = ("price", "area", "slope", "age")


def rows_of(seed: int = 1, count: int = 40) -> list[list[str]]:
    chance = random.Random(seed)
    return [
        [f"{chance.uniform(-50, 50):.3f}", *(f"{chance.uniform(-9, 9):.2f}" for _ in COLUMNS[1:])]
        for _ in range(count)
    ]


def csv_of(
    rows: Sequence[Sequence[str]], header: Sequence[str] | None = COLUMNS, delimiter: str = ","
) -> bytes:
    lines = [*([header] if header else []), *rows]
    return "".join(delimiter.join(line) + "\n" for line in lines).encode()


def with_column(place: int, value: Callable[[int], str], name: str) -> bytes:
    """The table with one more column; `value` gets the row's number from 0."""
    rows = [[*row[:place], value(number), *row[place:]] for number, row in enumerate(rows_of())]
    return csv_of(rows, [*COLUMNS[:place], name, *COLUMNS[place:]])


def snapshot_of(
    files: dict[str, bytes],
    target: str = "",
    feature_count: int = 0,
    tolerated: float = 0.01,
    columns: ColumnSettings = NO_COLUMN_SETTINGS,
) -> Snapshot:
    store = InMemoryRunStore()
    for name, body in files.items():
        store.put(f"Inputs/{name}", body)
    return take_snapshot(
        store,
        RunFiles(store, "run-1"),
        store.list_inputs(),
        SnapshotOptions(feature_count, Target(target), tolerated, columns=columns),
    )
