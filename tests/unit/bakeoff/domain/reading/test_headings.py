"""Lines that are no rows: titles, headers, comments, blank ones. They are skipped, told and never counted."""

from __future__ import annotations

import pytest

from bakeoff.domain.errors import UnreadableData
from bakeoff.domain.reading.recognise import Recognised, recognise
from tests.unit.bakeoff.domain.reading.uploads import COLUMNS, csv_of, rows_of

KEY = "Inputs/a.csv"
ROWS = csv_of(rows_of(), None).decode()
HEADER = ",".join(COLUMNS) + "\n"


def read(text: str) -> Recognised:
    found = recognise(KEY, text.encode())
    assert (found.malformed, len(found.rows), found.feature_dim) == (0, 40, 3)
    assert found.rows == recognise(KEY, ROWS.encode()).rows
    return found


@pytest.mark.parametrize(
    "above",
    [
        "House prices 2024\n",
        "House prices 2024\n\n",
        "House prices 2024,,,\n",
        "House prices 2024,,,\n,,,\n",
        "# Source: sensors\n#\n",
        "   # indented, with, commas, too\n",
        "House prices\nof 2024, in kEUR\n",
        '"House prices, 2024"\n',
        "\ufeff# marked\n",
        "\n\n , , , \n",
        '"","","",""\n',
        "\xa0\n\u2003\n",
    ],
)
def test_what_stands_above_a_header_is_no_row_and_told(above: str) -> None:
    found = read(above + HEADER + ROWS)

    assert found.names == COLUMNS
    assert above.isspace() or "," not in above.replace("\n", "") or found.notes


def test_a_title_is_told_by_its_line() -> None:
    found = read("House prices 2024\n\n" + HEADER + ROWS)

    assert f"{KEY}: text without numbers is no row, and left out: line 1." in found.notes
    assert "House prices 2024" in found.skip


@pytest.mark.parametrize("after", [",,,\n" * 12, "# end\n", "\n \n", HEADER, HEADER + ",,,\n#\n"])
def test_what_follows_the_rows_is_no_row_and_told(after: str) -> None:
    found = read(HEADER + ROWS + after)

    assert found.names == COLUMNS
    assert after.isspace() or any("no row" in note for note in found.notes)


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
@pytest.mark.parametrize("line", ["sep={}\n", '"sep={}"\n', "\ufeffSEP={}\n"])
def test_a_first_line_may_name_the_delimiter(delimiter: str, line: str) -> None:
    text = line.format(delimiter) + csv_of(rows_of(), COLUMNS, delimiter).decode()

    found = read(text)

    assert (found.delimiter, found.names) == (delimiter, COLUMNS)


def test_a_quoted_header_may_run_over_lines() -> None:
    found = read('"price\n(kEUR)","area, m2",slope,"age"\n' + ROWS)

    assert found.names == ("price (kEUR)", "area, m2", "slope", "age")
    assert found.skip == ('"price', '(kEUR)","area, m2",slope,"age"')
    assert f"{KEY}: the header runs over lines 1 to 2." in found.notes


def test_units_below_the_names_are_told() -> None:
    found = read(HEADER + "kEUR,m2,,years\n" + ROWS)

    assert found.names == COLUMNS
    assert f"{KEY}: text without numbers is no row, and left out: line 2." in found.notes


@pytest.mark.parametrize("header", ["price,2019,2020,2021", "2019,2020,total,2021", "a,1.5,,x"])
def test_one_name_makes_a_header(header: str) -> None:
    assert read(f"{header}\n{ROWS}").names == tuple(header.split(","))


@pytest.mark.parametrize("line", ["2019,2021,2020,2022", "0.5,1.5,2.5,3.5", ",-3.5,1.5,2.5", "1,2,3,4,5"])
def test_a_first_line_of_numbers_is_a_row(line: str) -> None:
    found = recognise(KEY, (f"{line}\n" + ROWS).encode())

    assert (found.names, len(found.rows) + found.malformed) == (None, 41)


@pytest.mark.parametrize(
    "header",
    ["2019,2020,2021,2022", "0,1,2,3", '"1","2","3","4"', "1stFlr,2ndFlr,3rdFlr,4th", "2020-01,1 a,2 b,5%"],
)
def test_names_of_digits_are_a_header(header: str) -> None:
    assert read(f"{header}\n{ROWS}").names == tuple(header.replace('"', "").split(","))


@pytest.mark.parametrize("header", [",0,1,2,3", ",2019,2020,2021,2022", '"","1","2","3","4"'])
def test_numbers_are_names_beside_an_unnamed_column_of_row_numbers(header: str) -> None:
    """As pandas and R write a table without names: the row numbers must not become the label."""
    rows = [f"{place},{row}\n" for place, row in enumerate(ROWS.splitlines())]

    found = read(f"{header}\n{''.join(rows)}")

    assert (found.position, found.target) == (2, header.replace('"', "").split(",")[1])


def test_rows_that_count_up_like_names_are_rows() -> None:
    text = "".join(f"{first},{first + 1},{first + 2}\n" for first in (1, 4, 7, 2) * 5)

    assert len(recognise(KEY, text.encode()).rows) == 20


@pytest.mark.parametrize("row", ["1.5,abc,2.25,-3.5", "unknown,5.5,2.5,8.25"])
@pytest.mark.parametrize("header", ["", HEADER])
def test_a_first_row_with_a_word_in_it_is_no_header(row: str, header: str) -> None:
    found = recognise(KEY, f"{header}{row}\n{ROWS}".encode())

    assert (found.names, found.malformed, len(found.rows)) == (COLUMNS if header else None, 1, 40)


@pytest.mark.parametrize("above", ["house,house,plot,plot\n", "house,,plot,\n", ",,,all\n"])
def test_of_two_headers_the_one_that_tells_columns_apart_counts(above: str) -> None:
    assert read(above + HEADER + ROWS).names == COLUMNS


def test_a_header_that_names_too_few_columns_is_refused() -> None:
    with pytest.raises(UnreadableData) as refusal:
        recognise(KEY, ("price,area,slope\n" + ROWS).encode())

    assert str(refusal.value) == (
        f"{KEY}, line 1: the header names 3 columns, but the rows have 4: give each column one name, "
        "and write numbers without commas."
    )


def test_commas_within_unquoted_numbers_are_seen_by_the_header() -> None:
    """They double the columns, and every cell is a number."""
    with pytest.raises(UnreadableData, match="the header names 4 columns, but the rows have 8: "):
        recognise(KEY, (HEADER + ROWS.replace(".", ",")).encode())


def test_white_space_of_any_width_may_set_columns_apart() -> None:
    aligned = "".join("".join(f"{cell:>11}" for cell in row) + "\n" for row in rows_of())

    found = read(aligned)

    assert found.delimiter == " "
    assert f"{KEY}: its columns are set apart by white space." in found.notes


@pytest.mark.parametrize(
    "spelled",
    [
        lambda cell: cell.replace("-", "\u2212"),
        lambda cell: f'"{cell}"',
        lambda cell: f"\xa0{cell}\u202f",
        lambda cell: f' " {cell}" ',
    ],
)
def test_minus_signs_quotes_and_spaces_of_all_kinds_change_no_number(spelled: object) -> None:
    assert callable(spelled)
    read(csv_of([[spelled(cell) for cell in row] for row in rows_of()]).decode())


def test_comments_in_libsvm_are_no_rows_and_end_a_row() -> None:
    plain = "".join(f"{number} 1:{number % 7} 2:{number % 5}\n" for number in range(40))
    commented = "# made by a program\n" + plain.replace("\n", " # a comment 3:9\n")

    found, expected = (recognise(KEY, text.encode()) for text in (commented, plain))

    assert (found.rows, found.feature_dim, found.malformed) == (expected.rows, 2, 0)
    assert found.notes == (f"{KEY}: comments are no rows, and left out (1 line(s)).",)
