"""CloudWatch metrics that a function writes as log lines (the embedded metric format, EMF).

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

_MARK = '"_aws"'


@dataclass(frozen=True)
class MetricData:
    """One `PutMetricData` call: a namespace and its list of MetricDatum."""

    namespace: str
    data: list[dict[str, Any]]


def metrics_of(line: str) -> list[MetricData]:
    """The metrics of a log line; none when it is not a valid EMF document, which CloudWatch ignores too."""
    document = _document(line)
    if document is None:
        return []
    metadata = document["_aws"]
    moment = datetime.fromtimestamp(metadata["Timestamp"] / 1000, UTC).replace(tzinfo=None)
    return [
        MetricData(directive["Namespace"], list(_data(document, directive, moment)))
        for directive in metadata["CloudWatchMetrics"]
    ]


def _document(line: str) -> dict[str, Any] | None:
    if _MARK not in line:
        return None
    try:
        document = json.loads(line)
        metadata = document["_aws"]
        _ = metadata["Timestamp"] / 1000, [each["Namespace"] for each in metadata["CloudWatchMetrics"]]
    except (ValueError, KeyError, TypeError):
        return None
    return dict(document)


def _data(document: dict[str, Any], directive: dict[str, Any], moment: datetime) -> Iterator[dict[str, Any]]:
    for names in directive.get("Dimensions") or [[]]:
        dimensions = [{"Name": name, "Value": str(document[name])} for name in names if name in document]
        for metric in directive.get("Metrics", []):
            if metric["Name"] in document:
                value = document[metric["Name"]]
                yield {
                    "MetricName": metric["Name"],
                    "Values": value if isinstance(value, list) else [value],
                    "Unit": metric.get("Unit", "None"),
                    "Dimensions": dimensions,
                    "Timestamp": moment,
                }
