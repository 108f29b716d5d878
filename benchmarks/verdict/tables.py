"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

COST = ("seconds", "of processor time", "load average before", "MiB at the peak")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def share(value: float) -> str:
    return f"{100 * value:.1f}%"


def rate(rate: Mapping[str, float]) -> str:
    interval = f"95% interval {share(rate['low'])} to {share(rate['high'])}"
    return f"{rate['count']} of {rate['trials']} ({share(rate['share'])}, {interval})"


def cost(cell: Mapping[str, Any]) -> tuple[str, ...]:
    """What a measurement took, as the columns COST head it."""
    return (
        f"{cell['seconds']:.1f}",
        f"{cell['cpu_seconds']:.1f}",
        f"{cell['load_average_before']:.1f}",
        f"{cell['peak_bytes'] / 2**20:.0f}",
    )
