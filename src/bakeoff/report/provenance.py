"""Where the numbers come from: enough to repeat the run, or to doubt it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, cast

from bakeoff.domain.planning.sections import of_section
from bakeoff.domain.planning.splits import NAMES
from bakeoff.domain.run.documents import Comparison, Plan, Setting, SplitBuckets
from bakeoff.domain.run.planned import worded
from bakeoff.domain.run.task import task_of

# What the prepared data say in the place of.
_FACTS = ("{feature_dim}", "{train_rows}", "{classes}")


def provenance(comparison: Comparison, plan: Plan) -> dict[str, Any]:
    # Results of before say nothing of it, nor do candidates that were never served.
    resolved = {item["name"]: item.get("resolved_image") for item in comparison["candidates"]}
    section = task_of(comparison).section
    # What could not tell so many classes apart has refused the run.
    planned = [of_section(item, section) for item in plan["candidates"]]
    settings = [value for item in planned for value in item["hyperparameters"].values()]
    return {
        "settings": _settings(plan),
        "settings_file": plan.get("settings_file"),
        "objects": comparison["dataset"]["objects"],
        "shares": _shares(plan["split"]),
        "candidates": [{**item, "resolved_image": resolved.get(item["name"])} for item in planned],
        "scripts": plan["code"],
        "placeholders": any(fact in value for value in settings for fact in _FACTS),
    }


def _settings(plan: Plan) -> list[dict[str, str]]:
    """What held and who said so; plans of earlier releases do not tell."""
    recorded = cast("dict[str, Setting]", plan.get("settings", {}))
    return [
        {"name": name, "value": worded(setting["value"]), "source": setting["source"]}
        for name, setting in recorded.items()
    ]


def _shares(split: SplitBuckets) -> dict[str, float]:
    """The fraction of the buckets that each split gets."""
    bounds = (0, split["train_below"], split["validation_below"], split["buckets"])
    widths = (high - low for low, high in pairwise(bounds))
    return {name: width / split["buckets"] for name, width in zip(NAMES, widths, strict=True)}
