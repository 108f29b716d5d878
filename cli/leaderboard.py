"""A run's comparison.json as a person reads it: a ranking, and one line with the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from cli.text import one_line

Comparison = Mapping[str, Any]
_LOWER_IS_BETTER = frozenset({"rmse", "mae"})


@dataclass(frozen=True)
class Row:
    """One candidate; `rank` and `metrics` are None for one that did not finish."""

    rank: int | None
    name: str
    status: str
    metrics: Mapping[str, float] | None
    training_seconds: float | None
    error: str | None


def ranking(comparison: Comparison) -> tuple[Row, ...]:
    """The candidates, best first by the comparison's own metric, then those that did not finish."""
    metric = str(comparison["metric"])
    sign = 1 if metric in _LOWER_IS_BETTER else -1
    candidates = comparison["candidates"]
    finished = [candidate for candidate in candidates if candidate["status"] == "completed"]
    finished.sort(key=lambda candidate: sign * float(candidate["metrics"][metric]))
    others = [candidate for candidate in candidates if candidate["status"] != "completed"]
    ranked = [_row(candidate, rank) for rank, candidate in enumerate(finished, start=1)]
    return (*ranked, *(_row(candidate, None) for candidate in others))


def leaderboard(comparison: Comparison) -> Table:
    """The ranking as a table; accuracy is the original sample's, in percent."""
    dataset = comparison["dataset"]
    table = Table(
        title=f"{comparison['run_id']}: {dataset['train']} rows to train, {dataset['test']} to test",
        box=box.ASCII2,
        title_justify="left",
    )
    table.add_column("Rank", justify="right")
    table.add_column("Candidate", no_wrap=True)
    for heading in ("RMSE", "MAE", "R2", "Accuracy %", "Training s"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Status")
    for row in ranking(comparison):
        # Text, because a cell given as a string is read as rich's markup.
        table.add_row(*map(Text, _cells(row)))
    return table


def failures(comparison: Comparison) -> Iterator[str]:
    """One line for each candidate that did not finish, with its reason."""
    for row in ranking(comparison):
        if row.rank is None:
            yield f"{row.name} did not finish: {one_line(row.error or 'no reason was recorded')}"


def verdict_line(comparison: Comparison) -> str:
    """The verdict in one sentence; it claims no more than the comparison's own test does."""
    verdict, metric = comparison["verdict"], str(comparison["metric"]).upper()
    best = verdict["best"]
    if best is None:
        return "No verdict: no candidate finished."
    if not verdict["comparisons"]:
        return f"No verdict: only {best} finished, so there is nothing to compare it with."
    differences = "; ".join(_difference(entry, verdict["confidence"]) for entry in verdict["comparisons"])
    if verdict["outcome"] == "winner":
        return f"Winner: {best} has the lowest {metric} and the difference is real ({differences})."
    if verdict["outcome"] == "tie":
        tied, recommended = _and(verdict["tied_with_best"]), verdict["recommended"]
        return f"Tie: {best} leads, but not provably before {tied}; use {recommended} ({differences})."
    return f"Inconclusive: {best} has the lowest {metric}, which proves no difference ({differences})."


def _row(candidate: Mapping[str, Any], rank: int | None) -> Row:
    return Row(
        rank=rank,
        name=candidate["name"],
        status=candidate["status"],
        metrics=candidate["metrics"],
        training_seconds=candidate["training_seconds"],
        error=candidate["error"],
    )


def _cells(row: Row) -> tuple[str, ...]:
    metrics = row.metrics or {}
    return (
        "-" if row.rank is None else str(row.rank),
        row.name,
        *(_number(metrics.get(name), 4) for name in ("rmse", "mae", "r2")),
        _number(metrics.get("accuracy"), 2),
        _number(row.training_seconds, 1),
        row.status,
    )


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _difference(entry: Mapping[str, Any], confidence: float) -> str:
    """The difference to the best with as much of its test as was made."""
    text = f"{entry['candidate']} {entry['difference']:+.4f}"
    if entry["ci_low"] is not None:
        text += f", {confidence:.0%} interval {entry['ci_low']:+.4f} to {entry['ci_high']:+.4f}"
    if entry["p_value_adjusted"] is not None:
        text += f", p = {entry['p_value_adjusted']:.3g}"
    return text


def _and(names: Sequence[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)
