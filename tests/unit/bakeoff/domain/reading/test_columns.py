"""Which column is the label, which are left out, and how files of a run agree on them."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bakeoff.domain.errors import ColumnMismatch, FeatureCountMismatch, UnknownTarget, UnreadableData
from bakeoff.domain.reading.recognise import recognise
from tests.unit.bakeoff.domain.reading.uploads import COLUMNS, csv_of, rows_of, snapshot_of, with_column

PLAIN = csv_of(rows_of())


def shuffled(order: list[int], seed: int = 2) -> bytes:
    return csv_of([[row[i] for i in order] for row in rows_of(seed)], [COLUMNS[i] for i in order])


def test_the_first_column_is_the_label_and_told() -> None:
    snapshot = snapshot_of({"a.csv": PLAIN})

    assert snapshot.target == {"name": "price", "position": 1, "source": "the first column"}
    assert snapshot.features == ["area", "slope", "age"]
    assert snapshot.notes == ["No Target is set, so the label is price, the first one of Inputs/a.csv."]
    assert snapshot.inputs[0]["columns"] == [0, 1, 2, 3]


@pytest.mark.parametrize(("target", "position"), [("age", 4), ("4", 4), ("price", 1), ("2", 2)])
def test_a_target_is_a_name_or_a_position(target: str, position: int) -> None:
    snapshot = snapshot_of({"a.csv": PLAIN}, target)

    features = [place for place in range(4) if place != position - 1]
    assert snapshot.target == {"name": COLUMNS[position - 1], "position": position, "source": "Target"}
    assert snapshot.inputs[0]["columns"] == [position - 1, *features]
    assert snapshot.features == [COLUMNS[place] for place in features]
    assert snapshot.notes == []


def test_a_header_in_single_quotes_is_named_with_or_without_them() -> None:
    body = csv_of(rows_of(), [f"'{name}'" for name in COLUMNS])

    for target in ("age", "'age'"):
        assert snapshot_of({"a.csv": body}, target).target["position"] == 4


def test_a_name_goes_before_a_position() -> None:
    body = csv_of(rows_of(), ["3", "1", "total", "2"])

    assert snapshot_of({"a.csv": body}, "2").target["position"] == 4


@pytest.mark.parametrize("target", ["cost", "0", "5", "-1", "1.0", "Price", "\u0663"])
def test_an_unknown_target_lists_the_columns(target: str) -> None:
    with pytest.raises(UnknownTarget) as refusal:
        snapshot_of({"a.csv": PLAIN}, target)

    its = "did you mean price? Its" if target == "Price" else "its"
    assert str(refusal.value) == (
        f"Inputs/a.csv has no column {target!r}, which Target names: {its} columns are price, area, slope, "
        "age."
    )


def test_a_table_without_names_has_positions_only() -> None:
    body = csv_of(rows_of(), None)

    assert snapshot_of({"a.csv": body}, "3").inputs[0]["columns"] == [2, 0, 1, 3]
    with pytest.raises(UnknownTarget, match=r"its columns are 1 to 4, without names\.$"):
        snapshot_of({"a.csv": body}, "price")


def test_the_label_of_libsvm_is_the_first_number() -> None:
    body = b"".join(b"%d 1:%d\n" % (number % 9, number) for number in range(20))

    assert snapshot_of({"a.svm": body}, "1").target == {"name": None, "position": 1, "source": "Target"}
    with pytest.raises(UnknownTarget, match=r"^Inputs/a\.svm is libsvm, whose label is the first number"):
        snapshot_of({"a.svm": body}, "2")


@pytest.mark.parametrize("name", ["", "Unnamed: 0", '""', "...1"])
@pytest.mark.parametrize("first", [0, 1, 117])
def test_row_numbers_without_a_name_are_left_out(name: str, first: int) -> None:
    snapshot = snapshot_of({"a.csv": with_column(0, lambda number: str(first + number), name)})

    assert snapshot.target == {"name": "price", "position": 2, "source": "the first column"}
    assert snapshot.inputs[0]["columns"] == [1, 2, 3, 4]
    assert any("counts up by one, as row numbers do: left out" in note for note in snapshot.notes)


def test_a_shuffled_index_without_a_name_is_left_out() -> None:
    body = with_column(0, lambda number: str(number * 7 % 40), "")

    assert snapshot_of({"a.csv": body}).inputs[0]["columns"] == [1, 2, 3, 4]


def test_r_names_no_column_of_row_numbers() -> None:
    rows = [[f'"{number}"', *row] for number, row in enumerate(rows_of(), 1)]

    snapshot = snapshot_of({"a.csv": csv_of(rows)})

    assert snapshot.inputs[0]["columns"] == [1, 2, 3, 4]
    assert snapshot.features == ["area", "slope", "age"]


def test_row_numbers_in_a_table_without_names_are_left_out_with_a_note() -> None:
    rows = [[str(number), *row] for number, row in enumerate(rows_of())]

    snapshot = snapshot_of({"a.csv": csv_of(rows, None)})

    assert (snapshot.target["position"], snapshot.inputs[0]["columns"]) == (2, [1, 2, 3, 4])
    assert any("column 1 has no name and counts up by one" in note for note in snapshot.notes)


def test_row_numbers_are_the_label_when_their_position_is_asked_for() -> None:
    body = with_column(0, lambda number: str(number), "")

    assert snapshot_of({"a.csv": body}, "1").inputs[0]["columns"] == [0, 1, 2, 3, 4]


def test_a_first_column_with_a_name_that_counts_up_is_not_guessed_to_be_the_label() -> None:
    with pytest.raises(UnknownTarget) as refusal:
        snapshot_of({"a.csv": with_column(0, lambda number: str(number), "id")})

    assert str(refusal.value) == (
        "Inputs/a.csv: the first column, id, counts up by one as row numbers do: set Target to the column to "
        "predict, one of id, price, area, slope, age."
    )


@pytest.mark.parametrize(
    ("name", "value", "likeness"),
    [
        ("id", lambda number: str(number % 20), "counts up by one"),
        ("time", lambda number: str(number) if number != 7 else "NA", "counts up by one"),
        ("step", lambda number: str(5 + 10 * number), "counts in steps of 10"),
        ("nr", lambda number: str(100 - number), "counts in steps of -1"),
        *(
            (name, lambda number: str(number * number * 7 % 10_007), "holds whole numbers that all differ")
            for name in ("id", "ID", "case_no", "customerId", "row.names", "Index")
        ),
        (None, lambda number: str(number + number // 3), "holds whole numbers that rise from row to row"),
    ],
)
def test_row_numbers_of_every_kind_are_not_guessed_to_be_the_label(
    name: str | None, value: Callable[[int], str], likeness: str
) -> None:
    body = with_column(0, value, name or "")
    body = body if name else body.split(b"\n", 1)[1]

    with pytest.raises(UnknownTarget, match=f"the first column(, {name},)? {likeness} as row numbers do"):
        snapshot_of({"a.csv": body})
    assert snapshot_of({"a.csv": body}, "1", tolerated=0.1).target["position"] == 1


@pytest.mark.parametrize("name", ["price", "width", "grid", "paid"])
def test_measured_whole_numbers_are_a_label(name: str) -> None:
    body = with_column(0, lambda number: str(number * number * 7 % 10_007), name)

    assert snapshot_of({"a.csv": body}).target["name"] == name


def test_joined_files_number_their_rows_anew() -> None:
    assert (
        snapshot_of({"a.csv": with_column(0, lambda number: str(number % 20), "")}).target["name"] == "price"
    )


def test_row_numbers_that_were_saved_twice_are_left_out() -> None:
    rows = [[str(number), str(number), *row] for number, row in enumerate(rows_of())]
    body = csv_of(rows, ["Unnamed: 0.1", "Unnamed: 0", *COLUMNS])

    assert snapshot_of({"a.csv": body}).features == ["area", "slope", "age"]


def test_a_feature_that_counts_up_is_told() -> None:
    snapshot = snapshot_of({"a.csv": with_column(2, str, "nr")})

    assert snapshot.features == ["area", "nr", "slope", "age"]
    assert (
        "Inputs/a.csv: the feature nr counts up by one as row numbers do: remove the column if it numbers "
        "the rows." in snapshot.notes
    )


def test_files_of_one_width_go_by_position_whatever_numbers_their_rows() -> None:
    """Only the first file's numbers count up."""
    rows = [[str(number), *row] for number, row in enumerate(rows_of())]
    shuffled = [[str(number * 7 % 40), *row] for number, row in enumerate(rows_of(2))]

    snapshot = snapshot_of({"a.csv": csv_of(rows, None), "b.csv": csv_of(shuffled, None)})

    assert [item["columns"] for item in snapshot.inputs] == [[1, 2, 3, 4]] * 2


@pytest.mark.parametrize("name", ['""', None])
def test_names_of_rows_are_left_out_and_told(name: str | None) -> None:
    """As R writes them, with a name for their column or without."""
    body = with_column(0, lambda number: f'"Mazda RX{number}"', name or "-")
    body = body if name else body.replace(b"-,", b"", 1)

    snapshot = snapshot_of({"a.csv": body})

    assert (snapshot.target["name"], snapshot.features) == ("price", ["area", "slope", "age"])
    assert any(
        "text that differs in every row, as the names of rows do: left out" in n for n in snapshot.notes
    )


def test_an_unnamed_column_of_classes_is_a_label_that_is_told() -> None:
    found = snapshot_of({"a.csv": with_column(0, lambda number: f"row-{number % 5}", "")})

    assert found.table is not None
    assert found.table["columns"][0] == {"name": "column 1", "role": "label", "kind": "category"}
    assert any("the label is column 1" in note for note in found.notes)


@pytest.mark.parametrize("header", [COLUMNS, [*COLUMNS, "", ""], None])
def test_several_delimiters_at_the_end_of_each_row_make_no_feature(header: Sequence[str] | None) -> None:
    rows = [[*row, "", ""] for row in rows_of()]

    assert snapshot_of({"a.csv": csv_of(rows, header)}).feature_dim == 3


@pytest.mark.parametrize("named", [True, False])
def test_a_delimiter_at_the_end_of_each_row_makes_no_feature(named: bool) -> None:
    rows = [[*row, ""] for row in rows_of()]

    for header in ([*COLUMNS, ""], list(COLUMNS)) if named else (None,):
        snapshot = snapshot_of({"a.csv": csv_of(rows, header)})

        assert snapshot.feature_dim == 3
        assert any("column 5 has neither a name nor a value" in note for note in snapshot.notes)


@pytest.mark.parametrize("order", [[1, 2, 3, 0], [0, 2, 1, 3], [3, 1, 2, 0]])
def test_columns_go_by_name_in_every_file(order: list[int]) -> None:
    snapshot = snapshot_of({"a.csv": PLAIN, "b.csv": shuffled(order)})

    first, second = snapshot.inputs
    assert first["columns"] == [0, 1, 2, 3]
    assert second["names"] and second["columns"]
    assert [second["names"][column] for column in second["columns"]] == list(COLUMNS)
    assert "Inputs/b.csv has its columns in another order than Inputs/a.csv: read by name." in snapshot.notes


def test_a_target_goes_by_name_in_every_file() -> None:
    for target in ("age", "4"):
        snapshot = snapshot_of({"a.csv": PLAIN, "b.csv": shuffled([3, 1, 2, 0])}, target)

        assert [(found["columns"] or [-1])[0] for found in snapshot.inputs] == [3, 0]


def test_row_numbers_may_stand_in_some_files_only() -> None:
    numbered = [[str(number), *row] for number, row in enumerate(rows_of(2))]
    body = csv_of(numbered, ["", *COLUMNS])

    assert snapshot_of({"a.csv": PLAIN, "b.csv": body}).inputs[1]["columns"] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (
            ["price", "area", "slope", "years"],
            "Inputs/b.csv lacks the column age and has the column years instead, unlike Inputs/a.csv: ",
        ),
        (
            ["price", "area", "slope", "Age"],
            "Inputs/b.csv lacks the column age and has the column Age instead, unlike Inputs/a.csv: ",
        ),
        (["price", "area", "slope"], "Inputs/b.csv lacks the column age, unlike Inputs/a.csv: "),
        ([*COLUMNS, "rate"], "Inputs/b.csv has the column rate, unlike Inputs/a.csv: "),
        (["price", "age", "slope", "age"], "Inputs/b.csv has 2 columns named 'age', so that they cannot"),
    ],
)
def test_files_with_other_columns_are_refused(names: list[str], sentence: str) -> None:
    rows = [[*row, "5"][: len(names)] for row in rows_of(2)]

    with pytest.raises(ColumnMismatch) as refusal:
        snapshot_of({"a.csv": PLAIN, "b.csv": csv_of(rows, names)})

    assert str(refusal.value).startswith(sentence)


def test_a_file_without_header_beside_one_with_is_refused() -> None:
    with pytest.raises(ColumnMismatch) as refusal:
        snapshot_of({"a.csv": PLAIN, "b.csv": csv_of(rows_of(2), None)})

    assert str(refusal.value) == (
        "Inputs/b.csv has no header, but Inputs/a.csv has one: add the line 'price,area,slope,age' at its "
        "beginning if the columns are the same."
    )


def test_files_without_header_go_by_position() -> None:
    files = {"a.csv": csv_of(rows_of(1), None), "b.csv": csv_of(rows_of(2), None, ";")}

    assert [found["columns"] for found in snapshot_of(files, "2").inputs] == [[1, 0, 2, 3]] * 2
    with pytest.raises(FeatureCountMismatch, match=r"^Inputs/c\.csv has 2 features, but Inputs/a\.csv has 3"):
        snapshot_of({**files, "c.csv": csv_of([row[:3] for row in rows_of(3)], None)})


def test_libsvm_beside_csv_goes_by_position_and_is_told() -> None:
    body = "".join(f"{number} 1:1 2:{number} 3:5\n" for number in range(20)).encode()

    snapshot = snapshot_of({"a.csv": PLAIN, "b.svm": body})

    assert any("is libsvm and names no columns" in note for note in snapshot.notes)


def sparse(width: int, seed: int) -> bytes:
    lines = (f"{number * seed % 17} {1 + number % width}:{number + seed}\n" for number in range(20))
    return "".join(lines).encode()


def test_sparse_libsvm_may_show_fewer_features_in_one_file() -> None:
    assert snapshot_of({"a.svm": sparse(7, 3), "b.svm": sparse(9, 5)}).feature_dim == 9


def test_dense_libsvm_of_another_width_is_refused_with_a_cure_that_can_be_followed() -> None:
    narrow = "".join(f"{number} 1:{number}\n" for number in range(20)).encode()

    with pytest.raises(FeatureCountMismatch) as refusal:
        snapshot_of({"a.svm": narrow, "b.svm": sparse(9, 5)})

    assert str(refusal.value) == (
        "Inputs/a.svm has 1 features, but Inputs/b.svm has 9: remove the file that does not belong, or set "
        "the parameter FeatureCount to 9 if its last features are 0 and left out."
    )
    assert snapshot_of({"a.svm": narrow, "b.svm": sparse(9, 5)}, feature_count=9).feature_dim == 9


def test_wide_tables_whose_names_exceed_the_first_head_are_read() -> None:
    names = ["price", *(f"a_very_long_name_of_a_measurement_{number:05d}" for number in range(9_000))]
    rows = [[str(number), *[str(number % 7)] * 9_000] for number in (3, 8, 5)]
    body = csv_of(rows, names)

    for packed in (body, gzip.compress(body)):
        snapshot = snapshot_of({"wide.csv": packed})

        assert (snapshot.feature_dim, snapshot.target["name"]) == (9_000, "price")


def test_more_features_than_a_comparison_takes_are_told_for_what_they_are() -> None:
    names = ["price", *(f"a_very_long_name_of_a_measurement_{number:05d}" for number in range(10_001))]

    with pytest.raises(UnreadableData, match=r"has a row with 10001 features, more than the 10000 that"):
        snapshot_of({"wide.csv": csv_of([["1"] * 10_002] * 3, names)})


def test_a_single_column_is_no_table() -> None:
    for body in (b"1\n2\n3\n", b"price\n1.5\n2.5\n3.5\n", b",price\n1,4.5\n2,3.5\n"):
        with pytest.raises(UnreadableData, match=r"^Inputs/a\.csv has one column only"):
            snapshot_of({"a.csv": body})


def test_what_a_caller_learns_of_a_file_by_itself() -> None:
    found: Any = recognise("a.csv", PLAIN, target="age")

    assert (found.target, found.position, found.names) == ("age", 4, COLUMNS)
    assert (found.features, found.feature_dim, found.malformed) == (("price", "area", "slope"), 3, 0)
