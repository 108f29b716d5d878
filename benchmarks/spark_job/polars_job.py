"""The Spark job's data sets, by polars and in one process: the third side of benchmarks.spark_job.

Splits by a hash of the parsed numbers, another one, and writes CSV and libsvm. No row is checked.

    python polars_job.py INPUT.libsvm OUTPUT_FOLDER FEATURES
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

BUCKETS = 1_000_000
BELOW = {"train": (0, 700_000), "validation": (700_000, 850_000), "test": (850_000, BUCKETS)}


def chopped(entries: pl.DataFrame, features: int) -> pl.DataFrame:
    """The numbers alone, as text: label, then each entry without its `index:`."""
    label, *rest = entries.columns[: features + 1]
    return entries.select(label, *(pl.col(name).str.strip_prefix(f"{i}:") for i, name in enumerate(rest, 1)))


def main(source: str, target: Path, features: int) -> None:
    entries = pl.read_csv(source, separator=" ", has_header=False, infer_schema=False)
    numbers = chopped(entries, features)
    bucket = numbers.cast(pl.Float64).hash_rows() % BUCKETS
    for name, (least, below) in BELOW.items():
        inside = (bucket >= least) & (bucket < below)
        for form, table, separator in (("csv", numbers, ","), ("libsvm", entries, " ")):
            path = target / form / name / "part-00000"
            path.parent.mkdir(parents=True)
            table.filter(inside).write_csv(path, include_header=False, separator=separator)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
