"""Receipts in folders that runs were saved to."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from bakeoff.domain.cost.accounting import told_by
from bakeoff.domain.cost.cache import NO_LONGER_ASKED
from bakeoff.domain.cost.prices import Item, Kind
from bakeoff.domain.cost.receipt import recomputed
from bakeoff.domain.cost.spending import is_before_a_plan
from bakeoff.domain.run.documents import PriceNote, Receipt
from bakeoff.domain.run.files import COMPARISON, PLAN, RECEIPT
from bakeoff_cli.documents import readable_receipt
from bakeoff_cli.errors import BadInput
from bakeoff_cli.saved.differing import DocumentDifference, first_difference
from bakeoff_cli.saved.folder import read_object, saved_folder
from bakeoff_cli.shapes import flaws
from bakeoff_cli.text import one_line

_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def receipt_in(folder: Path) -> Receipt | None:
    """Of a saved run; None if the run left none. Raises BadInput or LeftInconsistent."""
    path = folder / RECEIPT
    return readable_receipt(read_object(path), str(path)) if path.is_file() else None


def receipts_below(folder: Path) -> tuple[list[Receipt], list[str]]:
    """Those of all runs that were saved to the folder or to folders in it, and which runs have none."""
    top = saved_folder(folder)
    runs = sorted({path.parent for name in (PLAN, RECEIPT, COMPARISON) for path in top.glob(f"**/{name}")})
    found = [(run, receipt_in(run)) for run in runs]
    without = [str(run.relative_to(top)) if run != top else top.name for run, each in found if each is None]
    return [each for _, each in found if each is not None], without


def receipt_flaw(folder: Path) -> str | None:
    """What of a saved run's receipt follows neither from its own lines nor from the plan; None without any,
    and of a run that has none. Raises BadInput or LeftInconsistent.
    """
    found = receipt_in(folder)
    if found is None:
        return None
    has_plan = (folder / PLAN).is_file()
    if not has_plan and found.get("planned", True):
        raise BadInput(f"{folder} is no complete copy of a run: it holds no {PLAN}.")
    plan = read_object(folder / PLAN) if has_plan else {}
    expected: Any = {**json.loads(json.dumps(recomputed(found))), **_planned(found, plan, folder)}
    told = first_difference(found, expected) or _price(found, plan, folder) or _unfounded(found, plan)
    return f"{folder / RECEIPT} was changed after the run: {told}." if told else None


def _planned(receipt: Receipt, plan: dict[str, Any], folder: Path) -> dict[str, Any]:
    """What the receipt has from the plan; a run may have been stopped so that its plan came after it."""
    cost = _cost(plan, folder)
    if not receipt.get("planned", True):
        return {"run_id": plan.get("run_id", receipt["run_id"]), "data_set": "", "worst_case": None}
    return {
        "run_id": plan.get("run_id"),
        "data_set": plan.get("data_set", ""),
        "region": cost.get("region", receipt["region"]),
        "worst_case": cost.get("amount"),
    }


def _price(receipt: Receipt, plan: dict[str, Any], folder: Path) -> DocumentDifference | None:
    """The first price that is not the one that the plan tells of the same thing."""
    try:
        told = told_by(_cost(plan, folder))
    except (AttributeError, KeyError, TypeError, ValueError) as err:
        raise BadInput(f"{folder / PLAN} is damaged: its cost tells no prices.") from err
    for item, note in told.items():
        if any(flaws(note, PriceNote)):
            raise BadInput(f"{folder / PLAN} is damaged: its cost tells no price of {item}.")
    asked_again = "other_prices" not in _cost(plan, folder)
    for number, line in enumerate(receipt["lines"]):
        planned, price = told.get(Item(Kind(line["kind"]), line["instance_type"])), line["price"]
        # Earlier releases asked again after the run, when there might be a newer list, or nobody to ask.
        if planned is None or (asked_again and price and price["published"] > planned["published"]):
            continue
        lasting = price and {**price, "source": price["source"].partition(NO_LONGER_ASKED)[0]}
        if planned not in (price, lasting):
            return first_difference(price, planned, f"lines[{number}].price")
    return None


def _unfounded(receipt: Receipt, plan: dict[str, Any]) -> str | None:
    """What cannot be by the times and the states of a run."""
    made, created = receipt["made_at"], plan.get("created_at")
    for number, line in enumerate(receipt["lines"]):
        published = line["price"]["published"] if line["price"] else made[: len("2026-11-30")]
        if not _DATE.fullmatch(published) or published > made:
            return f"lines[{number}].price.published is {one_line(published)}, which is no day before made_at"
    if isinstance(created, str) and made < created:
        return f"made_at is {made}, before the run had its plan ({one_line(created)})"
    if not receipt.get("planned", True):
        for number, line in enumerate(receipt["lines"]):
            if not is_before_a_plan(line):
                return f"lines[{number}] is nothing that a run pays for before it has a plan"
    return None


def _cost(plan: dict[str, Any], folder: Path) -> dict[str, Any]:
    cost = plan.get("cost", {"amount": None})
    if not isinstance(cost, dict):
        raise BadInput(f"{folder / PLAN} is damaged: its cost is no JSON object.")
    return cost
