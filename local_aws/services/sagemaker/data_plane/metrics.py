"""What SageMaker reads of a training job from its log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def last_values(log: Path, definitions: Iterable[Mapping[str, str]]) -> list[dict[str, Any]]:
    """FinalMetricDataList: of each metric the last value that its regular expression finds in a line.

    A metric that no line tells is left out. Logs have #011 for a tab.
    """
    found: dict[str, float] = {}
    lines = log.read_text(errors="replace").replace("\t", "#011").splitlines() if log.is_file() else []
    for definition in definitions:
        values = (_value(definition["Regex"], line) for line in reversed(lines))
        if (last := next((value for value in values if value is not None), None)) is not None:
            found[definition["Name"]] = last
    now = datetime.now(UTC)
    return [{"MetricName": name, "Value": value, "Timestamp": now} for name, value in found.items()]


def _value(regex: str, line: str) -> float | None:
    match = re.search(regex, line)
    if match is None or not match.groups():
        return None
    try:
        return float(match[1])
    except (TypeError, ValueError):
        # The group may have matched nothing, or a word.
        return None
