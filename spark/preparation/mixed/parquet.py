"""Parquet: its values as the texts that CSV would have, and then the same rules."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from preparation.arrays import array_of
from preparation.failures import JobError, root_cause, shortened
from preparation.mixed.cells import canonical
from preparation.mixed.columns import Columns
from preparation.mixed.text import judged
from preparation.storage import locate

Item = Mapping[str, Any]
_TEXTS = {"string", "boolean", "date", "tinyint", "smallint", "int", "bigint", "timestamp", "timestamp_ntz"}


def schema_of(spark: SparkSession, item: Item) -> str:
    """As the file's end spells it; files of one spelling are read together. Raises JobError."""
    context: Any = spark.sparkContext
    parquet, configuration = context._jvm.org.apache.parquet, context._jsc.hadoopConfiguration()
    path = locate(spark, item["uri"])[1]
    try:
        source = parquet.hadoop.util.HadoopInputFile.fromPath(path, configuration)
        reader = parquet.hadoop.ParquetFileReader.open(source)
        try:
            return str(reader.getFileMetaData().getSchema().toString())
        finally:
            reader.close()
    except Py4JJavaError as error:
        cause = shortened(root_cause(error)[0].splitlines()[0], 300)
        raise JobError(
            f"{item['key']} cannot be read as Parquet ({cause}): write the file anew, without encryption."
        ) from error


def schemas_of(spark: SparkSession, items: Sequence[Item]) -> list[str]:
    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(lambda item: schema_of(spark, item), items))


def read_parquet(
    spark: SparkSession, items: Sequence[Item], columns: Columns, missing: Sequence[str], source: Column
) -> DataFrame:
    """The rows of files of one schema, as `mixed.text` has those of lines."""
    table = spark.read.parquet(*(_escaped(item["uri"]) for item in items))
    names = [table.schema.fields[place] for place in items[0]["columns"]]
    cells = array_of([text_of(items[0], field) for field in names])
    line = F.struct(source.alias("object"), F.to_json(cells).alias("line"))
    read = judged(canonical(cells, columns, missing, "."), F.lit(None).cast("string"), columns, line)
    return table.select(read.alias("row")).select("row.*")


def _escaped(uri: str) -> str:
    """Spark takes these characters for patterns."""
    return re.sub(r"([\\*?{}\[\]])", r"\\\1", uri)


def text_of(item: Item, field: Any) -> Column:
    """A value's text; "" for none."""
    cell, kind = F.col(f"`{field.name.replace('`', '``')}`"), field.dataType.simpleString()
    if kind in ("float", "double"):
        # 1.0 is 1, and 1.0E10 is 1E10; a number is one, however many digits its type could hold.
        text = F.regexp_replace(cell.cast("string"), r"\.0(?=E|$)", "")
        text = F.when(F.isnan(cell), "").otherwise(text)
    elif kind in _TEXTS or kind.startswith("decimal"):
        text = cell.cast("string")
    else:
        raise JobError(
            f"{item['key']}: the column {shortened(field.name, 100)} holds values of the type "
            f"{shortened(kind, 100)}, and only numbers, texts, booleans, dates and timestamps can be read: "
            "leave it out of the file, or name it in `ignore`."
        )
    return F.coalesce(text, F.lit(""))
