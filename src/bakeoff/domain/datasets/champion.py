"""The champion among the units of a run, and the test rows as it reads them."""

from __future__ import annotations

import json
from dataclasses import replace

from bakeoff.domain.datasets.encoding import Encoder
from bakeoff.domain.datasets.test_rows import HeldOutRows, HeldOutSplit
from bakeoff.domain.run.comparable import incomparable
from bakeoff.domain.run.documents import CheckedUnit, Plan, PlannedChampion, ProductionRecord, Summary
from bakeoff.domain.run.files import RunFiles


def champion_of(plan: Plan) -> PlannedChampion | None:
    """None where nothing is in production, or the plan knew that it cannot be compared."""
    return plan["promotion"].get("champion") if "promotion" in plan else None


def champion_units(plan: Plan, summary: Summary, run: RunFiles) -> list[PlannedChampion]:
    """The champion, unless the prepared data turn out not to allow to judge it."""
    champion = champion_of(plan)
    if champion is None or incomparable(plan, summary, run.champion()):
        return []
    return [champion]


def checked_champion(champion: PlannedChampion) -> CheckedUnit:
    return {"candidate": champion["name"], "fold": None, "resource_name": champion["resource_name"]}


def rows_of_champion(plan: Plan, candidate: str) -> HeldOutSplit | None:
    """Where the rows lie that it is scored on; None of any other candidate."""
    champion = champion_of(plan)
    return HeldOutSplit.of_any(plan) if champion and champion["name"] == candidate else None


def read_by_champion(
    run: RunFiles, record: ProductionRecord | None, rows: HeldOutRows, split: HeldOutSplit
) -> HeldOutRows:
    """The same rows with the features that the champion was trained on: of a mixed table, its own run found
    the levels and fills by which a row becomes numbers. Without a `record`, they are another candidate's.
    """
    if record is None or "encoding" not in record["data"] or "view" not in record["data"]:
        return rows
    data = record["data"]
    encoder, kept = Encoder(data["encoding"], data["view"]), set(rows.numbers)
    names = [column["name"] for column in split.columns or ()]
    lines = (line for number, line in enumerate(run.lines_of(split.table)) if number in kept)
    cells = (dict(zip(names, json.loads(line), strict=True)) for line in lines)
    return replace(rows, features=[",".join(encoder.row(each)) for each in cells])
