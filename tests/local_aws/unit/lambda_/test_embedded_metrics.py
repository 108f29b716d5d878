"""The embedded metric format."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from local_aws.services.lambda_.invocation.embedded_metrics import metrics_of

DIRECTIVE = {"Namespace": "N", "Dimensions": [["a"], []], "Metrics": [{"Name": "m", "Unit": "Count"}]}


def line(**changes: Any) -> str:
    metadata = {"Timestamp": 1_000, "CloudWatchMetrics": [DIRECTIVE]}
    return json.dumps({"_aws": metadata, "a": "x", "m": 2, **changes})


def test_a_metric_is_reported_for_each_set_of_dimensions() -> None:
    (metric,) = metrics_of(line())

    assert metric.namespace == "N"
    assert [datum["Dimensions"] for datum in metric.data] == [[{"Name": "a", "Value": "x"}], []]
    assert {(datum["MetricName"], *datum["Values"], datum["Unit"]) for datum in metric.data} == {
        ("m", 2, "Count")
    }
    assert metric.data[0]["Timestamp"] == datetime(1970, 1, 1, 0, 0, 1)


def test_a_list_is_several_values() -> None:
    assert metrics_of(line(m=[1, 2]))[0].data[0]["Values"] == [1, 2]


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        '{"a": 1}',
        'not json "_aws"',
        '{"_aws": 1}',
        '{"_aws": {}}',
        '{"_aws": {"Timestamp": "soon", "CloudWatchMetrics": []}}',
        '{"_aws": {"Timestamp": 1, "CloudWatchMetrics": [{}]}}',
    ],
)
def test_what_is_no_metric_is_only_a_line(text: str) -> None:
    assert metrics_of(text) == []
