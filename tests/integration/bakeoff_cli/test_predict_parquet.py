"""New rows that are Parquet, by a Spark of its own: seconds, which nothing else shows to work."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from bakeoff.domain.errors import ColumnMismatch
from bakeoff.domain.predicting.columns import RunColumns
from bakeoff_cli.errors import BadInput
from bakeoff_cli.process.parquet import holds_parquet, parquet_rows

ROWS = 5000


def columns(*features: str) -> RunColumns:
    return RunColumns("y", ("y", *features), features, ("id",), frozenset(), True, (), {})


def test_each_value_is_the_text_that_the_spark_job_reads(tmp_path: Path) -> None:
    path = tmp_path / "_new rows [1].parquet"
    start = {
        "whole": [7, None, -1],
        "real": [1.0, 0.1, float("nan")],
        "text": [" blue ", "", "ü"],
        "flag": [True, False, None],
        "day": [date(1500, 1, 2), date(2026, 11, 30), None],
        "moment": [datetime(2026, 1, 2, 3, 4, 5), None, None],
        "empty": [None, None, None],
        "id": [1, 2, 3],
    }
    frame = pl.DataFrame(start).with_columns(pl.col("moment").cast(pl.Datetime("us")))
    # Of many row groups, so that their order shows.
    more = pl.DataFrame({"id": range(4, ROWS + 1)}, schema={"id": pl.Int64})
    pl.concat([frame, more], how="diagonal").write_parquet(path, row_group_size=100)
    features = ("moment", "whole", "real", "text", "flag", "day", "empty")

    assert holds_parquet(path)
    table = parquet_rows(path, columns(*features))

    rows = [dict(zip(table.names, row, strict=True)) for row in table.cells]
    assert [[row[name] for name in features] for row in rows[:3]] == [
        ["2026-01-02 03:04:05", "7", "1", "blue", "true", "1500-01-02", ""],
        ["", "", "0.1", "", "false", "2026-11-30", ""],
        ["", "-1", "", "ü", "", "", ""],
    ]
    assert [row["id"] for row in rows] == [str(number) for number in range(1, ROWS + 1)]
    assert (table.unit, list(table.lines)) == ("row", [*range(1, ROWS + 1)])


@pytest.mark.parametrize(
    ("script", "why"),
    [
        (
            "from pathlib import Path; Path(sys.argv[2], 'error.txt').write_text('It is torn.'); sys.exit(1)",
            "It is torn",
        ),
        ("sys.exit('No Java runs here.')", "No Java runs here"),
        ("sys.exit(1)", "no reason given"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, why: str
) -> None:
    (tmp_path / "script.py").write_text(f"import sys; {script}")
    monkeypatch.setattr("bakeoff_cli.process.parquet._SCRIPT", tmp_path / "script.py")
    path = tmp_path / "new.parquet"
    pl.DataFrame({"a": [1], "b": [2]}).write_parquet(path)
    sentence = f"{path} cannot be read as Parquet ({why}): save it as CSV to predict its rows."
    with pytest.raises(BadInput, match=re.escape(sentence)):
        parquet_rows(path, columns("a", "b"))


def test_other_columns_are_refused_before_spark_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new.parquet"
    pl.DataFrame({"a": [1], "c": [2]}).write_parquet(path)
    monkeypatch.setattr("subprocess.run", None)
    with pytest.raises(ColumnMismatch, match="lacks the column 'b'"):
        parquet_rows(path, columns("a", "b"))


def test_a_model_of_one_feature_is_asked_without_a_label(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new.parquet"
    pl.DataFrame({"a": [1]}).write_parquet(path)
    (tmp_path / "script.py").write_text(
        "import sys; from pathlib import Path; Path(sys.argv[2], 'rows.jsonl').write_text('[\"1\"]')"
    )
    monkeypatch.setattr("bakeoff_cli.process.parquet._SCRIPT", tmp_path / "script.py")
    assert parquet_rows(path, columns("a")).cells == [["1"]]
