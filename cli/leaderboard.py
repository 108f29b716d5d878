"""A run's comparison.json as a table: the candidates ranked, the baseline below them, the failed last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from cli.text import one_line

Comparison = Mapping[str, Any]
# Together with names of 14 characters as wide as a terminal of 80 columns.
_HEADINGS = ("RMSE", "MAE", "R2", "Acc. %", "p50 ms", "Train s")


@dataclass(frozen=True)
class Row:
    """A line of the table; `place` is a rank, or the word for what has none.

    `latency_ms` is the median of single-row requests.
    """

    place: str
    name: str
    metrics: Mapping[str, float | None]
    latency_ms: float | None = None
    training_seconds: float | None = None


def ranking(comparison: Comparison) -> Iterator[Row]:
    """The candidates, which comparison.json holds best first, with the baseline before those that failed."""
    candidates = comparison["candidates"]
    completed = [candidate for candidate in candidates if candidate["status"] == "completed"]
    for rank, candidate in enumerate(completed, start=1):
        yield _row(str(rank), candidate)
    if baseline := comparison.get("baseline"):
        yield Row("-", baseline["name"], baseline["metrics"])
    for candidate in candidates:
        if candidate["status"] != "completed":
            yield _row(candidate["status"], candidate)


def leaderboard(comparison: Comparison) -> Table:
    """The ranking as a table; accuracy is the original sample's, in percent."""
    table = Table(title=_title(comparison), box=box.ASCII2, title_justify="left")
    table.add_column("Rank", justify="right", no_wrap=True)
    table.add_column("Candidate", overflow="fold")
    for heading in _HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in ranking(comparison):
        # Text, because a cell given as a string is read as rich's markup.
        table.add_row(*map(Text, map(one_line, _cells(row))))
    return table


def _title(comparison: Comparison) -> str:
    dataset = comparison["dataset"]
    scored = dataset.get("scored", dataset["test"])
    sampled = "" if scored == dataset["test"] else f", {scored} of them scored"
    name = one_line(comparison["run_id"])
    return f"{name}: {dataset['train']} rows to train, {dataset['test']} to test{sampled}"


def _row(place: str, candidate: Mapping[str, Any]) -> Row:
    return Row(
        place=place,
        name=candidate["name"],
        metrics=candidate["metrics"] or {},
        latency_ms=(candidate.get("latency_ms") or {}).get("p50"),
        training_seconds=candidate["training_seconds"],
    )


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.place,
        row.name,
        *(_number(row.metrics.get(name), 4) for name in ("rmse", "mae")),
        _number(row.metrics.get("r2"), 3),
        _number(row.metrics.get("accuracy"), 2),
        _number(row.latency_ms, 1),
        _number(row.training_seconds, 1),
    )


def _number(value: float | None, digits: int) -> str:
    # Plus zero, because a rounded -0.0002 would keep its sign.
    return "-" if value is None else f"{round(value, digits) + 0.0:.{digits}f}"
