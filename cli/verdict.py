"""What comparison.json says besides the ranking: failures, warnings, evidence, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cli.leaderboard import Comparison
from cli.text import one_line


def failures(comparison: Comparison) -> Iterator[str]:
    """One line for each candidate that did not finish, with its reason."""
    for candidate in comparison["candidates"]:
        if candidate["status"] != "completed":
            reason = one_line(candidate["error"] or "no reason was recorded")
            yield f"{candidate['name']} did not finish: {reason}"


def warnings(comparison: Comparison) -> Iterator[str]:
    """One line for each candidate that is no better than a model that has learnt nothing."""
    metric, baseline = comparison["metric"], comparison.get("baseline")
    for candidate in comparison["candidates"]:
        if baseline and candidate.get("beats_baseline") is False:
            yield (
                f"{candidate['name']} does not beat the baseline: its {metric.upper()} is "
                f"{candidate['metrics'][metric]:.4f}, that of the {baseline['name']} "
                f"{baseline['metrics'][metric]:.4f}."
            )


def differences(comparison: Comparison) -> Iterator[str]:
    """One line for each candidate's difference to the best, with as much of its test as was made."""
    verdict, metric = comparison["verdict"], comparison["metric"].upper()
    for entry in verdict["comparisons"]:
        yield _difference(entry, metric, verdict["confidence"])


def verdict_line(comparison: Comparison) -> str:
    """The outcome and its reason. A verdict without a recorded reason was not tested, and says so."""
    verdict, metric = comparison["verdict"], comparison["metric"].upper()
    if verdict.get("reason"):
        return f"{verdict['outcome'].capitalize()}: {one_line(verdict['reason'])}"
    if verdict["best"] is None:
        return "Inconclusive: no candidate finished."
    return f"Inconclusive: {verdict['best']} has the best {metric}; whether that is chance was not tested."


def _difference(entry: Mapping[str, Any], metric: str, confidence: float) -> str:
    text = f"{entry['candidate']} against {entry['against']}: {metric} {entry['difference']:+.4f}"
    if entry["ci_low"] is not None:
        interval = f"{entry['ci_low']:+.4f} to {entry['ci_high']:+.4f}"
        text += f", {100 * confidence:.4g}% interval {interval}"
    if entry["p_value_adjusted"] is not None:
        text += (
            f", p = {entry['p_value_adjusted']:.3g} (adjusted for training, margin and number of comparisons)"
        )
    return text
