"""runs/index.html: one page that needs no other file, beside the reports that it links to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bakeoff.domain.run.documents import PastChange, PastRun
from bakeoff.domain.run.history import MOST_ENTRIES
from bakeoff.domain.statistics.registry import LOWER_IS_BETTER, METRIC_NAMES
from bakeoff.report.history.plot import draw_history
from bakeoff.report.history.production import Reign, reigns
from bakeoff.report.page import template_of
from bakeoff.report.plots.palette import SERIES

# Data set, target and metric.
_Key = tuple[str, str | None, str]


def render_history(runs: Sequence[PastRun], changes: Sequence[PastChange] = ()) -> str:
    """Of runs, oldest first, and changes of production; each data set, target and metric has a section of its
    own, the one with the newest run first, and then those whose runs have all expired. Everything is escaped.
    The same runs and changes give the same text.
    """
    changed = reigns(changes, runs)
    # The one that was used last stands last.
    parts: dict[_Key, list[PastRun]] = {
        key: [] for key in reversed(dict.fromkeys(map(_key, reversed(changed))))
    }
    for run in runs:
        parts[_key(run)] = [*parts.pop(_key(run), []), run]
    sections = [
        _section(place, key, own, [change for change in changed if _key(change) == key])
        for place, (key, own) in enumerate(reversed(parts.items()), 1)
    ]
    page: str = template_of("history/history.html.jinja").render(
        sections=sections,
        count=len(runs),
        most_runs=MOST_ENTRIES,
        newest=runs[-1] if runs else None,
    )
    return page


def _key(entry: PastRun | PastChange) -> _Key:
    return entry["data_set"], entry["target"], entry["metric"]


def _section(place: int, key: _Key, runs: Sequence[PastRun], changes: Sequence[Reign]) -> dict[str, Any]:
    """What the template says of runs and changes that are alike in data set, target and metric."""
    data_set, target, metric = key
    entries = [each for run in reversed(runs) for each in run["candidates"]]
    measured = {each["name"] for each in entries if each["value"] is not None}
    names = list(dict.fromkeys(each["name"] for each in entries))
    shown = [name for name in names if name in measured][: len(SERIES)]
    return {
        "data_set": data_set.removeprefix("Inputs/").rstrip("/"),
        "target": target,
        "metric": METRIC_NAMES[metric],
        "lower_is_better": metric in LOWER_IS_BETTER,
        "runs": [_row(at, run) for at, run in reversed(list(enumerate(runs, 1)))],
        "changes": changes[::-1],
        "names": names,
        "left_out": len(measured) - len(shown),
        "confidence": runs[-1]["confidence"] if runs else None,
        "has_champion": any("champion" in run for run in runs),
        "plot": draw_history(place, runs, shown, METRIC_NAMES[metric], changes) if shown else None,
    }


def _row(place: int, run: PastRun) -> dict[str, Any]:
    by_name = {each["name"]: each for each in run["candidates"]}
    return {"champion": None, **run, "by_name": by_name, "place": place}
