"""Documents of earlier releases, in today's words: what is read of a run is written as today.

Earlier releases knew no classes and called a regression's relative accuracy accuracy; so do runs, which may
outlive an update. What they say in sentences stays as it was said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from bakeoff.domain.run.documents import Comparison, Plan, Result
from bakeoff.domain.statistics.registry import current_name

# Every regression's metrics have it, and no other task's.
_OF_NUMBERS = "rmse"


def current_plan(plan: Plan) -> Plan:
    """Of a plan, which may lack any field, the metric that decides."""
    metric = _object(_object(plan, "settings"), "metric")
    if "task" in plan or not metric:
        return plan
    settings = {**plan["settings"], "metric": _renamed_value(metric, "value")}
    return cast(Plan, {**plan, "settings": settings})


def current_result(result: Result) -> Result:
    """Of a result, which may lack any field, its metrics and the one of its columns' importance."""
    return cast(Result, _measured(result))


def current_comparison(comparison: Comparison) -> Comparison:
    """Of a comparison, which may lack any field, its metric and those of everything in it."""
    if "classes" in comparison:
        return comparison
    found: dict[str, Any] = _renamed_value(comparison, "metric")
    if isinstance(candidates := found.get("candidates"), list):
        found["candidates"] = [_measured(each) for each in candidates]
    if isinstance(baseline := found.get("baseline"), Mapping):
        found["baseline"] = _measured(baseline)
    return cast(Comparison, found)


def _measured(document: Any) -> Any:
    metrics = _object(document, "metrics")
    if not metrics or _OF_NUMBERS not in metrics:
        return document
    found = {**document, "metrics": {current_name("regression", key): each for key, each in metrics.items()}}
    if importance := _object(document, "importance"):
        found["importance"] = _renamed_value(importance, "metric")
    return found


def _renamed_value(document: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {
        name: current_name("regression", value) if name == key and isinstance(value, str) else value
        for name, value in document.items()
    }


def _object(document: Any, name: str) -> Mapping[str, Any] | None:
    """What the file has there, which anybody may have edited."""
    value = document.get(name) if isinstance(document, Mapping) else None
    return value if isinstance(value, Mapping) else None
