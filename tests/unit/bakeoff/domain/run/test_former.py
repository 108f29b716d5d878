"""Documents as earlier releases wrote them, and damaged ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.run.documents import Comparison, Plan, Result
from bakeoff.domain.run.former import current_comparison, current_plan, current_result

GOLDEN = Path(__file__).with_name("golden")
_CURRENT = {"comparison": current_comparison, "plan": current_plan, "result": current_result}


def golden(name: str) -> Any:
    return json.loads((GOLDEN / name).read_text())


def formerly(document: Any) -> Any:
    return json.loads(json.dumps(document).replace('"relative_accuracy"', '"accuracy"'))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("comparison", "comparison.json"),
        ("comparison", "mixed/comparison.json"),
        ("result", "results-xgboost.json"),
        ("result", "mixed/results-xgboost.json"),
        ("result", "results-knn.json"),
        ("plan", "plan.json"),
    ],
)
def test_what_earlier_releases_wrote_is_read_as_today(kind: str, name: str) -> None:
    today = golden(name)
    if kind == "plan":
        today["settings"]["metric"]["value"] = "relative_accuracy"
    former = formerly(today)

    for document in (today, former):
        found = cast("Any", _CURRENT[kind])(document)
        assert json.dumps(found) == json.dumps(today)


def test_the_metric_that_decides_is_renamed_too() -> None:
    former = formerly(golden("mixed/comparison.json") | {"metric": "relative_accuracy"})
    former["candidates"][0]["importance"] = {"metric": "accuracy", "columns": []}

    found = current_comparison(former)

    assert found["metric"] == "relative_accuracy"
    first = cast("dict[str, Any]", found["candidates"][0])
    assert first["importance"] == {"metric": "relative_accuracy", "columns": []}
    assert former["metric"] == "accuracy"


def test_the_accuracy_of_classes_stays() -> None:
    metrics = {"log_loss": 0.5, "accuracy": 0.9}
    of_classes = {"classes": ["a", "b"], "metric": "accuracy", "candidates": [{"metrics": metrics}]}
    plan = {"task": {"kind": "classification"}, "settings": {"metric": {"value": "accuracy"}}}

    result = {"metrics": metrics}
    assert cast("Any", current_comparison(cast(Comparison, of_classes))) == of_classes
    assert cast("Any", current_plan(cast(Plan, plan))) == plan
    assert cast("Any", current_result(cast(Result, result))) == result


_KEYS = st.sampled_from(
    ["metric", "metrics", "settings", "candidates", "baseline", "importance", "rmse", "accuracy", "value"]
)
_VALUES = st.recursive(
    st.none() | st.integers() | st.just("accuracy"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=6))
def test_a_document_that_anybody_edited_is_read_without_a_fault(document: dict[str, Any]) -> None:
    before = json.dumps(document)
    for current in _CURRENT.values():
        cast("Any", current)(document)
    assert json.dumps(document) == before
