"""What comparison.json says besides the ranking: the verdict's reason, evidence, warnings and failures."""

from __future__ import annotations

from collections.abc import Iterator

from bakeoff.domain.run.documents import Comparison, Difference, SecondOpinion, Verdict
from bakeoff.domain.verdict.options import METRIC_NAMES
from bakeoff_cli.show.figures import cell
from bakeoff_cli.text import one_line

_MOST_COLUMNS = 3


def failures(comparison: Comparison) -> Iterator[str]:
    """One line for each candidate that did not finish, with its reason."""
    for candidate in comparison["candidates"]:
        if candidate["status"] != "completed":
            reason = one_line(candidate["error"] or "no reason was recorded")
            yield f"{one_line(candidate['name'])} did not finish: {reason}"


def warnings(comparison: Comparison) -> Iterator[str]:
    """One line for each candidate that is no better than a model that has learnt nothing."""
    metric, baseline = comparison["metric"], comparison.get("baseline")
    for candidate in comparison["candidates"]:
        if baseline and candidate["metrics"] and candidate.get("beats_baseline") is False:
            yield (
                f"{one_line(candidate['name'])} does not beat the baseline: its {METRIC_NAMES[metric]} is "
                f"{cell(candidate['metrics'][metric], 4, has_unit=True)}, that of the "
                f"{one_line(baseline['name'])} {cell(baseline['metrics'][metric], 4, has_unit=True)}."
            )


def importances(comparison: Comparison) -> Iterator[str]:
    """What each candidate depends on most, where somebody asked; and what could not be measured."""
    for candidate in comparison["candidates"]:
        if candidate["status"] != "completed" or "importance" not in candidate:
            continue
        found, name = candidate["importance"], one_line(candidate["name"])
        # Of an interval that holds 0, nothing can be said.
        sure = [
            item
            for item in found["columns"]
            if (item["increase"] if item["ci_low"] is None else item["ci_low"]) > 0
        ]
        told = [f"{one_line(item['column'])} (+{item['increase']:.3g})" for item in sure[:_MOST_COLUMNS]]
        metric = METRIC_NAMES[found["metric"]]
        if told:
            yield f"{name} depends most on {', '.join(told)}: so much worse is its {metric} without each."
        elif found["columns"]:
            yield f"{name} depends on no column that could be told: its {metric} may be no worse without any."
        if unmeasured := found.get("unmeasured"):
            count = unmeasured["count"]
            columns_of = f"{count:,} column{'' if count == 1 else 's'}"
            yield f"{name}: {columns_of} not measured: {one_line(unmeasured['why']).rstrip('.')}."


def differences(comparison: Comparison) -> Iterator[str]:
    """One line for the best candidate's lead over each other, with as much of its test as was made.

    An interval that the verdict's reason gives already is not repeated.
    """
    verdict = comparison["verdict"]
    for entry in verdict["comparisons"]:
        yield _lead(entry, comparison["metric"], verdict)
    if any(entry["p_value_adjusted"] is not None for entry in verdict["comparisons"]):
        yield "The p-values are adjusted for training, margin and number of comparisons."
    if any("second_opinion" in entry for entry in verdict["comparisons"]):
        yield "The second opinion is that of the Bayesian correlated t test on the folds' scores."


def reason(comparison: Comparison) -> str:
    """The verdict's reason. A verdict without a recorded one was not tested, and says so."""
    verdict, metric = comparison["verdict"], METRIC_NAMES[comparison["metric"]]
    if verdict.get("reason"):
        return one_line(verdict["reason"])
    if verdict["best"] is None:
        return "No candidate finished."
    return f"{one_line(verdict['best'])} has the best {metric}; whether that is chance was not tested."


def _lead(entry: Difference, metric: str, verdict: Verdict) -> str:
    # numpy, which they need, takes longer to import than `bakeoff watch` to start.
    from bakeoff.domain.statistics.metrics import LOWER_IS_BETTER
    from bakeoff.domain.verdict.wording import figure, p_told

    sign = 1 if metric in LOWER_IS_BETTER else -1
    size = figure(sign * entry["difference"] + 0.0)
    best, other = one_line(entry["against"]), one_line(entry["candidate"])
    text = f"{best} leads {other} by {size} in {METRIC_NAMES[metric]}"
    if entry["ci_low"] is not None and entry["ci_high"] is not None:
        low, high = sorted((sign * entry["ci_low"], sign * entry["ci_high"]))
        interval = f"interval {figure(low)} to {figure(high)}"
        if interval not in (verdict.get("reason") or ""):
            text += f" ({100 * verdict['confidence']:.3g}% {interval})"
    if entry["p_value_adjusted"] is not None:
        text += f", {p_told(entry['p_value_adjusted'])}"
    if opinion := entry.get("second_opinion"):
        text += f"; second opinion: {_opinion(opinion)}"
    return f"{text}."


def _opinion(opinion: SecondOpinion) -> str:
    """Rounded, but never to a certainty."""
    words = {"better": opinion["better"], "equal": opinion["equal"], "worse": opinion["worse"]}
    return ", ".join(f"{word} {_probability(value)}" for word, value in words.items())


def _probability(value: float) -> str:
    percent = 100 * value
    if 0 < percent < 1:
        return "< 1%"
    return "> 99%" if 99 < percent < 100 else f"{percent:.0f}%"
