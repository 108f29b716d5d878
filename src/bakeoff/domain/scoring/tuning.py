"""What a tuning job tried, and what it is billed for, out of what SageMaker says of its training jobs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bakeoff.domain.run.documents import PlannedTuning, TrainingTimes, Trial, TunedRange, Tuning


def accounted(training: Mapping[str, Any]) -> tuple[TrainingTimes, Tuning | None]:
    """The times of a candidate's training, and how it was tuned; None for one that was not.

    Of a tuned one `training` has the `tuning` of the plan, the name of the `best` training job, and `trials`
    with their times as texts. Its training took as long as the best one, and it is billed for all of them.
    """
    if "trials" not in training:
        times: TrainingTimes = {
            "training_seconds": training["training_seconds"],
            "billable_seconds": training["billable_seconds"],
        }
        return times, None
    trials, planned = [_trial(each) for each in training["trials"]], training["tuning"]
    best = next((each for each in trials if each["name"] == training["best"]), None)
    known = [each["seconds"] for each in trials if each["seconds"] is not None]
    return (
        {
            "training_seconds": best["seconds"] if best else None,
            "billable_seconds": sum(known) if known else None,
        },
        _tuning(planned, trials, training["best"], best["values"] if best else {}),
    )


def on_edge(ranges: Mapping[str, TunedRange], values: Mapping[str, str]) -> list[str]:
    """The ranges at whose end a value lies, or within a hundredth of it: what is best may lie beyond."""
    return [name for name, each in ranges.items() if name in values and _is_at_an_end(each, values[name])]


def _tuning(planned: PlannedTuning, trials: list[Trial], best: str, values: Mapping[str, str]) -> Tuning:
    return {
        "objective": planned["objective"],
        "strategy": planned["strategy"],
        "seed": planned["seed"],
        "ranges": planned["ranges"],
        "trials": trials,
        "best": best,
        "on_edge": on_edge(planned["ranges"], values),
    }


def _trial(summary: Mapping[str, Any]) -> Trial:
    return {
        "name": summary["name"],
        "status": summary["status"],
        "values": summary.get("values", {}),
        "objective": _finite(summary.get("objective")),
        "seconds": _seconds(summary.get("started"), summary.get("ended")),
    }


def _finite(value: float | None) -> float | None:
    """A log may tell nan, of which no other is better or worse."""
    return value if value is not None and math.isfinite(value) else None


def _seconds(started: str | None, ended: str | None) -> float | None:
    """A job that never began has no times, and costs nothing."""
    if not started or not ended:
        return None
    return (datetime.fromisoformat(ended) - datetime.fromisoformat(started)).total_seconds()


def _is_at_an_end(each: TunedRange, text: str) -> bool:
    bounds: Sequence[str] = each.get("integer") or each.get("continuous") or ()
    if not bounds:
        return False
    least, most, value = float(bounds[0]), float(bounds[1]), float(text)
    room = 0 if "integer" in each else 0.01 * (most - least)
    return value >= most - room or value <= _low_end(each, least, most)


def _low_end(each: TunedRange, least: float, most: float) -> float:
    """Of a logarithmic range a hundredth is one of its powers."""
    if "integer" in each:
        return least
    if each.get("scale") == "logarithmic":
        return least * float((most / least) ** 0.01)
    return least + 0.01 * (most - least)
