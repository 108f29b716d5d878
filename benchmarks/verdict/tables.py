"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def share(value: float) -> str:
    return f"{100 * value:.1f}%"


def rate(rate: Mapping[str, float]) -> str:
    interval = f"95% interval {share(rate['low'])} to {share(rate['high'])}"
    return f"{rate['count']} of {rate['trials']} ({share(rate['share'])}, {interval})"
