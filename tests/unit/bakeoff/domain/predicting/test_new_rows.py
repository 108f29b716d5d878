"""New rows of plain and mixed tables: which columns they may have, and what is said of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.datasets.encoding import VIEWS, Encoder
from bakeoff.domain.errors import ColumnMismatch, UnreadableCell, UnreadableData
from bakeoff.domain.predicting.columns import RunColumns
from bakeoff.domain.predicting.new_table import NewTable, read_new_table
from bakeoff.domain.predicting.preparing import PreparedRows, prepare
from bakeoff.domain.reading.numbers import MISSING
from bakeoff.domain.run.documents import Encoding
from tests.mixed import fit

KINDS = [("colour", "category"), ("size", "number"), ("sold", "date"), ("garden", "boolean")]
TRAIN = [
    {
        "colour": "red" if row % 2 else "blue",
        "size": str(row + 0.5),
        "sold": f"2024-01-{row + 1:02}",
        "garden": "true" if row % 3 else "",
    }
    for row in range(28)
]
ENCODING: Encoding = {**fit(KINDS, TRAIN), "missing": sorted(MISSING)}
COLUMNS = ["price", "colour", "garden", "id", "size", "sold"]


def mixed_plan(delimiter: str = ",", decimal: str = ".") -> Any:
    names = ["id", "price", "size", "colour", "sold", "garden"]
    roles = {"price": "label", "id": "ignored"}
    table = [{"name": name, "role": roles.get(name, "feature"), "kind": "number"} for name in COLUMNS]
    item = {
        "names": names,
        "columns": [1, 3, 5, 2, 4],
        "width": 6,
        "delimiter": delimiter,
        "decimal": decimal,
    }
    return {"inputs": [item], "feature_dim": 4, "table": {"columns": table}}


def plain_plan(**reading: Any) -> Any:
    item = {"names": None, "columns": [0, 1, 2], "width": 3, "delimiter": ",", "decimal": "."}
    return {"inputs": [item | reading], "feature_dim": 2}


def plain(text: str, **reading: Any) -> PreparedRows:
    columns = RunColumns.of(plain_plan(**reading), None)
    return prepare(read_new_table("new.csv", text, columns), columns)


def mixed(text: str, view: str = "csv", delimiter: str = ",", decimal: str = ".") -> PreparedRows:
    columns = RunColumns.of(mixed_plan(delimiter, decimal), ENCODING)
    return prepare(read_new_table("new.csv", text, columns), columns, ENCODING, view)


def test_a_plain_table_without_a_header_may_have_the_target_or_not() -> None:
    assert plain("9,1,2\n9,+03.0,.5\n").features == ["1,2", "3.0,0.5"]
    assert plain("1,2\n+03.0,.5\n").features == ["1,2", "3.0,0.5"]


def test_columns_with_names_may_stand_in_any_order_and_the_target_may_be_missing() -> None:
    reading = {"names": ["id", "y", "a", "b"], "columns": [1, 2, 3], "width": 4}
    with_target = plain("b;y;a;id\n2;?;1;x\n", **reading)

    assert with_target.features == ["1,2"]
    assert with_target.own == {"id": ["x"]}
    assert plain("b,a\n2,1\n", **reading).features == ["1,2"]
    assert plain("b,a\n2,1\n", **reading).own == {}


def test_a_target_that_is_not_the_first_column_is_known_by_its_place() -> None:
    assert plain("1,9,2\n", columns=[1, 0, 2]).features == ["1,2"]
    assert plain("1,2\n", columns=[1, 0, 2]).features == ["1,2"]


@pytest.mark.parametrize("text", ["7 1:5 2:6\n3 2:4\n0\n", "1:5 2:6\n2:4\n7\n"])
def test_libsvm_is_read_with_labels_and_without(text: str) -> None:
    libsvm = {"names": None, "columns": None, "width": None, "delimiter": None}
    assert plain(text, **libsvm).features == ["5,6", "0,4", "0,0"]


@pytest.mark.parametrize("view", VIEWS)
def test_rows_of_a_mixed_table_are_what_the_encoder_makes_of_them(view: str) -> None:
    rows = TRAIN[:9]
    text = "garden,size,id,colour,sold\n" + "".join(
        f'{row["garden"]},{row["size"]},i{at},"{row["colour"]}",{row["sold"]}\n'
        for at, row in enumerate(rows)
    )

    prepared = mixed(text, view)

    encoder = Encoder(ENCODING, view)
    assert prepared.features == [",".join(encoder.row(row)) for row in rows]
    assert prepared.own == {"id": [f"i{at}" for at in range(9)]}
    assert prepared.notes == ()


def test_the_uploads_decimal_comma_holds_for_new_rows_too() -> None:
    text = "size;colour;sold;garden\n1,5;red;2024-01-01;true\n"
    assert mixed(text, delimiter=";", decimal=",").features[0].split(",")[-2] != "1,5"
    assert "1.5" in mixed(text, delimiter=";", decimal=",").features[0].split(",")
    with pytest.raises(UnreadableCell, match=r"line 2: Column size holds '1,5', which is no number"):
        mixed(text, delimiter=";", decimal=".")


def test_what_training_never_saw_is_said() -> None:
    prepared = mixed("size,colour,sold,garden\n1,teal,2024-01-01,true\n2,,2024-01-01,true\n3,plum,NA,\n")

    assert prepared.notes == (
        "new.csv: in 2 rows (the first in line 2) colour has a level that training never saw or too rarely "
        "to list, such as 'teal': it counts as none that is known.",
        "new.csv: in 1 row (the first in line 3) colour has no value, which no training row lacked: the "
        "model has learnt nothing of that.",
        "new.csv: in 1 row (the first in line 4) sold has no value, which no training row lacked: the "
        "model has learnt nothing of that.",
    )


def test_lines_that_are_no_rows_are_said() -> None:
    prepared = plain("# made by hand\n1,2\n\n,\n,\n3,4\n")

    assert prepared.features == ["1,2", "3,4"]
    assert prepared.notes == (
        "new.csv: line 4 (and 1 more) holds no value and is no row.",
        "new.csv: line 1 is a comment and no row.",
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "size,colour,sold\n1,red,2024-01-01\n",
            "new.csv lacks the column 'garden' that the model was trained on",
        ),
        (
            "Size,colour,sold,garden\n1,red,2024-01-01,true\n",
            "new.csv lacks the column 'size' that the model was trained on, and has the column 'Size' "
            "instead",
        ),
        (
            "size,colour,sold,garden,pool\n1,red,2024-01-01,true,1\n",
            "new.csv has the column 'pool' that no upload of the run had",
        ),
        (
            "size,size,colour,sold,garden\n1,1,red,2024-01-01,true\n",
            "new.csv has two columns named 'size'",
        ),
        ("1,red,2024-01-01,true\n", "new.csv, line 1 names no column that the run knows"),
    ],
)
def test_wrong_missing_and_surplus_columns_are_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ColumnMismatch) as refused:
        mixed(text)
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "new.csv holds no row"),
        ("# only a comment\n", "new.csv holds no row"),
        ("1,2\n1\n", "new.csv, line 2 has 1 column in place of 2"),
        ('1,2\n"1,2\n', "new.csv, line 2 has a cell whose quotes do not close"),
    ],
)
def test_lines_that_cannot_be_rows_are_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableData) as refused:
        plain(text)
    assert str(refused.value).startswith(sentence)


def test_a_header_alone_holds_no_row() -> None:
    with pytest.raises(UnreadableData, match="holds a header and no row"):
        mixed("size,colour,sold,garden\n")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1 2:5 1:6\n", "new.csv, line 1: the index of '1:6' does not ascend"),
        ("1:1\n1:1 3:5\n", "new.csv, line 2: the index of '3:5' is above the 2 features"),
        ("1:1\n1:1 two\n", "new.csv, line 2: 'two' is no index:value"),
    ],
)
def test_entries_of_libsvm_that_cannot_be_are_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableData) as refused:
        plain(text, columns=None, width=None, delimiter=None)
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1,2\n1,two\n", "new.csv, line 2: Column column 3 holds 'two', which is no number."),
        ("1,2\n1,NA\n", "new.csv, line 2: Column column 3 holds no value, which no row had"),
        ("1,2\n1,1e39\n", "new.csv, line 2: Column column 3 holds '1e39', more than algorithms can hold."),
    ],
)
def test_an_unreadable_cell_of_a_plain_table_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(UnreadableCell) as refused:
        plain(text)
    assert str(refused.value).startswith(sentence)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("big,red,2024-01-01,true", "Column size holds 'big', which is no number."),
        ("1e39,red,2024-01-01,true", "Column size holds '1e39', more than algorithms can hold."),
        ("1,red,tomorrow,true", "Column sold holds 'tomorrow', which is no date."),
        ("1,red,2024-01-01,maybe", "Column garden holds 'maybe', which is no boolean."),
    ],
)
def test_an_unreadable_cell_of_a_mixed_table_is_one_sentence(row: str, sentence: str) -> None:
    with pytest.raises(UnreadableCell) as refused:
        mixed(f"size,colour,sold,garden\n{row}\n")
    assert str(refused.value).startswith(f"new.csv, line 2: {sentence} So nothing was predicted")


@given(st.lists(st.tuples(st.floats(-1e30, 1e30), st.floats(-1e30, 1e30)), min_size=1))
def test_every_number_of_a_plain_table_stays_the_number_that_it_is(rows: list[tuple[float, float]]) -> None:
    text = "".join(f"{one!r},{other!r}\n" for one, other in rows)
    read = [tuple(map(float, line.split(","))) for line in plain(text).features]
    assert read == rows


def test_a_table_is_its_file_s_lines() -> None:
    columns = RunColumns.of(plain_plan(), None)
    table = read_new_table("new.csv", "\ufeff1,2\r\n\r\n3,4", columns)
    assert table == NewTable("new.csv", ("column 2", "column 3"), [1, 3], [["1", "2"], ["3", "4"]])


@pytest.mark.parametrize(
    "columns",
    [
        RunColumns.of(mixed_plan(";", ","), ENCODING),
        RunColumns.of(plain_plan(), None),
        RunColumns.of(plain_plan(names=["y", "a", "b"]), None),
    ],
)
def test_columns_outlive_their_run_in_a_document(columns: RunColumns) -> None:
    assert RunColumns.recorded(json.loads(json.dumps(columns.record()))) == columns


def test_rows_of_a_file_without_lines_are_told_by_their_numbers() -> None:
    columns = RunColumns.of(plain_plan(names=["y", "a", "b"]), None)
    with pytest.raises(
        UnreadableCell, match=r"^new.parquet, row 2: Column b holds 'many', which is no number"
    ):
        prepare(NewTable("new.parquet", ("a", "b"), [1, 2], [["1", "2"], ["3", "many"]], unit="row"), columns)
