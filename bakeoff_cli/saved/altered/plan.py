"""Whether a saved run's plan.json agrees with itself: what it says of a setting in two places."""

from __future__ import annotations

from typing import Any

from bakeoff.domain.planning.tuning import named
from bakeoff.domain.run.documents import Plan
from bakeoff.domain.run.files import PLAN, RunFiles
from bakeoff.domain.run.folds import folds_of
from bakeoff_cli.saved.differing import DocumentDifference, first_difference
from bakeoff_cli.saved.folder import FolderStore


def plan_alteration(store: FolderStore, run: RunFiles) -> str | None:
    """What its settings say otherwise than the rest of it, by which the run went; None of a plan of earlier
    releases, which records no settings.
    """
    plan = run.plan()
    difference = _of_settings(plan) if "settings" in plan else None
    if difference is None:
        return None
    return f"{store.path(run.key(PLAN))} was changed after the run: {difference}."


def _of_settings(plan: Plan) -> DocumentDifference | None:
    settings: Any = plan["settings"]
    expected: dict[str, Any] = {
        "folds": folds_of(plan),
        "task": plan["task"]["kind"] if "task" in plan else "regression",
        "positive": plan["task"]["positive"] if "task" in plan else None,
    }
    # Runs of earlier releases had no such settings, and others record them only where somebody says them.
    told = {name: settings[name]["value"] for name in expected if name in settings}
    if found := first_difference(told, {name: expected[name] for name in told}, "settings"):
        return found
    names = [_name(item) for item in settings["algorithms"]["value"]]
    return first_difference(names, [each["name"] for each in plan["candidates"]], "settings.algorithms")


def _name(item: Any) -> Any:
    return (named(item) if isinstance(item, str) else item)["name"]
