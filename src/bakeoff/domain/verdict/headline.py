"""The verdict as one short line, for a terminal, a mail's first line and the head of the report.

It is derived from comparison.json and stored nowhere, so that a comparison saved by any release has one.
"""

from __future__ import annotations

from bakeoff.domain.run.documents import Comparison
from bakeoff.domain.run.names import MAX_CANDIDATE_NAME
from bakeoff.domain.run.planned import are_grouped
from bakeoff.domain.verdict.options import METRIC_NAMES, MIN_CLASS_ROWS, MIN_TEST_ROWS
from bakeoff.domain.verdict.wording.rows import Rows

MAX_CHARACTERS = 80


def headline(comparison: Comparison) -> str:
    """The verdict of a comparison.json in at most MAX_CHARACTERS, such as "Tie: a and b cannot be told
    apart."; names are as they stand there, but for the middle of those longer than a candidate's may be.
    """
    verdict = comparison["verdict"]
    if verdict["outcome"] == "winner":
        rivals = verdict["comparisons"]
        others = _name(rivals[0]["candidate"]) if len(rivals) == 1 else f"all {len(rivals)} others"
        return f"Winner: {_name(str(verdict['best']))} predicts better than {others}."
    if verdict["outcome"] == "tie":
        tied = verdict["tied_with_best"]
        others = _name(tied[0]) if len(tied) == 1 else f"{len(tied)} others"
        return f"Tie: {_name(str(verdict['best']))} and {others} cannot be told apart."
    return f"Inconclusive: {_obstacle(comparison)}."


def _obstacle(comparison: Comparison) -> str:
    verdict, metric = comparison["verdict"], METRIC_NAMES[comparison["metric"]]
    finished = [item for item in comparison["candidates"] if item["status"] == "completed"]
    if verdict["comparisons"]:
        return _too_few_rows(comparison)
    if not finished:
        return "no candidate finished"
    if "classes" in comparison and (verdict["best"] is None or len(finished) > 1):
        return f"fewer than two candidates have a {metric}"
    if verdict["best"] is None:
        return f"the test rows leave the {metric} undefined"
    if len(finished) == 1:
        return f"only {_name(verdict['best'])} finished, so nothing was compared"
    return "the candidates were not compared"


def _too_few_rows(comparison: Comparison) -> str:
    data = comparison["dataset"]
    rows = Rows(data["scored"], data.get("distinct", data["scored"]), are_grouped(data.get("columns")))
    counted = "groups of test rows" if rows.in_groups else "test rows"
    if rows.distinct >= MIN_TEST_ROWS and "classes" in comparison:
        return f"fewer than {MIN_CLASS_ROWS} {counted} of a class"
    if rows.distinct >= MIN_TEST_ROWS:
        return f"fewer than {MIN_TEST_ROWS} {counted} have a label other than 0"
    if rows.repeat:
        return f"{rows}; a verdict takes {MIN_TEST_ROWS}{' groups' if rows.in_groups else ''}"
    return f"{rows} test rows, where a verdict takes {MIN_TEST_ROWS}"


def _name(name: str) -> str:
    """A saved comparison that somebody edited may hold longer ones than a candidate can have."""
    half = (MAX_CANDIDATE_NAME - 3) // 2
    return name if len(name) <= MAX_CANDIDATE_NAME else f"{name[:half]}...{name[-half:]}"
