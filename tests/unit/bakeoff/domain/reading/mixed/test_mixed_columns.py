"""What each column of a table with text, gaps or dates is taken for, and what the plan says of it."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.errors import (
    ColumnMismatch,
    ConstantLabel,
    InvalidSettings,
    RequestError,
    UnknownTarget,
    UnreadableData,
)
from bakeoff.domain.planning.snapshot import Snapshot
from bakeoff.domain.reading.mixed.settings import ColumnSettings
from tests.unit.bakeoff.domain.reading.uploads import csv_of, rows_of, snapshot_of, with_column

NAMES = ("price", "area", "kind", "new", "sold")
MISSING = ("", "NA", "?", "null")


def houses(count: int = 40, seed: int = 1) -> list[list[str]]:
    chance = random.Random(seed)
    return [
        [
            f"{chance.uniform(1, 99):.3f}",
            f"{chance.uniform(1, 99):.2f}",
            chance.choice(["flat", "house, old", "NA"]),
            chance.choice(["True", "FALSE"]),
            f"20{chance.randint(10, 29)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
        ]
        for _ in range(count)
    ]


def as_csv(rows: list[list[str]], names: tuple[str, ...] | None = NAMES, delimiter: str = ",") -> bytes:
    quoted = [[f'"{cell}"' if delimiter in cell else cell for cell in row] for row in rows]
    return csv_of(quoted, names, delimiter)


def column_of(snapshot: Snapshot, name: str) -> Any:
    assert snapshot.table is not None
    return next(column for column in snapshot.table["columns"] if column["name"] == name)


def test_a_table_of_numbers_without_gaps_is_plain() -> None:
    assert snapshot_of({"a.csv": csv_of(rows_of())}).table is None


def test_the_plan_says_what_each_column_is() -> None:
    found = snapshot_of({"a.csv": as_csv(houses())})

    assert found.table is not None
    assert found.table["columns"] == [
        {"name": "price", "role": "label", "kind": "number"},
        {"name": "area", "role": "feature", "kind": "number"},
        {"name": "kind", "role": "feature", "kind": "category"},
        {"name": "new", "role": "feature", "kind": "boolean"},
        {"name": "sold", "role": "feature", "kind": "date"},
    ]
    assert {"", "na", "nan", "null", "?"} <= set(found.table["missing"])
    assert found.table["max_levels"] == 50
    assert (found.feature_dim, found.features) == (4, ["area", "kind", "new", "sold"])
    [item] = found.inputs
    assert (item["columns"], item["width"], item["decimal"]) == ([0, 1, 2, 3, 4], 5, ".")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_quoted_cells_may_hold_the_delimiter(delimiter: str) -> None:
    found = snapshot_of({"a.csv": as_csv(houses(), delimiter=delimiter)})

    assert (column_of(found, "kind")["kind"], found.inputs[0]["delimiter"]) == ("category", delimiter)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_decimal_comma_is_read_where_no_comma_divides_cells(delimiter: str) -> None:
    rows = [[cell.replace(".", ",") for cell in row] for row in rows_of()]

    found = snapshot_of({"a.csv": csv_of(rows, delimiter=delimiter)})

    assert found.inputs[0]["decimal"] == ","
    assert column_of(found, "area")["kind"] == "number"
    assert "Inputs/a.csv: numbers have a decimal comma." in found.notes


def test_commas_before_three_digits_alone_are_never_guessed() -> None:
    rows = [[f"{number},125", f"{number % 7 + 1},500"] for number in range(1, 40)]

    with pytest.raises(UnreadableData, match="'1,125' either has a decimal comma or divides its thousands"):
        snapshot_of({"a.csv": csv_of(rows, ("price", "area"), ";")})


@pytest.mark.parametrize("gap", MISSING)
def test_a_gap_makes_a_mixed_table(gap: str) -> None:
    found = snapshot_of({"a.csv": with_column(2, lambda number: gap if number % 5 == 0 else "5", "rooms")})

    assert column_of(found, "rooms") == {"name": "rooms", "role": "feature", "kind": "number"}


def test_rows_without_a_label_are_told_and_no_flaws() -> None:
    rows = [["" if number % 4 == 0 else row[0], *row[1:]] for number, row in enumerate(rows_of())]

    found = snapshot_of({"a.csv": csv_of(rows)}, tolerated=0)

    assert "Inputs/a.csv: 10 of 40 rows have no label (price), and are left out." in found.notes


def test_a_setting_adds_spellings_of_no_value() -> None:
    body = with_column(2, lambda number: "Unknown" if number % 5 == 0 else f"{number / 7:.3f}", "rooms")

    with pytest.raises(
        UnreadableData, match=r"column rooms: 'Unknown' is text, .* setting `missing`, or name"
    ):
        snapshot_of({"a.csv": body})
    found = snapshot_of({"a.csv": body}, columns=ColumnSettings(missing=(" UNKNOWN ",)))

    assert found.table is not None and "unknown" in found.table["missing"]
    assert column_of(found, "rooms")["kind"] == "number"


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("2024-01-31 10:20", "timestamp"),
        ("2024-01-31T10:20:30.5Z", "timestamp"),
        ("2024-01-31T10:20:30+02:00", "timestamp"),
        ("1st", "category"),
        ("4wd", "category"),
        ("yes", "category"),
    ],
)
def test_cells_of_one_kind_make_a_column_of_it(cell: str, kind: str) -> None:
    assert column_of(snapshot_of({"a.csv": with_column(2, lambda _: cell, "sold")}), "sold")["kind"] == kind


@pytest.mark.parametrize("cell", ["$5.20", "12.5%", "12:30", "31.01.2024", "2024-02-30", '"1,234"', "<5"])
def test_what_looks_like_a_number_is_refused_with_its_cures(cell: str) -> None:
    body = with_column(2, lambda number: cell if number else "", "rooms")

    with pytest.raises(UnreadableData) as refused:
        snapshot_of({"a.csv": body})

    assert str(refused.value).startswith(f"Inputs/a.csv, line 3, column rooms: {cell.strip(chr(34))!r} ")
    assert str(refused.value).endswith(", or name the column in the setting `categorical` or `ignore`.")
    for setting in ("categorical", "ignore"):
        columns = ColumnSettings(**{setting: ("rooms",)})  # type: ignore[arg-type]
        assert (
            column_of(snapshot_of({"a.csv": body}, columns=columns), "rooms")["why"]
            == f"the setting {setting}"
        )


def test_a_few_other_texts_in_a_column_of_dates_are_flaws_of_their_rows() -> None:
    def sold(number: int) -> str:
        return "soon" if number == 3 else f"2024-01-{number % 28 + 1:02}"

    found = snapshot_of({"a.csv": with_column(2, sold, "sold")}, tolerated=0.1)
    assert column_of(found, "sold")["kind"] == "date"
    with pytest.raises(
        UnreadableData, match=r"line 5, column sold: 'soon' is no date as YYYY-MM-DD: .* \(1 of 40"
    ):
        snapshot_of({"a.csv": with_column(2, sold, "sold")})


@pytest.mark.parametrize(
    ("cell", "kind", "why"),
    [
        ("house {}", "category", "every row has another value"),
        ("a long text about number {} and more", "text", "free text"),
        ("", "category", "no row has a value"),
    ],
)
def test_a_column_that_tells_rows_apart_is_left_out_unless_it_is_asked_for(
    cell: str, kind: str, why: str
) -> None:
    body = with_column(2, lambda number: cell.format(number), "name")

    found = snapshot_of({"a.csv": body})
    asked = snapshot_of({"a.csv": body}, columns=ColumnSettings(categorical=("name",)))

    assert column_of(found, "name") == {"name": "name", "role": "ignored", "kind": kind, "why": why}
    assert any(note.startswith(f"name: {why}, so it is left out") for note in found.notes)
    assert 2 not in (found.inputs[0]["columns"] or [])
    assert column_of(asked, "name") == {
        "name": "name",
        "role": "feature",
        "kind": "category",
        "why": "the setting categorical",
    }


def test_a_few_numbers_with_words_among_others_are_names() -> None:
    found = snapshot_of(
        {"a.csv": with_column(2, lambda at: ["0 daily", "1-15 daily", "<9 daily"][at % 3], "smoked")}
    )

    assert column_of(found, "smoked") == {"name": "smoked", "role": "feature", "kind": "category"}


def test_numbers_and_many_texts_are_names() -> None:
    found = snapshot_of(
        {"a.csv": with_column(2, lambda number: f"A/{number} x" if number % 3 == 0 else "113", "ticket")}
    )

    assert column_of(found, "ticket")["why"] == "numbers and text"


def test_a_header_is_told_by_the_target_where_no_column_is_numeric() -> None:
    rows = [["new" if number % 2 else "old", "x" if number % 3 else "y"] for number in range(20)]

    found = snapshot_of({"a.csv": csv_of(rows, ("kind", "city"))}, target="kind")

    assert column_of(found, "kind") == {"name": "kind", "role": "label", "kind": "category"}
    with pytest.raises(UnreadableData, match="holds text alone"):
        snapshot_of({"a.csv": csv_of(rows, ("kind", "city"))})


def test_without_a_header_columns_are_named_by_position() -> None:
    found = snapshot_of({"a.csv": as_csv(houses(), None)}, columns=ColumnSettings(ignore=("4",)))

    assert found.table is not None
    assert [column["name"] for column in found.table["columns"]] == [f"column {n}" for n in range(1, 6)]
    assert column_of(found, "column 4")["why"] == "the setting ignore"


def test_groups_and_times_are_no_features_and_told() -> None:
    for setting, name, kind in (("group", "kind", "category"), ("time", "sold", "date")):
        columns = ColumnSettings(**{setting: name})  # type: ignore[arg-type]
        found = snapshot_of({"a.csv": as_csv(houses())}, columns=columns)

        assert column_of(found, name) == {"name": name, "role": setting, "kind": kind}
        assert name not in (found.features or [])
        assert any(note.startswith(f"{name} is no feature: ") for note in found.notes)
        assert len(found.inputs[0]["columns"] or []) == 5


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"group": "kind", "time": "sold"}, r"F: a split is by group or by time"),
        ({"group": "price"}, r"F: the column 'price' is both in group and in target"),
        (
            {"ignore": ("area", "kind"), "group": "kind"},
            r"F: the column 'kind' is both in ignore and in group",
        ),
        ({"categorical": ("1",)}, r"F: the column 'price' is both in categorical and in target"),
        (
            {"ignore": ("areas",)},
            r"F: .* no column 'areas', .* ignore names: did you mean area\? Its columns are",
        ),
        ({"time": "kind"}, r"F: the column 'kind' that time names holds no times"),
    ],
)
def test_settings_that_cannot_hold_are_refused(columns: dict[str, Any], sentence: str) -> None:
    settings = ColumnSettings(**columns, sources=dict.fromkeys(columns, "F"))

    with pytest.raises(InvalidSettings, match=sentence):
        snapshot_of({"a.csv": as_csv(houses())}, target="price", columns=settings)


def test_a_group_of_all_rows_is_refused() -> None:
    settings = ColumnSettings(group="site", sources={"group": "Inputs/bakeoff.yaml"})

    with pytest.raises(
        InvalidSettings, match=r"^Inputs/bakeoff\.yaml: every row has 'north' in the column 'site'"
    ):
        snapshot_of({"a.csv": with_column(2, lambda _: "north", "site")}, columns=settings)


def test_a_target_that_is_not_there_has_the_nearest_names() -> None:
    with pytest.raises(
        UnknownTarget, match=r"no column 'prize', .*: did you mean price\? Its columns are price,"
    ):
        snapshot_of({"a.csv": as_csv(houses())}, target="prize")


def test_no_label_at_all_is_refused() -> None:
    body = with_column(2, lambda _: "NA", "cost")

    with pytest.raises(ConstantLabel, match=r"^No row has a label \(cost\): there is nothing to predict"):
        snapshot_of({"a.csv": body}, target="cost")


def test_cells_over_several_lines_are_flaws_with_that_reason() -> None:
    lines = as_csv(houses()).decode().splitlines()
    lines[4] = '1,2,"a flat,'

    with pytest.raises(
        UnreadableData, match=r"line 5: .* begins a quoted cell that runs over the end of the line"
    ):
        snapshot_of({"a.csv": "\n".join(lines).encode()})


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (("price", "area", "kind", "new", "rooms"), "lacks the column sold and has the column rooms instead"),
        (("price", "area", "kind", "new", "new"), "has 2 columns named 'new'"),
    ],
)
def test_files_whose_columns_differ_are_refused(names: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(ColumnMismatch, match=rf"^Inputs/b\.csv {sentence}"):
        snapshot_of({"a.csv": as_csv(houses()), "b.csv": as_csv(houses(seed=2), names)})


def test_a_column_that_one_file_lacks_may_be_ignored() -> None:
    less = [row[:4] for row in houses(seed=2)]

    found = snapshot_of(
        {"a.csv": as_csv(houses()), "b.csv": as_csv(less, NAMES[:4])},
        columns=ColumnSettings(ignore=("sold",)),
    )

    assert [item["columns"] for item in found.inputs] == [[0, 1, 2, 3], [0, 1, 2, 3]]


def test_libsvm_is_refused_beside_a_mixed_table_and_for_settings_of_columns() -> None:
    libsvm = b"1 1:2 2:3\n2 1:3 2:5\n"

    with pytest.raises(ColumnMismatch, match=r"^Inputs/b\.svm is libsvm, .* \(such as Inputs/a\.csv"):
        snapshot_of({"a.csv": as_csv(houses()), "b.svm": libsvm})
    with pytest.raises(InvalidSettings, match=r"group is about columns, and Inputs/b\.svm is libsvm"):
        snapshot_of({"b.svm": libsvm}, columns=ColumnSettings(group="1"))


SIGNS = "".join(f"{'+1' if n % 3 else '-1'} 1:{n}.5{' 3:2' if n % 2 else ''}\n" for n in range(150)).encode()


def test_labels_of_libsvm_are_classes_where_somebody_says_so() -> None:
    said = ColumnSettings(task="classification")

    found = snapshot_of({"b.svm": SIGNS + b"1 2:x\n", "c.svm": SIGNS.replace(b".5", b".25")}, columns=said)

    assert found.table is not None
    assert [(column["name"], column["role"], column["kind"]) for column in found.table["columns"]] == [
        ("column 1", "label", "category"),
        *((f"column {number}", "feature", "number") for number in (2, 3, 4)),
    ]
    assert found.feature_dim == 3
    assert [(item["format"], item["delimiter"], item["columns"]) for item in found.inputs] == [
        ("libsvm", None, None)
    ] * 2
    with pytest.raises(ConstantLabel, match="set task: classification"):
        snapshot_of({"b.svm": SIGNS})


@pytest.mark.parametrize(
    ("settings", "options", "sentence"),
    [
        ({"positive": "1"}, {}, r"positive is '1', but .* '-1' and '\+1'"),
        ({"ignore": ("2",)}, {}, r"ignore is about columns, and Inputs/b\.svm is libsvm"),
        ({}, {"target": "kind"}, r"Inputs/b\.svm is libsvm, whose label is the first number of each row"),
        ({}, {"feature_count": 2}, "the parameter FeatureCount says 2"),
    ],
)
def test_what_cannot_hold_of_classes_in_libsvm_is_refused(
    settings: dict[str, Any], options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(RequestError, match=sentence):
        snapshot_of({"b.svm": SIGNS}, columns=ColumnSettings(task="classification", **settings), **options)


def test_white_space_between_cells_is_for_numbers_only() -> None:
    rows = [[row[0], row[1], "a" if number % 2 else "b"] for number, row in enumerate(rows_of())]

    with pytest.raises(UnreadableData, match="set apart by white space, by which tables of numbers"):
        snapshot_of({"a.data": csv_of(rows, None, "  ")})


def test_a_data_set_whose_columns_are_all_left_out_is_refused() -> None:
    rows = [[row[0], f"house {number}"] for number, row in enumerate(rows_of())]

    with pytest.raises(
        UnreadableData, match=r"no feature beside its label 'price' \(left out are name: every row"
    ):
        snapshot_of({"a.csv": csv_of(rows, ("price", "name"))})


@given(st.permutations(range(5)), st.permutations(["a.csv", "b.csv"]), st.randoms(use_true_random=False))
def test_neither_the_order_of_columns_nor_that_of_files_or_rows_shows(
    order: list[int], files: list[str], chance: random.Random
) -> None:
    parts = [houses(), houses(seed=2)]
    first = snapshot_of(dict(zip(["a.csv", "b.csv"], map(as_csv, parts), strict=True)), target="price")
    for part in parts:
        chance.shuffle(part)
    turned = [[[row[at] for at in order] for row in part] for part in parts]
    names = tuple(NAMES[at] for at in order)
    bodies = [as_csv(turned[0], names), as_csv(parts[1])]

    second = snapshot_of(dict(zip(files, bodies, strict=True)), target="price")

    assert (second.table, second.features) == (first.table, first.features)
    for item in second.inputs:
        assert [(item["names"] or [])[at] for at in item["columns"] or []] == [
            column["name"] for column in (first.table or {"columns": []})["columns"]
        ]


@given(
    st.lists(
        st.lists(
            st.text(st.sampled_from('0123456789.,;-/: "aZé\u00a0'), max_size=6)
            | st.sampled_from(["true", "2024-01-01", "NA", "5"]),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=12,
    )
)
def test_any_table_is_planned_or_refused_in_a_sentence(rows: list[list[str]]) -> None:
    try:
        found = snapshot_of({"a.csv": csv_of(rows, ("y", "b", "c"))}, target="y", tolerated=1)
    except (RequestError, ConstantLabel) as refused:
        assert len(str(refused)) < 1001
    else:
        assert found.feature_dim >= 1
