"""What a run cost: the receipt in the report's words, and a picture of where the money went."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bakeoff.domain.cost.accounting import within
from bakeoff.domain.cost.words import KIND_NAMES, is_rehearsal, named, spoken
from bakeoff.domain.run.documents import Receipt, ReceiptLine
from bakeoff.report.plots.timing import draw_costs
from bakeoff.report.text import NOTHING


def costs_told(receipt: Receipt | None) -> dict[str, Any] | None:
    """What the section tells; None of a run without a receipt."""
    if receipt is None or not receipt["lines"]:
        return None
    currency = receipt["currency"]
    low, high = spoken(receipt["total_low"], currency), spoken(receipt["total_high"], currency, up=True)
    parts = _by_kind(receipt)
    dates = sorted({line["price"]["published"] for line in receipt["lines"] if line["price"]})
    return {
        "low": low,
        "high": high,
        "exact": low == high,
        "rehearsal": is_rehearsal(receipt),
        "worst": spoken(receipt["worst_case"], currency, up=True) if receipt["worst_case"] else None,
        "within": within(receipt),
        "region": receipt["region"],
        "dates": f"{dates[0]} to {dates[-1]}" if len(dates) > 1 else "".join(dates),
        "plot": draw_costs(parts, currency) if any(part_high for _, _, part_high in parts) else None,
        "lines": [_told(line, currency) for line in receipt["lines"]],
        "unknown": [f"{each['why'].rstrip('.')}." for each in receipt["unknown"]],
        "note": receipt["note"],
    }


def _by_kind(receipt: Receipt) -> list[tuple[str, float, float]]:
    """What is paid for with its low and high amounts, dearest first; what has no price is left out."""
    sums: dict[str, tuple[Decimal, Decimal]] = {}
    for line in receipt["lines"]:
        if line["amount_low"] is not None and line["amount_high"] is not None:
            low, high = sums.get(line["kind"], (Decimal(0), Decimal(0)))
            sums[line["kind"]] = low + Decimal(line["amount_low"]), high + Decimal(line["amount_high"])
    ordered = sorted(sums.items(), key=lambda item: item[1][1], reverse=True)
    return [(KIND_NAMES[kind], float(low), float(high)) for kind, (low, high) in ordered]


def _told(line: ReceiptLine, currency: str) -> dict[str, str]:
    price = line["price"]
    return {
        "name": named(line),
        "size": line["size"],
        "extent": _range(line["low"], line["high"]),
        "unit": line["unit"],
        "price": price["amount"] if price else NOTHING,
        "amount": _range(_spoken(line["amount_low"], currency), _spoken(line["amount_high"], currency)),
        "source": f"{price['source']} ({price['published']})" if price else NOTHING,
        "basis": line["basis"],
    }


def _spoken(amount: str | None, currency: str) -> str:
    return NOTHING if amount is None else spoken(amount, currency)


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"
