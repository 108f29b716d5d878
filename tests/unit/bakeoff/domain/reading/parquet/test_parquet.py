"""Parquet: columns by its footer, and what no run could read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.errors import ColumnMismatch, RequestError, UnreadableData
from bakeoff.domain.reading.mixed.settings import ColumnSettings
from bakeoff.domain.reading.parquet.footer import read_footer
from bakeoff.domain.reading.parquet.thrift import MalformedThrift
from tests.unit.bakeoff.domain.reading.parquet.parquet_files import (
    BOOLEAN,
    BYTES,
    DATE,
    DECIMAL,
    DOUBLE,
    ENUM,
    FIXED,
    FLOAT,
    INT32,
    INT64,
    INT96,
    INTEGER,
    JSON,
    NANOSECONDS,
    STRING,
    TIME,
    TIMESTAMP,
    UNKNOWN,
    UUID,
    column,
    footer_of,
    parquet_of,
)
from tests.unit.bakeoff.domain.reading.uploads import csv_of, rows_of, snapshot_of

PRICE = column("price", DOUBLE)
AREA = column("area", INT64)
HOUSES = [PRICE, AREA, column("kind", BYTES, STRING)]
KINDS = {
    "ints": (column("x", INT32), "number"),
    "unsigned": (column("x", INT64, INTEGER), "number"),
    "floats": (column("x", FLOAT), "number"),
    "decimals": (column("x", FIXED, DECIMAL), "number"),
    "truths": (column("x", BOOLEAN), "boolean"),
    "dates": (column("x", INT32, DATE), "date"),
    "times": (column("x", INT64, TIMESTAMP), "timestamp"),
    "old times": (column("x", INT96), "timestamp"),
    "converted times": (column("x", INT64, converted=10), "timestamp"),
    "texts": (column("x", BYTES, STRING), "category"),
    "enums": (column("x", BYTES, ENUM), "category"),
    "converted texts": (column("x", BYTES, converted=0), "category"),
}
UNREADABLE = {
    "bytes": ([column("x", BYTES)], "holds bytes that nothing says to be text"),
    "json": ([column("x", BYTES, JSON)], "holds JSON"),
    "lists": (
        [
            column("x", None, 3, children=1),
            column("list", None, children=1, repetition=2),
            column("element", INT32),
        ],
        "is nested",
    ),
    "repeated": ([column("x", INT32, repetition=2)], "is nested"),
}


@pytest.mark.parametrize("name", KINDS)
def test_the_schema_says_what_a_column_is(name: str) -> None:
    element, kind = KINDS[name]

    found = snapshot_of({"a.parquet": parquet_of([PRICE, element])})

    assert found.table is not None
    assert found.table["columns"][1] == {"name": "x", "role": "feature", "kind": kind}


def test_the_plan_says_how_to_read_it() -> None:
    found = snapshot_of({"a.parquet": parquet_of(HOUSES, rows=1234)}, target="price")

    [item] = found.inputs
    assert (item["format"], item["compression"], item["names"]) == (
        "parquet",
        "snappy",
        ["price", "area", "kind"],
    )
    assert (item["delimiter"], item["header"], item["width"]) == (None, None, None)
    assert (item["columns"], item["uri"]) == ([0, 1, 2], "s3://data-bucket/Inputs/a.parquet")
    assert (found.features, found.feature_dim) == (["area", "kind"], 2)
    assert "Inputs/a.parquet: 1,234 rows, by its Parquet footer." in found.notes


def test_a_name_that_spark_would_hide_is_copied() -> None:
    [item] = snapshot_of({"a b.parquet": parquet_of(HOUSES)}).inputs

    assert item["uri"] == "s3://data-bucket/runs/run-1/inputs/00001.parquet"


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_column_that_nothing_reads_is_named_unless_it_is_ignored(name: str) -> None:
    elements, what = UNREADABLE[name]
    body = parquet_of([PRICE, *elements, AREA], top=3)

    with pytest.raises(
        UnreadableData, match=rf"^Inputs/a\.parquet: the column 'x' {what}.*: name it in the setting"
    ):
        snapshot_of({"a.parquet": body})
    found = snapshot_of({"a.parquet": body}, columns=ColumnSettings(ignore=("x",)))

    assert (found.features, found.inputs[0]["columns"]) == (["area"], [0, 2])


@pytest.mark.parametrize(
    ("element", "what"),
    [
        (column("x", INT64, TIME), "holds times of day"),
        (column("x", INT32, converted=7), "holds times of day"),
        (column("x", FIXED, UUID), "holds UUIDs"),
        (column("x", INT64, TIMESTAMP, NANOSECONDS), "holds times in nanoseconds"),
    ],
)
def test_a_column_that_stops_spark_is_refused_whoever_ignores_it(element: Any, what: str) -> None:
    for elements in ([element], [column("x", None, 3, children=1), element]):
        body = parquet_of([PRICE, AREA, *elements], top=3)

        with pytest.raises(
            UnreadableData, match=r"^Inputs/a\.parquet: the column 'x' .* reads no file with such"
        ):
            snapshot_of({"a.parquet": body}, columns=ColumnSettings(ignore=("x",)))
    with pytest.raises(UnreadableData, match=what):
        snapshot_of({"a.parquet": parquet_of([PRICE, AREA, element])})


def test_what_pandas_writes_beside_the_data_is_left_out() -> None:
    body = parquet_of([PRICE, AREA, column("__index_level_0__", INT64), column("x", INT32, UNKNOWN)])

    found = snapshot_of({"a.parquet": body})

    assert found.features == ["area"]
    assert "Inputs/a.parquet: column 4 (x) holds nothing but nulls: left out." in found.notes
    assert "Inputs/a.parquet: column 3 is the index of a pandas data frame: left out." in found.notes


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (parquet_of(HOUSES)[:-3], "is a Parquet file that is cut short, as it does not end in PAR1"),
        (b"PARE\x15\x04" + b"x" * 99 + b"PARE", "is an encrypted Parquet file"),
        (parquet_of(HOUSES, encrypted=True), "is a Parquet file with encrypted columns"),
        (parquet_of(HOUSES, codec=4), "is a Parquet file packed with brotli, which Spark does not read"),
        (parquet_of(HOUSES, rows=0), "is a Parquet file without rows"),
        (parquet_of([PRICE]), r"has 1 column\(s\), and a comparison needs a label"),
        (b"PAR1\x15\x04\xff\xff\xff\x00PAR1", "footer cannot be read, because it is said to be larger"),
        (b"PAR1\x15\x04\xff\xff\xff\x7fPAR1", "its Parquet footer takes 2147483647 bytes"),
        (b"PAR1\x15\x04\x01\x00\x00\x00PAR1", "footer cannot be read, because it ends in the middle"),
    ],
)
def test_a_file_that_nobody_can_read_is_refused_in_a_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableData, match=rf"^Inputs/a\.parquet.*{sentence}"):
        snapshot_of({"a.parquet": body})


def test_a_label_of_texts_is_one_of_classes_unless_somebody_says_otherwise() -> None:
    found = snapshot_of({"a.parquet": parquet_of(HOUSES)}, target="kind")

    assert found.table is not None and found.table["columns"][0]["kind"] == "category"
    with pytest.raises(
        UnreadableData, match="the label 'kind' is a category, not a number by its schema: set task"
    ):
        snapshot_of(
            {"a.parquet": parquet_of(HOUSES)}, target="kind", columns=ColumnSettings(task="regression")
        )


def test_csv_and_parquet_are_matched_by_name_and_kind() -> None:
    rows = [[row[0], row[1], "ab"[at % 2]] for at, row in enumerate(rows_of())]
    csv = csv_of(rows, ("area", "price", "kind"))

    found = snapshot_of({"a.parquet": parquet_of(HOUSES), "b.csv": csv}, target="price")

    assert [item["columns"] for item in found.inputs] == [[0, 1, 2], [1, 0, 2]]
    with pytest.raises(
        ColumnMismatch, match=r"'area' is a date by its schema, but a number in Inputs/b\.csv"
    ):
        snapshot_of(
            {"a.parquet": parquet_of([PRICE, column("area", INT32, DATE), HOUSES[2]]), "b.csv": csv},
            target="price",
        )


def test_thousands_of_columns_are_read() -> None:
    body = parquet_of([PRICE, *(column(f"a column of a long name, {at}", DOUBLE) for at in range(10_000))])

    assert snapshot_of({"a.parquet": body}, target="price").feature_dim == 10_000
    with pytest.raises(UnreadableData, match="has 10001 features, more than the 10000"):
        snapshot_of({"a.parquet": parquet_of([PRICE, *[column("x", DOUBLE)] * 10_001])})


@given(st.binary(max_size=200) | st.integers(0, 200).map(lambda size: footer_of(HOUSES)[:size]))
def test_any_bytes_are_a_footer_or_malformed(data: bytes) -> None:
    try:
        found = read_footer(data)
    except MalformedThrift as refused:
        assert str(refused)
    else:
        assert found.rows >= 0


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_file_with_wrong_bytes_is_planned_or_refused_in_a_sentence(changes: list[Any]) -> None:
    body = bytearray(parquet_of(HOUSES))
    for at, byte in changes:
        body[at % len(body)] = byte

    try:
        found = snapshot_of({"a.parquet": bytes(body)})
    except RequestError as refused:
        assert "Inputs/a.parquet" in str(refused)
    else:
        assert found.feature_dim >= 1


def test_deep_nesting_is_no_recursion() -> None:
    with pytest.raises(MalformedThrift, match="nested too deeply"):
        read_footer(b"\x1c" * 100_000)
    with pytest.raises(MalformedThrift, match=r"nested too deeply|longer than"):
        read_footer(b"\x19" * 100_000)
