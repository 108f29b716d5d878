"""Where the numbers come from: enough to repeat the run, or to doubt it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, cast

from bakeoff.domain.datasets.facts import categorical_of, facts_of
from bakeoff.domain.planning.sections import of_section
from bakeoff.domain.planning.splits import NAMES
from bakeoff.domain.run.documents import (
    ComparedData,
    Comparison,
    Encoding,
    Plan,
    PlannedCandidate,
    Setting,
    SplitBuckets,
)
from bakeoff.domain.run.folds import CUT_FOLDS
from bakeoff.domain.run.planned import worded
from bakeoff.domain.run.task import task_of


def provenance(comparison: Comparison, plan: Plan, encoding: Encoding | None = None) -> dict[str, Any]:
    # Results of before say nothing of it, nor do candidates that were never served.
    resolved = {item["name"]: item.get("resolved_image") for item in comparison["candidates"]}
    section = task_of(comparison).section
    # What could not tell so many classes apart has refused the run.
    planned = [of_section(item, section) for item in plan["candidates"]]
    data = comparison["dataset"]
    return {
        "settings": _settings(plan),
        "settings_file": plan.get("settings_file"),
        "objects": data["objects"],
        "shares": _shares(plan["split"]),
        "candidates": [
            {
                **item,
                "resolved_image": resolved.get(item["name"]),
                "filled": _filled(item, _known_facts(item, comparison, plan, encoding)),
            }
            for item in planned
        ],
        "scripts": plan["code"],
    }


def _features(
    candidate: PlannedCandidate, data: ComparedData, plan: Plan, encoding: Encoding | None
) -> int | None:
    """How many features a candidate learnt from; None where a mixed table's encoding is lost."""
    if "table" not in plan:
        return data["feature_dim"]
    view = encoding["views"].get(candidate.get("view", "")) if encoding else None
    return len(view["features"]) if view else None


def _known_facts(
    candidate: PlannedCandidate, comparison: Comparison, plan: Plan, encoding: Encoding | None
) -> dict[str, int | str]:
    data, classes = comparison["dataset"], len(comparison.get("classes", ()))
    features = _features(candidate, data, plan, encoding)
    view = encoding["views"].get(candidate.get("view", "")) if encoding else None
    facts = facts_of(features or 0, data["train"], classes, categorical_of(view) if view else ())
    if features is None:
        del facts["feature_dim"], facts["categorical"]
    if "folds" in data:
        # What depends on the rows that a model learnt from is another in each fold.
        lasting = {"classes"} if "table" in plan else {"classes", "feature_dim"}
        return {name: value for name, value in facts.items() if name in lasting}
    return facts


def _filled(candidate: PlannedCandidate, facts: dict[str, int | str]) -> dict[str, int | str]:
    """What stood for the placeholders in a candidate's hyperparameters when it was trained, if known."""
    values = candidate["hyperparameters"].values()
    named = {f"{{{name}}}": value for name, value in facts.items()}
    return {fact: known for fact, known in named.items() if any(fact in value for value in values)}


def _settings(plan: Plan) -> list[dict[str, str]]:
    """What held and who said so; plans of earlier releases do not tell."""
    recorded = cast("dict[str, Setting]", plan.get("settings", {}))
    return [
        {"name": name, "value": worded(setting["value"]), "source": setting["source"]}
        for name, setting in recorded.items()
    ]


def _shares(split: SplitBuckets) -> dict[str, float]:
    """The fraction of the buckets that each split gets; with folds every row is a test row, in one."""
    if folds := split.get("folds"):
        if folds != CUT_FOLDS:
            return {"train": 1 - 2 / folds, "validation": 1 / folds, "test": 1.0}
        train = split["train_below"] / split["validation_below"] / folds
        return {"train": train, "validation": 1 / folds - train, "test": 1.0}
    bounds = (0, split["train_below"], split["validation_below"], split["buckets"])
    widths = (high - low for low, high in pairwise(bounds))
    return {name: width / split["buckets"] for name, width in zip(NAMES, widths, strict=True)}
