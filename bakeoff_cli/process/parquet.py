"""New rows that are Parquet, read by Spark on this machine, as the job in the cluster reads uploads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bakeoff.domain.predicting.columns import RunColumns
from bakeoff.domain.predicting.new_table import NewTable, require_columns
from bakeoff.domain.reading.numbers import SPACES
from bakeoff.domain.reading.parquet.footer import NULLS
from bakeoff.domain.reading.parquet.table import is_parquet, parquet_table
from bakeoff.domain.reading.table import Table
from bakeoff_cli.errors import BadInput

_HEAD_BYTES = 16
_SPARK_JOB = Path(__file__).resolve().parents[2] / "spark"
_SCRIPT = Path(__file__).with_name("parquet_cells.py")
_SUBMITTED = "--master local[1] --conf spark.ui.enabled=false --driver-java-options '{}' pyspark-shell"
_INHERITED = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR")


def holds_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return is_parquet(file.read(_HEAD_BYTES))


def parquet_rows(path: Path, columns: RunColumns) -> NewTable:
    """Raises BadInput or RequestError for what holds no rows with these columns; what the file's footer tells
    is told before Spark starts.
    """
    key, size = str(path), path.stat().st_size
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)

        def read_tail(count: int) -> bytes:
            file.seek(max(0, size - count))
            return file.read()

        # A model of one feature is asked without a label.
        table = parquet_table(key, size, head, read_tail, least=1)
    kept = [at for at in range(table.width) if _is_read(table, at)]
    names = tuple(table.column_name(at) for at in kept)
    require_columns(NewTable(key, names, (), ()), columns)
    cells = _cells(path, kept)
    return NewTable(key, names, range(1, len(cells) + 1), cells, unit="row")


def _is_read(table: Table, at: int) -> bool:
    """Of a column that holds nothing but nulls, every cell is a gap."""
    return table.unreadable[at] == NULLS if at in table.unreadable else at not in table.left_out


def _cells(path: Path, places: Sequence[int]) -> list[list[str]]:
    with tempfile.TemporaryDirectory(prefix="bakeoff-parquet-") as scratch:
        folder = Path(scratch)
        # Spark takes some names for patterns, and leaves out others.
        link = folder / "new.parquet"
        link.symlink_to(path.resolve())
        ended = subprocess.run(
            [sys.executable, _SCRIPT, link, folder, json.dumps(list(places))],
            env=_environment(folder),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )
        rows, error = folder / "rows.jsonl", folder / "error.txt"
        if ended.returncode == 0:
            with rows.open(encoding="utf-8") as lines:
                return [[cell.strip(SPACES) for cell in json.loads(line)] for line in lines]
        lines_of_log = ended.stderr.strip().splitlines() or ["no reason given"]
        why = error.read_text("utf-8") if error.exists() else lines_of_log[-1]
    raise BadInput(
        f"{path} cannot be read as Parquet ({why.rstrip('.')}): save it as CSV to predict its rows."
    )


def _environment(folder: Path) -> dict[str, str]:
    from local_aws.services.sagemaker.containers.spark.java import java_home
    from local_aws.services.sagemaker.containers.spark.jvm import START_OPTIONS

    return {
        **{name: os.environ[name] for name in _INHERITED if name in os.environ},
        "JAVA_HOME": str(java_home(os.environ)),
        "PYTHONPATH": str(_SPARK_JOB),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_SUBMIT_ARGS": _SUBMITTED.format(" ".join(START_OPTIONS)),
        "SPARK_LOCAL_DIRS": str(folder),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_HOSTNAME": "localhost",
    }
