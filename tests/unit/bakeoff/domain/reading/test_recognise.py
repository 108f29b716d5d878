from __future__ import annotations

import gzip
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.reading.recognise import recognise
from bakeoff.domain.reading.text import HEAD_BYTES

KEY = "Inputs/dataset1.csv"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
numbers = st.floats(-1e19, 1e19).map(repr) | st.integers(-1000, 1000).map(str)
delimiters = st.sampled_from([",", ";", "\t", "|"])
line_ends = st.sampled_from(["\n", "\r\n"])
column_names = st.text("abcdefghij XYZ_()", min_size=1, max_size=8).map(lambda name: f"x{name}")
tables = st.integers(1, 12).flatmap(
    lambda dim: st.lists(st.lists(numbers, min_size=dim + 1, max_size=dim + 1), min_size=1, max_size=20)
)


def reading_of(head: bytes) -> tuple[str, str, str | None, str | None, int]:
    found = recognise(KEY, head)
    return found.format, found.compression, found.delimiter, found.header, found.feature_dim


def encode(lines: Sequence[str], end: str, packed: bool, marked: bool) -> bytes:
    body = (BYTE_ORDER_MARK if marked else b"") + "".join(line + end for line in lines).encode()
    return gzip.compress(body) if packed else body


def libsvm(row: Sequence[str]) -> str:
    return " ".join([row[0], *(f"{index}:{value}" for index, value in enumerate(row[1:], 1))])


@given(tables, line_ends, st.booleans(), st.booleans())
def test_libsvm_is_recognised(table: list[list[str]], end: str, packed: bool, marked: bool) -> None:
    head = encode([libsvm(row) for row in table], end, packed, marked)

    expected = ("libsvm", "gzip" if packed else "none", None, None, len(table[0]) - 1)
    assert reading_of(head) == expected


@given(tables, delimiters, line_ends, st.booleans(), st.booleans())
def test_csv_is_recognised(
    table: list[list[str]], delimiter: str, end: str, packed: bool, marked: bool
) -> None:
    head = encode([delimiter.join(row) for row in table], end, packed, marked)

    expected = ("csv", "gzip" if packed else "none", delimiter, None, len(table[0]) - 1)
    assert reading_of(head) == expected


@given(tables, delimiters, line_ends, st.data(), st.booleans(), st.booleans())
def test_a_header_is_told_from_rows(
    table: list[list[str]], delimiter: str, end: str, data: st.DataObject, packed: bool, marked: bool
) -> None:
    names = data.draw(st.lists(column_names, min_size=len(table[0]), max_size=len(table[0])))
    header = delimiter.join(names)
    lines = [header, *(delimiter.join(row) for row in table)]

    found = recognise(KEY, encode(lines, end, packed, marked))

    # Spaces at the end of a line are none of Spark's, nor of the plan's.
    seen = header.rstrip(" ")
    assert (found.header, found.delimiter, found.feature_dim) == (seen, delimiter, len(table[0]) - 1)


GOOD = ["15,0.455,0.365,0.095", "7,0.35,0.265,0.09", "9,0.53,0.42,0.135", "10,0.44,0.365,0.125"]


@pytest.mark.parametrize(
    "bad", ["nan,0.4,0.3,0.1", ",0.4,0.3,0.1", "old,0.4,0.3,0.1", "7,0.4,0.3", "7,0.4,0.3,0.1,0.2", "x", "#"]
)
@pytest.mark.parametrize("position", [0, 2, 4])
def test_a_few_malformed_rows_spoil_no_csv(bad: str, position: int) -> None:
    lines = [*GOOD[:position], bad, *GOOD[position:]]

    found = recognise(KEY, encode(lines, "\n", False, False))

    assert (found.format, found.feature_dim) == ("csv", 3)


@pytest.mark.parametrize(
    "bad", ["nan 1:1 2:2 3:3", "7 1:1 2:x 3:3", "seven 1:1 2:2 3:3", "7,1,2,3", "7", "7 1:"]
)
@pytest.mark.parametrize("position", [0, 2, 4])
def test_a_few_malformed_rows_spoil_no_libsvm(bad: str, position: int) -> None:
    lines = [libsvm(row.split(",")) for row in GOOD]
    lines.insert(position, bad)

    assert reading_of(encode(lines, "\n", False, False)) == ("libsvm", "none", None, None, 3)


def test_sparse_libsvm_is_as_wide_as_its_widest_row() -> None:
    lines = ["7 2:1", "8 1:1 3:2", "9 5:1", "3 1:4"]

    assert recognise(KEY, encode(lines, "\n", False, False)).feature_dim == 5


def test_a_row_with_an_index_out_of_range_spoils_no_libsvm() -> None:
    lines = ["7 1:1 2:2"] * 19 + ["7 1:1 22222:2"]

    assert recognise(KEY, encode(lines, "\n", False, False)).feature_dim == 2


def test_quoted_fields_are_numbers_too() -> None:
    head = b'"label","length"\n"15","0.455"\n"7","0.35"\n'

    assert reading_of(head) == ("csv", "none", ",", '"label","length"', 1)


@pytest.mark.parametrize("odd", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_lines_end_where_spark_ends_them(odd: str) -> None:
    header = f"label,unit{odd}length"

    found = recognise(KEY, f"{header}\n15,0.4\n7,0.3\n".encode())

    assert (found.header, found.feature_dim) == (header, 1)


@pytest.mark.parametrize("repeated", [1, 50_000])
def test_old_mac_line_ends_are_line_ends(repeated: int) -> None:
    head = (b"15,0.4,1\r7,0.3,1\r" * repeated)[:HEAD_BYTES]

    assert recognise(KEY, head).feature_dim == 2


@pytest.mark.parametrize("first", [b"label,length\n", b"label,len", b""])
def test_a_gzip_of_several_members_is_one_text(first: bytes) -> None:
    rest = b"label,length\n15,0.4\n".removeprefix(first)
    padding = bytes(16)

    found = recognise(KEY, gzip.compress(first) + gzip.compress(rest) + padding)

    assert (found.header, found.feature_dim) == ("label,length", 1)


def test_the_name_says_nothing() -> None:
    assert recognise("Inputs/data.csv", b"15 1:0.4 2:0.3\n").format == "libsvm"
    assert recognise("Inputs/data.libsvm.gz", b"15,0.4,0.3\n").compression == "none"


def test_the_plan_holds_how_to_read_and_not_how_wide() -> None:
    reading: dict[str, Any] = {**recognise(KEY, b"15,0.4\n").reading()}

    assert reading == {
        "format": "csv",
        "compression": "none",
        "delimiter": ",",
        "header": None,
        "names": None,
        "skip": [],
        "columns": [0, 1],
        "width": 2,
        "decimal": ".",
    }
