"""Tables that nearly have another reading: each is read as it is meant, or refused in one sentence."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from bakeoff.domain.errors import InvalidSettings, UnreadableData
from bakeoff.domain.planning.snapshot import Snapshot
from bakeoff.domain.reading.mixed.settings import ColumnSettings
from tests.unit.bakeoff.domain.reading.uploads import csv_of, snapshot_of, with_column


def wide(header: list[str], count: int = 60) -> bytes:
    """Two columns of text and measured numbers, as the World Bank gives its tables."""
    chance = random.Random(4)
    rows = [
        [
            chance.choice(["Chad", "Peru", "Fiji"]),
            f"x{n % 7}",
            *(f"{chance.uniform(1, 9):.3f}" for _ in header[2:]),
        ]
        for n in range(count)
    ]
    return csv_of(rows, header)


def columns_of(found: Snapshot) -> list[str]:
    assert found.table is not None
    return [column["name"] for column in found.table["columns"]]


@pytest.mark.parametrize("target", ["2020", "", "2018"])
def test_years_beside_names_are_a_header(target: str) -> None:
    body = (
        wide(["country", "code", "2018", "2019", "2020"])
        if target
        else wide(["", "code", "2018", "2019", "2020"])
    )

    found = snapshot_of({"a.csv": body}, target=target or "2019")

    assert columns_of(found)[0] == (target or "2019")
    assert {"code", "2018", "2019", "2020"} <= set(columns_of(found))


def test_any_number_is_a_name_where_the_target_says_so() -> None:
    found = snapshot_of({"a.csv": wide(["country", "code", "35", "10", "2"])}, target="35")

    assert columns_of(found) == ["35", "10", "2", "code", "country"]


def test_a_position_is_no_name() -> None:
    body = csv_of([[f"{n % 9}", f"{n % 7}", "a" if n % 2 else "b"] for n in range(40)], None)

    assert columns_of(snapshot_of({"a.csv": body}, target="2"))[0] == "column 2"


def test_a_row_whose_numbers_count_up_is_no_header_where_its_texts_come_again() -> None:
    rows = [["a" if n % 2 else "b", *(f"{(n * k) % 11 + k}" for k in (1, 2, 3))] for n in range(40)]
    rows[0] = ["a", "1", "2", "3"]

    found = snapshot_of({"a.csv": csv_of(rows, None)}, target="2")

    assert found.inputs[0]["header"] is None


@pytest.mark.parametrize("text", ["9999-12-31T23:59-01:00", "0001-01-01T00:00+01:00"])
def test_a_time_that_its_offset_leads_out_of_the_calendar_is_none(text: str) -> None:
    rows = [[str(n % 37), f"2026-01-{1 + n % 28:02}T10:00Z"] for n in range(400)]
    rows[7][1] = text

    with pytest.raises(UnreadableData, match=r"line 9, column seen: '.*' is no date and time"):
        snapshot_of({"a.csv": csv_of(rows, ["price", "seen"])}, "price", tolerated=0)


def test_a_row_without_a_label_is_no_malformed_one_whatever_it_holds() -> None:
    rows = [[str(n % 37), f"{n % 11}.5", "a" if n % 3 else ""] for n in range(400)]
    rows[7] = ["NA", "unknown", ""]

    found = snapshot_of({"a.csv": csv_of(rows, ["price", "area", "kind"])}, "price", tolerated=0)

    assert "Inputs/a.csv: 1 of 400 rows have no label (price), and are left out." in found.notes


@pytest.mark.parametrize(
    ("setting", "cell", "sentence"),
    [
        ("group", lambda _: "NA", "no row has a value in the column 'site' that group names"),
        ("group", lambda _: "north", "every row has 'north' in the column 'site' that group names"),
        ("time", lambda _: "2026-01-01", "every row has '2026-01-01' in the column 'site' that time names"),
    ],
)
def test_a_column_that_cannot_split_is_refused(
    setting: str, cell: Callable[[int], str], sentence: str
) -> None:
    columns = ColumnSettings(**{setting: "site"}, sources={setting: "F"})  # type: ignore[arg-type]

    with pytest.raises(InvalidSettings, match=f"^F: {sentence}"):
        snapshot_of({"a.csv": with_column(2, cell, "site")}, columns=columns)


def test_a_time_that_counts_up_is_not_told_as_a_feature() -> None:
    body = with_column(2, lambda n: str(1980 + n), "year")

    found = snapshot_of({"a.csv": body}, columns=ColumnSettings(time="year"))

    assert not [note for note in found.notes if "counts up" in note]


def test_many_columns_without_a_value_are_one_note() -> None:
    names = ["price", *(f"f{n}" for n in range(40)), "kind"]
    rows = [[str(n % 7), *[""] * 40, "a" if n % 2 else "b"] for n in range(50)]

    notes = snapshot_of({"a.csv": csv_of(rows, names)}).notes

    assert [note for note in notes if "no row has a value" in note] == [
        "f0, f1, f10, f11, f12, f13, f14, f15 and 32 more: no row has a value, so they are left out."
    ]


def test_files_that_disagree_over_a_column_are_told() -> None:
    numbers = with_column(2, lambda n: str(n % 9), "size")
    texts = with_column(2, lambda n: "SML"[n % 3], "size")

    found = snapshot_of({"a.csv": numbers, "b.csv": texts + b"1.5,2,M,3,4\n"})

    assert "size holds numbers and text, so its values are taken for names." in found.notes


def test_a_label_that_is_a_date_has_cures_for_a_label() -> None:
    rows = [[f"2026-01-{1 + n % 28:02}", f"{n * 7 % 11}.5", "ab"[n % 2]] for n in range(40)]

    with pytest.raises(UnreadableData) as refused:
        snapshot_of({"a.csv": csv_of(rows, ["sold", "price", "kind"])})

    assert "remove the column" not in str(refused.value)
    assert "set Target to" in str(refused.value)


@pytest.mark.parametrize(("cell", "is_told"), [("-999", False), ("-999.0", True)])
def test_a_spelling_of_no_value_that_no_cell_has_is_told(cell: str, is_told: bool) -> None:
    body = with_column(2, lambda n: cell if n % 7 == 0 else str(n % 5), "size")

    notes = snapshot_of({"a.csv": body}, columns=ColumnSettings(missing=("-999",))).notes

    told = "The setting missing names '-999', which no cell that was looked at holds: "
    assert (f"{told}give it as the files spell it." in notes) == is_told
