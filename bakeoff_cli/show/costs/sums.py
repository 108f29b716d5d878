"""Receipts of many runs, added up by day, month or data set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rich.table import Table
from rich.text import Text

from bakeoff.domain.cost.words import between
from bakeoff.domain.run.documents import Receipt
from bakeoff_cli.text import counted, one_line

UNPLANNED = "without a plan"
"""In the place of the data set, of runs that ended before anybody knew it."""


def _data_set(receipt: Receipt) -> str:
    return receipt["data_set"] or "Inputs/" if receipt.get("planned", True) else UNPLANNED


GROUPINGS: Mapping[str, Callable[[Receipt], str]] = {
    "day": lambda receipt: receipt["made_at"][:10],
    "month": lambda receipt: receipt["made_at"][:7],
    "data-set": _data_set,
}
_NAMED = 20


@dataclass(frozen=True)
class Sum:
    """Of some runs, in one currency; `incomplete` is how many of them have something without a price."""

    name: str
    currency: str
    runs: int
    low: Decimal
    high: Decimal
    incomplete: int

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "currency": self.currency,
            "runs": self.runs,
            "low": f"{self.low:f}",
            "high": f"{self.high:f}",
            "incomplete": self.incomplete,
        }


def sums(receipts: Sequence[Receipt], by: str) -> list[Sum]:
    """One for each group and currency, in the order of their names, and for each currency one of them all."""
    groups: dict[tuple[str, str], list[Receipt]] = {}
    for receipt in receipts:
        groups.setdefault((GROUPINGS[by](receipt), receipt["currency"]), []).append(receipt)
    found = [_sum(*key, groups[key]) for key in sorted(groups)]
    currencies = sorted({each.currency for each in found})
    everything = [_sum("all", each, [r for r in receipts if r["currency"] == each]) for each in currencies]
    return [*found, *everything]


def sums_table(found: Sequence[Sum], by: str) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(by.replace("-", " ").capitalize(), overflow="fold")
    table.add_column("Runs", justify="right")
    table.add_column("Cost", justify="right", no_wrap=True)
    for each in found:
        told = between(f"{each.low:f}", f"{each.high:f}", each.currency)
        more = " and more" if each.incomplete else ""
        table.add_row(Text(one_line(each.name)), Text(str(each.runs)), Text(f"{told}{more}"))
    return table


def left_out(runs: Sequence[str]) -> Iterator[str]:
    """The runs without a receipt, of which nobody knows what they cost; nothing where there is none."""
    if runs:
        more = f" and {len(runs) - _NAMED} more, which --json names" if len(runs) > _NAMED else ""
        names = ", ".join(map(one_line, runs[:_NAMED]))
        count = counted(len(runs), "run")
        yield f"Cost unknown of {count} without a receipt (yet), in no sum: {names}{more}."


def _sum(name: str, currency: str, receipts: Sequence[Receipt]) -> Sum:
    return Sum(
        name,
        currency,
        len(receipts),
        sum((Decimal(each["total_low"]) for each in receipts), Decimal(0)),
        sum((Decimal(each["total_high"]) for each in receipts), Decimal(0)),
        sum(bool(each["unknown"]) for each in receipts),
    )
