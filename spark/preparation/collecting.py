"""Results of a few rows."""

from __future__ import annotations

import json
from typing import Any

from pyspark.sql import DataFrame


def collected(frame: DataFrame) -> list[dict[str, Any]]:
    """All rows without their nulls; as JSON in one text, because PySpark's collect leaves a socket open."""
    java: Any = frame.sparkSession.sparkContext._jvm
    text = java.java.lang.String.join("\n", frame._jdf.toJSON().collectAsList())
    return [json.loads(line) for line in text.split("\n") if line]
