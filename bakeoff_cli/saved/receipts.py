"""Receipts in folders that runs were saved to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bakeoff.domain.cost.receipt import recomputed
from bakeoff.domain.run.documents import Receipt
from bakeoff.domain.run.files import PLAN, RECEIPT
from bakeoff_cli.documents import readable_receipt
from bakeoff_cli.errors import BadInput
from bakeoff_cli.saved.differing import first_difference
from bakeoff_cli.saved.folder import read_object, saved_folder


def receipt_in(folder: Path) -> Receipt | None:
    """Of a saved run; None if the run left none. Raises BadInput or LeftInconsistent."""
    path = folder / RECEIPT
    return readable_receipt(read_object(path), str(path)) if path.is_file() else None


def receipts_below(folder: Path) -> tuple[list[Receipt], int]:
    """Those of all runs that were saved to the folder or to folders in it, and how many runs have none."""
    runs = sorted(path.parent for path in saved_folder(folder).glob("**/" + PLAN))
    found = [receipt_in(run) for run in runs]
    return [each for each in found if each is not None], sum(each is None for each in found)


def receipt_flaw(folder: Path) -> str | None:
    """What of a saved run's receipt follows neither from its own lines nor from the plan; None without any,
    and of a run that has none. Raises BadInput or LeftInconsistent.
    """
    found = receipt_in(folder)
    if found is None:
        return None
    path = folder / RECEIPT
    expected: Any = {**json.loads(json.dumps(recomputed(found))), **_planned(folder)}
    difference = first_difference(found, expected)
    return f"{path} was changed after the run: {difference}." if difference else None


def _planned(folder: Path) -> dict[str, Any]:
    """What the receipt has from the plan."""
    plan = read_object(folder / PLAN)
    cost = plan.get("cost", {"amount": None})
    if not isinstance(cost, dict):
        raise BadInput(f"{folder / PLAN} is damaged: its cost is no JSON object.")
    return {
        "run_id": plan.get("run_id"),
        "data_set": plan.get("data_set", ""),
        "worst_case": cost.get("amount"),
    }
