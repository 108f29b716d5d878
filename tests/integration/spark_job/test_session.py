"""What the job's session spares the driver."""

from __future__ import annotations

from typing import Any

import pytest
from py4j.java_gateway import JVMView
from pyspark.sql import SparkSession
from pyspark.sql import functions as F


def test_no_function_and_no_column_has_the_jvm_look_through_its_jars(
    spark: SparkSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_for: list[str] = []

    def look(view: Any, name: str) -> Any:
        looked_for.append(name)
        return find(view, name)

    find: Any = JVMView.__getattr__
    monkeypatch.setattr(JVMView, "__getattr__", look)

    F.when(F.col("a").isin(1, 2), F.lit(1)).otherwise(F.transform("b", lambda item: item + 1)[0])

    assert looked_for == []
