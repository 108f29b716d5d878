"""Cells that are no numbers: the sentence names line, column, value, what it is and the cure."""

from __future__ import annotations

import re

import pytest

from bakeoff.domain.errors import UnreadableData
from bakeoff.domain.reading.recognise import recognise
from tests.unit.bakeoff.domain.reading.uploads import COLUMNS, csv_of, rows_of, snapshot_of, with_column

FEATURES = {
    "2024-01-31": ("is a date", "write dates as YYYY-MM-DD"),
    "31.01.2024": ("is a date", "write dates as YYYY-MM-DD"),
    "1/31/24": ("is a date", "write dates as YYYY-MM-DD"),
    "2024-01-31T10:20:30Z": ("is a date", "write dates as YYYY-MM-DD"),
    "Jan 31 2024": ("is a date", "write dates as YYYY-MM-DD"),
    "Jan-31-2024": ("is a date", "write dates as YYYY-MM-DD"),
    "10:20": ("is a time", "as a number"),
    "$42.50": ("has a currency sign", "the amount alone"),
    '"42,50 \u20ac"': ("has a currency sign", "the amount alone"),
    "EUR 42.50": ("names a currency", "the amount alone"),
    "12.5%": ("has a percent sign", "0.12 or 12"),
    '"1,234,567.8"': ("divides its thousands by commas", "nothing between the thousands"),
    "1 234 567": ("divides its thousands", "nothing between the thousands"),
    '"1.234.567,8"': ("divides its thousands", "nothing between the thousands"),
    '"42,5"': ("has a decimal comma", "a decimal point"),
    '"42,277"': ("either has a decimal comma or divides its thousands", "nothing between"),
    "(12.5)": ("is a negative number in parentheses", "-12"),
    "\u20135": ("has a dash for a minus sign", "hyphen"),
    "12-": ("has its minus sign at the end", "-12"),
    "inf": ("is not finite", "remove such rows"),
    "0x1F": ("is not a decimal number", "in decimals"),
    "true": ("is a truth value", "1 and 0"),
    "12 km": ("has a unit", "the number alone"),
    "<0.5": ("is a bound, not a number", "the number alone"),
    '"[1; 2]"': ("is a list", "a column of its own"),
    "red": ("is text, not a number", "name the column in the setting `categorical`"),
    "": ("is empty", "fill in a number"),
    "NA": ("is no value", "fill in a number"),
    "?": ("is no value", "fill in a number"),
}


@pytest.mark.parametrize("cell", FEATURES)
def test_a_column_that_holds_no_numbers_is_named_with_its_first_value(cell: str) -> None:
    what, cure = FEATURES[cell]

    with pytest.raises(UnreadableData) as refusal:
        recognise("Inputs/a.csv", with_column(2, lambda number: cell, "sold"))

    value = repr(cell.strip('"'))
    assert str(refusal.value).startswith(f"Inputs/a.csv, line 2, column sold: {value} {what}: ")
    assert cure in str(refusal.value)


@pytest.mark.parametrize("cell", ["yes", "red", "true", "class-1"])
def test_labels_that_are_classes_are_told_what_a_comparison_predicts(cell: str) -> None:
    with pytest.raises(UnreadableData) as refusal:
        recognise("Inputs/a.csv", with_column(0, lambda number: cell, "kind"))

    assert str(refusal.value).startswith(f"Inputs/a.csv, line 2, column kind: {cell!r} is a ")
    assert str(refusal.value).endswith("or set Target to a column that holds numbers.")


def test_every_column_without_numbers_is_named_at_once() -> None:
    rows = [[*row, "Sun", "Dinner", "" if number else "1"] for number, row in enumerate(rows_of())]

    with pytest.raises(UnreadableData) as refusal:
        recognise("Inputs/a.csv", csv_of(rows, [*COLUMNS, "day", "time", "tip"]))

    assert str(refusal.value).startswith("Inputs/a.csv, line 2, column day: 'Sun' is text")
    assert str(refusal.value).endswith("`categorical` or `ignore` (no numbers either: time, tip).")


@pytest.mark.parametrize(
    "row", ["2010/01/31 0{}:00,39.{}", "39.{},2010/01/31 0{}:00", "31.1.2010 0{}:00;39.{}"]
)
def test_a_date_with_a_time_in_csv_is_no_libsvm(row: str) -> None:
    rows = "\n".join(row.format(number, number) for number in range(9))
    names = "sold;price" if ";" in row else "price,sold" if row.startswith("39") else "sold,price"

    with pytest.raises(UnreadableData, match=r"^Inputs/a\.csv, line 2, column sold: '.*' is a date: "):
        recognise("Inputs/a.csv", f"{names}\n{rows}\n".encode())


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_decimal_comma_is_told_by_the_cells_that_are_sure(delimiter: str) -> None:
    rows = [[cell.replace(".", ",") for cell in row] for row in rows_of()]

    with pytest.raises(UnreadableData, match=r"line 2, column price: '-?\d+,\d+' has a decimal comma: "):
        recognise("Inputs/a.csv", csv_of(rows, COLUMNS, delimiter))


def test_a_table_without_header_is_refused_by_position() -> None:
    rows = [[row[0], "a", *row[1:]] for row in rows_of()]

    with pytest.raises(UnreadableData, match=r"^Inputs/a\.csv, line 1, column 2: 'a' is text"):
        recognise("Inputs/a.csv", csv_of(rows, None))


def test_a_few_flaws_are_refused_by_the_head_when_all_rows_stand_in_it() -> None:
    body = with_column(2, lambda number: "five" if number == 30 else "5", "rooms")

    with pytest.raises(UnreadableData) as refusal:
        snapshot_of({"a.csv": body})

    assert str(refusal.value) == (
        "Inputs/a.csv, line 32, column rooms: 'five' is text, not a number: mend it, give its spelling in "
        "the setting `missing`, or name the column in the setting `categorical` or `ignore` (1 of 40 rows "
        "are malformed, more than the share of 0.01 that MaxRejectedShare tolerates)."
    )


def test_as_many_malformed_rows_as_tolerated_are_left_to_the_job() -> None:
    body = with_column(2, lambda number: "five" if number == 30 else "5", "rooms")

    assert snapshot_of({"a.csv": body}, tolerated=0.025).feature_dim == 4


def test_a_large_file_is_refused_by_its_head_when_far_more_rows_are_malformed_than_tolerated() -> None:
    rows = [["1", "2", "3", "four" if number % 7 == 0 else "4"] for number in range(60_000)]

    with pytest.raises(
        UnreadableData, match=r"line 2, column age: 'four' is text, .* of the first \d+ rows are"
    ):
        snapshot_of({"a.csv": csv_of(rows)})


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        (0, "4e200", "is so large that algorithms cannot square it (at most 1.8e+19)"),
        (0, "-1e25", "is so large that algorithms cannot square it (at most 1.8e+19)"),
        (2, "1e39", "is beyond what algorithms can hold (at most 3.4e+38)"),
        (2, "-1e999", "is beyond what algorithms can hold (at most 3.4e+38)"),
    ],
)
def test_values_beyond_single_precision_are_refused(column: int, value: str, what: str) -> None:
    body = with_column(column, lambda number: value if number % 3 == 0 else "5", "size")

    with pytest.raises(UnreadableData) as refusal:
        snapshot_of({"a.csv": body})

    assert str(refusal.value).startswith(f"Inputs/a.csv, line 2, column size: {value!r} {what}: ")


@pytest.mark.parametrize("value", ["1.8e19", "-1.8e19"])
def test_the_largest_labels_that_can_be_squared_are_labels(value: str) -> None:
    body = with_column(0, lambda number: value if number % 3 == 0 else "5", "size")

    assert snapshot_of({"a.csv": body}).feature_dim == 4


def test_a_row_of_another_width_names_the_delimiter() -> None:
    lines = csv_of(rows_of(), COLUMNS, ";").decode().splitlines()
    lines[7] += ";9"

    with pytest.raises(UnreadableData) as refusal:
        snapshot_of({"a.csv": "\n".join(lines).encode()})

    assert "line 8: " in str(refusal.value)
    assert "has 5 columns in place of 4: mend or remove the line (its delimiter is ;)" in str(refusal.value)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("x 1:1 2:2", "line 41, column label: 'x' is a class"),
        ("5 1:a 2:2", "line 41, column 1: 'a' is text"),
        ("5 1.5:1 2:2", "line 41: '1.5:1' has no positive whole number for an index: write index:value"),
        ("5 2:1 1:2", "line 41: '1:2' does not ascend: sort the indices"),
        ("1e30 1:1 2:2", "line 41, column label: '1e30' is so large"),
        ("5 1:1 2:1e39", "line 41, column 2: '1e39' is beyond"),
    ],
)
def test_a_malformed_row_of_libsvm_is_quoted(line: str, sentence: str) -> None:
    body = "".join(f"{number} 1:{number % 7} 2:{number % 5}\n" for number in range(40)) + line + "\n"

    with pytest.raises(UnreadableData) as refusal:
        snapshot_of({"a.svm": body.encode()})

    assert str(refusal.value).startswith(f"Inputs/a.svm, {sentence}")


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("1.5D+02", "has an exponent with D"),
        ("1/2", "is a fraction"),
        ("\u0661\u0662.5", "has digits of another script"),
    ],
)
def test_less_common_spellings_are_told_for_what_they_are(cell: str, what: str) -> None:
    with pytest.raises(UnreadableData, match=re.escape(f" {what}: ")):
        snapshot_of({"a.csv": with_column(2, lambda number: cell, "odd")})


@pytest.mark.parametrize("cell", ["#DIV/0!", "(null)", "\\N", "n.a.", "*"])
def test_less_common_spellings_of_no_value_are_gaps(cell: str) -> None:
    body = with_column(2, lambda number: cell if number % 3 else "5", "odd")

    assert snapshot_of({"a.csv": body}, tolerated=0).table is not None
