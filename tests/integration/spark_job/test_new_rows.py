"""New rows of Parquet that `bakeoff predict` reads by the job's own rule, in a session that is up already."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from pyspark.sql import SparkSession

from bakeoff_cli.process.parquet_cells import READING_ERRORS, cause_of, write_cells


def test_what_spark_cannot_read_has_its_cause_on_one_line(spark: SparkSession, tmp_path: Path) -> None:
    path = tmp_path / "torn.parquet"
    pl.DataFrame({"a": range(100), "b": range(100)}).write_parquet(path, compression="uncompressed")
    content = bytearray(path.read_bytes())
    content[4:60] = b"\xff" * 56
    path.write_bytes(content)
    settings = ("spark.sql.files.maxPartitionBytes", "spark.sql.files.openCostInBytes")
    before = {name: spark.conf.get(name) for name in settings}
    try:
        with pytest.raises(READING_ERRORS) as raised:
            write_cells(spark, path, [0, 1], tmp_path / "rows.jsonl")
    finally:
        for name, value in before.items():
            spark.conf.set(name, value)

    cause = cause_of(raised.value)
    assert cause and "\n" not in cause and "torn.parquet" not in cause
