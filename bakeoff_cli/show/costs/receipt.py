"""A receipt as a person reads it: the total, then a line for each thing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.table import Table
from rich.text import Text

from bakeoff.domain.cost.accounting import within
from bakeoff.domain.cost.words import between, is_rehearsal, named, spoken, told
from bakeoff.domain.run.documents import Receipt
from bakeoff_cli.text import one_line

NOTHING = "-"


def most_in(plan: Any) -> str | None:
    """What a plan says that its run may cost; None of one that does not, or not as a plan does."""
    try:
        most = one_line(told(plan["cost"]))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None
    return (
        f"What it may cost at most is {most}."
        if plan["cost"]["amount"] is None
        else f"By list prices it may cost {most} at most; usually it is far less."
    )


def total_of(receipt: Receipt) -> str:
    """One sentence."""
    run = f"the run {receipt['run_id']}"
    if receipt["lines"] and not any(line["price"] for line in receipt["lines"]):
        return f"What {run} cost is unknown: no price is known of anything that it used."
    told = between(receipt["total_low"], receipt["total_high"], receipt["currency"])
    dates = sorted({line["price"]["published"] for line in receipt["lines"] if line["price"]})
    prices = f"list prices of {receipt['region']}, {dates[0]} to {dates[-1]}" if dates else "no known price"
    if is_rehearsal(receipt):
        return f"A rehearsal: by {prices}, the seconds of {run} would have cost {told}."
    return f"The run {receipt['run_id']} cost {told}, by {prices}."


def notes_of(receipt: Receipt) -> Iterator[str]:
    """What the figures hold, and what they do not."""
    if receipt["worst_case"] is not None:
        most = spoken(receipt["worst_case"], receipt["currency"], up=True)
        exceeded = ", which it exceeded" if within(receipt) is False else ""
        yield f"Before it began, the plan said {most} at most{exceeded}."
    if not receipt.get("planned", True):
        yield "It ended before it had a plan, and paid for nothing but its turn and planning."
    yield from (f"Not in it: {one_line(each['why'].rstrip('.'))}." for each in receipt["unknown"])
    yield receipt["note"]


def receipt_table(receipt: Receipt) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("What", overflow="fold")
    table.add_column("Seconds, or count", justify="right")
    table.add_column("Amount", justify="right", no_wrap=True)
    for line in receipt["lines"]:
        measure = line["low"] if line["low"] == line["high"] else f"{line['low']} to {line['high']}"
        low, high = line["amount_low"], line["amount_high"]
        paid = NOTHING if low is None or high is None else between(low, high, receipt["currency"])
        # Text, because a cell given as a string is read as rich's markup.
        table.add_row(*map(Text, (one_line(named(line)), measure, paid)))
    return table
