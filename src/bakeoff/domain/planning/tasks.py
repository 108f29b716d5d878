"""The task of a run: what was said of it, and what the label tells."""

from __future__ import annotations

from typing import Any, cast

from bakeoff.domain.errors import InvalidSettings
from bakeoff.domain.messages import excerpt
from bakeoff.domain.planning.settings import Resolved, Said
from bakeoff.domain.run.documents import PlannedTable, Settings
from bakeoff.domain.run.planned import is_told
from bakeoff.domain.statistics.registry import DEFAULT_METRIC, METRICS_OF, TaskKind, current_name

_BY_LABEL = "the label, whose values are no numbers"


def task_of_table(table: PlannedTable | None) -> TaskKind:
    """A label of texts is one of classes, whether they were told or said."""
    return "classification" if table and table["columns"][0]["kind"] == "category" else "regression"


def settled(settings: Resolved, task: TaskKind) -> Settings:
    """What the plan records once the task is known.

    A stack's metric that is none of the task gives way to the task's usual one, and says so.
    Raises InvalidSettings for what somebody said and the task has not.
    """
    document: dict[str, Any] = dict(settings.document)
    if task == "classification":
        document.setdefault("task", {"value": task, "source": _BY_LABEL})
    for name in ("positive", "metric"):
        if name in document and is_told(document[name]["source"]):
            refuse_of_other_task(settings.said[name], name, document[name]["value"], task)
    document["metric"] = {**document["metric"], "value": current_name(task, document["metric"]["value"])}
    metric = document["metric"]
    if metric["value"] not in METRICS_OF[task]:
        document["metric"] = {
            "value": DEFAULT_METRIC[task],
            "source": f"the default of a {task} ({metric['source']}, {metric['value']}, is no metric of it)",
        }
    return cast(Settings, document)


def refuse_of_other_task(said: Said, name: str, value: Any, task: TaskKind) -> None:
    """Raises InvalidSettings for a metric or a positive class that a person says and the task has not."""
    if name == "positive" and value is not None and task == "regression":
        raise InvalidSettings(
            f"{said.where('positive')}: positive names a class, but the label holds numbers: set task: "
            "classification if they are classes, or leave positive out."
        )
    if name == "metric" and current_name(task, value) not in METRICS_OF[task]:
        raise InvalidSettings(
            f"{said.where('metric')}: {excerpt(value)} is no metric of a {task}: choose one of "
            f"{', '.join(METRICS_OF[task])}."
        )
