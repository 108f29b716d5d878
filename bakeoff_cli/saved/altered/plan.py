"""Whether a saved run's plan.json agrees with itself, and with the files that it was made of or names."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import chain
from typing import Any

from bakeoff.domain.datasets.champion import champion_of
from bakeoff.domain.planning.champion import served
from bakeoff.domain.planning.scripts import ARCHIVE
from bakeoff.domain.planning.tuning import named
from bakeoff.domain.run.documents import Plan
from bakeoff.domain.run.files import CHAMPION, PLAN, RunFiles, code_of, script_of
from bakeoff.domain.run.folds import folds_of
from bakeoff_cli.saved.differing import DocumentDifference, first_difference
from bakeoff_cli.saved.folder import FolderStore


def plan_alteration(store: FolderStore, run: RunFiles) -> str | None:
    """What its settings say otherwise than the rest of it, by which the run went, or a file that it was made
    of, or that it names by a digest, otherwise than it; as far as the folder and plans of earlier releases
    have them.
    """
    plan = run.plan()
    if "settings" in plan and (difference := _of_settings(plan)) is not None:
        return f"{store.path(run.key(PLAN))} was changed after the run: {difference}."
    return next(chain(_of_code(store, run, plan), _of_champion(store, run, plan)), None)


def _of_settings(plan: Plan) -> DocumentDifference | None:
    settings: Any = plan["settings"]
    expected: dict[str, Any] = {
        "folds": folds_of(plan),
        "task": plan["task"]["kind"] if "task" in plan else "regression",
        "positive": plan["task"]["positive"] if "task" in plan else None,
    }
    # Runs of earlier releases had no such settings, and others record them only where somebody says them.
    told = {name: settings[name]["value"] for name in expected if name in settings}
    # A class may be said as a number.
    told |= {"positive": str(told["positive"])} if told.get("positive") is not None else {}
    if found := first_difference(told, {name: expected[name] for name in told}, "settings"):
        return found
    said = settings["algorithms"]["value"]
    names = [(named(each) if isinstance(each, str) else each)["name"] for each in said]
    return first_difference(names, [each["name"] for each in plan["candidates"]], "settings.algorithms")


def _of_code(store: FolderStore, run: RunFiles, plan: Plan) -> Iterator[str]:
    """The Spark job's files and the scripts, byte for byte."""
    copies = {script_of(name): copy for name, copy in plan.get("code", {}).items()}
    copies |= {f"{code_of(name)}{ARCHIVE}": copy for name, copy in plan.get("scripts", {}).items()}
    for name, copy in copies.items():
        path = store.path(run.key(name))
        if path.is_file() and sha256(path.read_bytes()).hexdigest() != copy["sha256"]:
            yield f"{path} was changed after the run: {PLAN} has another SHA-256 of it."


def _of_champion(store: FolderStore, run: RunFiles, plan: Plan) -> Iterator[str]:
    """The record of what production runs, by which the plan was made."""
    path = store.path(run.key(CHAMPION))
    if "promotion" not in plan or not plan["promotion"]["recorded"] or not path.is_file():
        return
    record, planned = run.champion(), dict[str, Any](champion_of(plan) or {})
    found = {"live": plan["promotion"]["live"], "champion": planned}
    expected: dict[str, Any] = {name: value for name, value in served(record).items() if name in planned}
    live = {"endpoint": record["endpoint"], "config": record["config"]}
    difference = first_difference(found, {"live": live, "champion": {**planned, **expected}}, "promotion")
    if difference is not None:
        yield f"{path} is not what {PLAN} was made of: {difference}."
