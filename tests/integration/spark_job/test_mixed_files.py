"""The same rows whatever the file: delimiters, decimal commas, Parquet, and tables that are wide."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from preparation import arrays
from preparation.failures import JobError
from preparation.plan import SPLITS
from preparation.reasons import FEATURE, LARGE_FEATURE
from tests.integration.spark_job.job import Datasets, Job, file_uri
from tests.integration.spark_job.tables import VIEWS, Table, held_out_cells

TABLE = Table(
    [("y", "number"), ("a", "number"), ("b", "category"), ("c", "boolean"), ("d", "date"), ("e", "timestamp")]
)
SCHEMA = "e timestamp, y double, a {a}, b string, c boolean, d date"
ROWS = [
    [str(n), "" if n % 9 == 0 else f"{n % 7}", f"k{n % 3}", "true", "1969-12-31", "2020-02-29 10:00:00"]
    for n in range(120)
]


def contents(datasets: Datasets) -> dict[str, list[str]]:
    """Of all splits, in no order; and encoding.json."""
    rows = {f"{view}/{split}": sorted(datasets.rows(view, split)) for view in VIEWS for split in SPLITS}
    encoding = (datasets.root / "encoding.json").read_text("utf-8").splitlines()
    return rows | {"encoding": encoding, "table": sorted(map(repr, held_out_cells(datasets)))}


def parquet(job: Job, name: str, rows: list[Any], schema: str, table: Table = TABLE) -> dict[str, Any]:
    """One file, described as a plan does."""
    spark, folder = job.spark, job.folder
    spark.createDataFrame(rows, schema).coalesce(1).write.mode("overwrite").parquet(str(folder / "written"))
    path = folder / name
    next((folder / "written").glob("part-*")).rename(path)
    order = [field.split()[0] for field in schema.split(", ")]
    return {
        "key": f"Inputs/{name}",
        "uri": file_uri(path),
        "bytes": path.stat().st_size,
        "format": "parquet",
        "compression": "none",
        "delimiter": None,
        "header": None,
        "columns": [order.index(each) for each in table.kept],
        "width": None,
    }


def values(row: list[str], number: Any) -> list[Any]:
    label, a, b, _, day, time = row
    moment = datetime.fromisoformat(f"{time}+00:00")
    return [moment, float(label), number(a) if a else None, b, True, date.fromisoformat(day)]


def test_files_of_any_kind_hold_the_same_rows(job: Job) -> None:
    # Given the same rows as CSV, in a German spelling, and as Parquet of two schemas
    plain = TABLE.run(job, TABLE.csv(job, "a.csv", ROWS), to="plain")
    commas = [[f"{row[0]},0", f'"{row[1]}"', *row[2:]] for row in ROWS]
    header = ";".join(TABLE.kept)
    german = "\r\n".join([header, *(";".join(row) for row in commas)])
    semicolons = TABLE.text(job, "b.csv", german, delimiter=";", decimal=",")
    schemas = {"int": int, "double": float, "decimal(9,0)": Decimal}
    files = [
        parquet(
            job,
            f"{place}.parquet",
            [values(row, number) for row in ROWS[40 * place :][:40]],
            SCHEMA.format(a=a),
        )
        for place, (a, number) in enumerate(schemas.items())
    ]

    # When they are prepared
    by_comma = TABLE.run(job, semicolons, to="german")
    columnar = TABLE.run(job, *files, to="parquet")
    mixed = TABLE.run(job, TABLE.csv(job, "c.csv", ROWS[:40], delimiter="\t"), *files[1:], to="mixed")

    # Then nothing tells them apart but a label's spelling
    assert contents(columnar) == contents(plain) == contents(mixed)
    assert contents(by_comma)["encoding"] == contents(plain)["encoding"]
    assert sorted(by_comma.all_rows()) == sorted(line.replace(",", ".0,", 1) for line in plain.all_rows())


def test_values_of_parquet_that_are_no_numbers_are_rejected_or_missing(job: Job) -> None:
    table = Table([("y", "number"), ("a", "number")])
    numbers = [1.5, float("nan"), float("inf"), 1e39, 1e10, 0.1, None, 1e-300]
    rows = [[float(n), number] for n, number in enumerate(numbers)]
    item = parquet(job, "a.parquet", rows, "y double, a double", table)

    datasets = table.run(job, item)

    assert sorted(datasets.all_rows()) == ["0,1.5", "1,", "4,1E10", "5,0.1", "6,", "7,1E-300"]
    assert datasets.summary["rejected"]["reasons"] == {FEATURE: 1, LARGE_FEATURE: 1}


def test_parquet_that_cannot_be_read_is_refused_with_its_name(job: Job) -> None:
    rows = [values(row, int) for row in ROWS]
    lists = [values(row, lambda a: [int(a)]) for row in ROWS]
    good = parquet(job, "a.parquet", rows, SCHEMA.format(a="int"))
    nested = parquet(job, "n.parquet", lists, SCHEMA.format(a="array<int>"))
    cut = job.folder / "cut.parquet"
    cut.write_bytes(Path(good["uri"].removeprefix("file://")).read_bytes()[:-100])
    short = good | {"key": "Inputs/cut.parquet", "uri": file_uri(cut), "bytes": cut.stat().st_size}

    refusals = {r"^Inputs/cut\.parquet cannot be read": short, r"n\.parquet: the column a .*array": nested}
    for words, item in refusals.items():
        with pytest.raises(JobError, match=words):
            TABLE.run(job, item)


def test_wide_tables_are_prepared_as_narrow_ones(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = TABLE.run(job, TABLE.csv(job, "a.csv", ROWS), to="narrow")
    odd = TABLE.csv(job, "b.csv", [["1", "x", "", "", "", ""], *ROWS], delimiter="|", order=TABLE.kept[::-1])
    narrow_odd = TABLE.run(job, odd, to="narrow-odd")

    monkeypatch.setattr(arrays, "WRITTEN_OUT", 0)
    wide = TABLE.run(job, TABLE.csv(job, "a.csv", ROWS), to="wide")
    wide_odd = TABLE.run(job, odd, to="wide-odd")

    assert contents(wide) == contents(narrow)
    assert contents(wide_odd) == contents(narrow_odd)
    assert wide_odd.rejected == narrow_odd.rejected != []
