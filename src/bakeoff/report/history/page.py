"""runs/index.html: one page that needs no other file, beside the reports that it links to."""

from __future__ import annotations

from collections.abc import Sequence

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
    sections = []
    for place, ((data_set, target, metric), own) in enumerate(reversed(parts.items()), 1):
        names = list(dict.fromkeys(each["name"] for run in reversed(own) for each in run["candidates"]))
        measured = {each["name"] for run in own for each in run["candidates"] if each["value"] is not None}
        shown = [name for name in names if name in measured][: len(SERIES)]
        sections.append(
            {
                "data_set": data_set.removeprefix("Inputs/").rstrip("/"),
                "target": target,
                "metric": METRIC_NAMES[metric],
                "lower_is_better": metric in LOWER_IS_BETTER,
                "runs": [
                    {
                        "champion": None,
                        **run,
                        "by_name": {each["name"]: each for each in run["candidates"]},
                        "place": at,
                    }
                    for at, run in reversed(list(enumerate(own, 1)))
                ],
                "names": names,
                "left_out": len(measured) - len(shown),
                "confidence": own[-1]["confidence"],
                "has_champion": any("champion" in run for run in own),
                "plot": draw_history(place, own, shown, METRIC_NAMES[metric]) if shown else None,
            }
        )
    page: str = template_of("history/history.html.jinja").render(
        sections=sections, count=len(runs), most_runs=MOST_ENTRIES, newest=runs[-1]
    )
    return page
