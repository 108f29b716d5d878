"""The champion among the units of a run, and the test rows as it reads them."""

from __future__ import annotations

import json
from dataclasses import replace

from bakeoff.domain.datasets.encoding import Encoder
from bakeoff.domain.datasets.test_rows import HeldOutRows, HeldOutSplit
from bakeoff.domain.run.comparable import incomparable
from bakeoff.domain.run.documents import Plan, PlannedChampion, ProductionRecord, Summary
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


def read_by_champion(
    run: RunFiles, record: ProductionRecord, rows: HeldOutRows, split: HeldOutSplit
) -> HeldOutRows:
    """The same rows with the features that the champion was trained on: of a mixed table, its own run found
    the levels and fills by which a row becomes numbers.
    """
    data = record["data"]
    if "encoding" not in data or "view" not in data:
        return rows
    encoder, kept = Encoder(data["encoding"], data["view"]), set(rows.numbers)
    names = [column["name"] for column in split.columns or ()]
    lines = (line for number, line in enumerate(run.lines_of(split.table)) if number in kept)
    cells = (dict(zip(names, json.loads(line), strict=True)) for line in lines)
    return replace(rows, features=[",".join(encoder.row(each)) for each in cells])
