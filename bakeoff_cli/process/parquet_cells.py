"""The cells of a Parquet file as the Spark job reads them, in a process that is given FILE FOLDER PLACES.

PLACES are positions of columns, as JSON. FOLDER gets rows.jsonl, an array of texts a row in the file's order,
or error.txt, a sentence's middle. `preparation` is the job's own package, which has to be on the path.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from preparation.arrays import array_of
from preparation.failures import JobError, root_cause
from preparation.mixed.parquet import text_of
from preparation.session import open_session

ROWS, ERROR = "rows.jsonl", "error.txt"
READING_ERRORS = (JobError, PySparkException, Py4JJavaError)
# One task reads all of the file, because rows are told by their numbers.
_ONE_TASK = str(1 << 50)


def write_cells(spark: SparkSession, file: Path, places: list[int], target: Path) -> None:
    spark.conf.set("spark.sql.files.maxPartitionBytes", _ONE_TASK)
    spark.conf.set("spark.sql.files.openCostInBytes", _ONE_TASK)
    item = {"key": "the file"}
    table = spark.read.parquet(f"file:{file}")
    fields = [table.schema.fields[place] for place in places]
    cells = table.select(F.to_json(array_of([text_of(item, field) for field in fields])))
    with target.open("w", encoding="utf-8") as rows:
        rows.writelines(f"{row[0]}\n" for row in cells.collect())


def main() -> int:
    file, folder, places = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
    plan: Any = {"run_id": "predict", "inputs": [{"bytes": file.stat().st_size}]}
    try:
        write_cells(open_session(plan), file, places, folder / ROWS)
    except READING_ERRORS as err:
        (folder / ERROR).write_text(cause_of(err), encoding="utf-8")
        return 1
    return 0


def cause_of(error: Exception) -> str:
    """On one line, without the file's name, which is that of a link."""
    if isinstance(error, Py4JJavaError):
        return root_cause(error)[0].splitlines()[0]
    return str(error).splitlines()[0]


if __name__ == "__main__":
    sys.exit(main())
