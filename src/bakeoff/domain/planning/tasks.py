"""The task of a run: what was said of it, and what the label tells."""

from __future__ import annotations

from typing import Any, cast

from bakeoff.domain.errors import InvalidSettings
from bakeoff.domain.messages import excerpt
from bakeoff.domain.planning.settings import Resolved
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
    elif "positive" in document and document["positive"]["value"] is not None:
        raise InvalidSettings(
            f"{settings.said['positive'].where('positive')}: positive names a class, but the label holds "
            "numbers: set task: classification if they are classes, or leave positive out."
        )
    document["metric"] = {**document["metric"], "value": current_name(task, document["metric"]["value"])}
    metric, metrics = document["metric"], METRICS_OF[task]
    if metric["value"] not in metrics:
        if is_told(metric["source"]):
            raise InvalidSettings(
                f"{settings.said['metric'].where('metric')}: {excerpt(metric['value'])} is no metric of a "
                f"{task}: choose one of {', '.join(metrics)}."
            )
        document["metric"] = {
            "value": DEFAULT_METRIC[task],
            "source": f"the default of a {task}, which has no {metric['value']} of {metric['source']}",
        }
    return cast(Settings, document)
