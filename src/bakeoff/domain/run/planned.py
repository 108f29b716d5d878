"""What a plan decided, for whoever acts on it or tells of it later."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bakeoff.domain.errors import InvalidEvent
from bakeoff.domain.run.documents import Plan, Settings, TableColumn
from bakeoff.domain.run.files import SCORED_FORMAT

OF_THE_STACK = "the stack's parameter "
"""How the source of a setting begins that nobody has said otherwise."""
LOWEST_COST = "lowest-cost"
"""The preference that goes by what a million predictions cost."""
DEFAULT = "default"
"""The source of a setting that nobody has said and no parameter of the stack knows."""


def settings_of(plan: Plan) -> Settings:
    """Raises InvalidEvent for a plan of an earlier release, whose settings nobody recorded."""
    if "settings" not in plan:
        raise InvalidEvent(
            f"The plan of {plan.get('run_id', 'the run')} records no settings, because an earlier release "
            "wrote it: start a run anew."
        )
    return plan["settings"]


def is_told(source: str) -> bool:
    """Whether somebody said so of these data or this run, and not only of the stack."""
    return source != DEFAULT and not source.startswith(OF_THE_STACK)


def measures_importance(plan: Plan) -> bool:
    """Whether somebody asked which columns the candidates' predictions depend on."""
    importance = settings_of(plan).get("importance")
    return bool(importance and importance["value"])


def decides_by_cost(plan: Plan) -> bool:
    """Whether of tied candidates the one is recommended whose predictions cost least."""
    return bool(settings_of(plan)["preference"]["value"] == LOWEST_COST)


def read_versions(plan: Plan) -> dict[str, str]:
    """The version of every upload that the plan was made of, by its key: the data and the settings' file."""
    settings_file = plan.get("settings_file")
    read = [*plan["inputs"], *([settings_file] if settings_file else [])]
    return {item["key"]: item["version_id"] for item in read}


def worded(value: Any) -> str:
    """A setting as a person would write it; objects of a list by their names."""
    if isinstance(value, list):
        return ", ".join(str(item.get("name", item) if isinstance(item, dict) else item) for item in value)
    return "not set" if value is None else str(value)


def capitalised(source: str) -> str:
    """A source at the beginning of a sentence; a file's name stays as it is."""
    return f"T{source[1:]}" if source.startswith("the ") else source


def moved_told(names: str, rows: int) -> str:
    """Why classes have no test row; `rows` is how many of theirs were moved to training."""
    return (
        f"The split had given training no row of {names}, so all of theirs ({rows:,}) train and none is a "
        "test row"
    )


def view_of(plan: Plan, candidate: str) -> str:
    """The view of the data that a candidate is scored on; of a plain table there is but one."""
    views = {item["name"]: item.get("view", SCORED_FORMAT) for item in plan["candidates"]}
    return views[candidate] if "table" in plan else SCORED_FORMAT


def columns_of(plan: Plan) -> list[TableColumn] | None:
    """The columns of a mixed table that are read, in the order of a row's cells; None of a plain one."""
    if "table" not in plan:
        return None
    return [column for column in plan["table"]["columns"] if column["role"] != "ignored"]


def are_grouped(columns: Iterable[TableColumn] | None) -> bool:
    """Whether rows of one group are one piece of evidence, as equal rows are without groups."""
    return any(column["role"] == "group" for column in columns or ())


def kept_together(plan: Plan, of: str = "split") -> str:
    """What else than chance may have left a split, or a fold, without rows."""
    named = {column["role"]: column["name"] for column in columns_of(plan) or ()}
    if "group" in named:
        return f", where rows with the same {named['group']} share a {of}"
    if "time" in named:
        return f", where the latest rows by {named['time']} are the test split"
    return ""
