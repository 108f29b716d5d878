"""runs/index.html: one page that needs no other file, beside the reports that it links to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bakeoff.domain.run.documents import PastRun
from bakeoff.domain.run.history import MOST_ENTRIES
from bakeoff.domain.statistics.registry import LOWER_IS_BETTER, METRIC_NAMES
from bakeoff.report.history.plot import draw_history
from bakeoff.report.page import template_of
from bakeoff.report.plots.palette import SERIES


def render_history(runs: Sequence[PastRun]) -> str:
    """Of at least one run, oldest first; each data set, target and metric has a section of its own, the one
    with the newest run first. Everything is escaped. The same runs give the same text.
    """
    parts: dict[tuple[str, str | None, str], list[PastRun]] = {}
    for run in runs:
        key = (run["data_set"], run["target"], run["metric"])
        # The one that was used last stands last.
        parts[key] = [*parts.pop(key, []), run]
    sections = [_section(place, own) for place, own in enumerate(reversed(parts.values()), 1)]
    page: str = template_of("history/history.html.jinja").render(
        sections=sections, count=len(runs), most_runs=MOST_ENTRIES, newest=runs[-1]
    )
    return page


def _section(place: int, runs: Sequence[PastRun]) -> dict[str, Any]:
    """What the template says of runs that are alike in data set, target and metric."""
    newest = runs[-1]
    metric, entries = newest["metric"], [each for run in reversed(runs) for each in run["candidates"]]
    measured = {each["name"] for each in entries if each["value"] is not None}
    names = list(dict.fromkeys(each["name"] for each in entries))
    shown = [name for name in names if name in measured][: len(SERIES)]
    return {
        "data_set": newest["data_set"].removeprefix("Inputs/").rstrip("/"),
        "target": newest["target"],
        "metric": METRIC_NAMES[metric],
        "lower_is_better": metric in LOWER_IS_BETTER,
        "runs": [_row(at, run) for at, run in reversed(list(enumerate(runs, 1)))],
        "names": names,
        "left_out": len(measured) - len(shown),
        "confidence": newest["confidence"],
        "has_champion": any("champion" in run for run in runs),
        "plot": draw_history(place, runs, shown, METRIC_NAMES[metric]) if shown else None,
    }


def _row(place: int, run: PastRun) -> dict[str, Any]:
    by_name = {each["name"]: each for each in run["candidates"]}
    return {"champion": None, **run, "by_name": by_name, "place": place}
