from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import fastjsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.datasets.encoding import VIEWS, Encoder
from bakeoff.domain.errors import UnreadableCell
from bakeoff.domain.run.documents import Encoding
from tests.mixed import MISSING, fit

SCHEMA = fastjsonschema.compile(
    json.loads(files("bakeoff.catalogue").joinpath("encoding.schema.json").read_text("utf-8"))
)
CELLS = {
    "number": st.decimals(-10_000, 10_000, places=3).map(str),
    "boolean": st.sampled_from(["1", "0"]),
    "category": st.sampled_from(["a", "b", "c", "(rare)", "(missing)", "ö,ä", ""]),
    "date": st.dates().map(str),
    "timestamp": st.datetimes().map(lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")),
}
COLUMNS = (
    ("area", "number"),
    ("new", "boolean"),
    ("kind", "category"),
    ("sold", "date"),
    ("seen", "timestamp"),
    ("gone", "number"),
)
TRAIN = [
    {"area": area, "new": new, "kind": kind, "sold": sold, "seen": seen, "gone": ""}
    for area, new, kind, sold, seen in [
        ("1.5", "1", "b", "2020-01-01", "2020-01-01T00:00:10"),
        ("2.5", "0", "a", "2020-01-03", "2020-01-01T00:00:20"),
        ("", "1", "a", "", "2020-01-01T00:00:30"),
        ("2", "1", "b", "2020-01-02", "2020-01-01T00:00:40"),
        ("2", "", "", "2020-01-02", "2020-01-01T00:00:50"),
        ("2", "1", "z", "2020-01-02", "2020-01-01T00:00:30"),
    ]
]
ENCODING = fit(COLUMNS, TRAIN)
KNOWN = {
    "area": "+02.50",
    "new": "TRUE",
    "kind": "a",
    "sold": "1970-02-01",
    "seen": "1969-12-31 23:59:59.9Z",
    "gone": "no number, but nobody asks",
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[tuple[str, str]], list[dict[str, str]]]:
    kinds = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=5))
    columns = [(f"column {place}", kind) for place, kind in enumerate(kinds, 1)]
    row = st.fixed_dictionaries({name: st.one_of(CELLS[kind], st.just("")) for name, kind in columns})
    return columns, draw(st.lists(row, min_size=2, max_size=12))


@given(tables(), st.sampled_from(VIEWS), st.data())
def test_every_row_has_the_features_that_the_view_names(
    table: tuple[list[tuple[str, str]], list[dict[str, str]]], view: str, data: st.DataObject
) -> None:
    columns, rows = table
    size = data.draw(st.integers(1, len(rows)))
    encoding = fit(columns, rows[:size])
    encoder = Encoder(encoding, view)
    names = encoding["views"][view]["features"]

    for column in encoder.columns:
        own = names[encoder.places[column["name"]]]
        assert len(own) == encoder.width(column)
        assert all(name.startswith(column["name"]) for name in own)
    assert sum(map(encoder.width, encoder.columns)) == len(names)
    for row in rows:
        texts = encoder.row(row)
        assert len(texts) == len(names)
        assert all(text == "" or float(text) is not None for text in texts)
        assert view != "dense" or "" not in texts


@given(tables(), st.sampled_from(VIEWS))
def test_a_level_of_the_training_rows_has_exactly_one_place(
    table: tuple[list[tuple[str, str]], list[dict[str, str]]], view: str
) -> None:
    columns, rows = table
    encoder = Encoder(fit(columns, rows), view)

    for column in (each for each in encoder.columns if each["kind"] == "category"):
        for row in rows:
            texts = encoder.cell(column, row[column["name"]])
            assert view == "coded" or texts.count("1") == 1


@given(tables())
def test_an_encoding_is_as_its_schema_says(
    table: tuple[list[tuple[str, str]], list[dict[str, str]]],
) -> None:
    columns, rows = table
    encoding = fit(columns, rows)
    if all("dropped" not in column for column in encoding["columns"]):
        SCHEMA(encoding)


@pytest.mark.parametrize(
    ("view", "texts"),
    [
        ("csv", "2.50,1,1,0,0,0,31,2,7,-1,12,3,86399"),
        ("dense", "2.50,0,1,0,1,0,0,0,31,2,7,0,-1,12,3,86399"),
        ("coded", "2.50,1,0,31,2,7,-1,12,3,86399"),
    ],
)
def test_a_row_becomes_numbers(view: str, texts: str) -> None:
    assert ",".join(Encoder(ENCODING, view).row(KNOWN)) == texts


@pytest.mark.parametrize(
    ("view", "texts"),
    [
        ("csv", ",,0,0,0,1,,,,,,,"),
        ("dense", "2,1,1,1,0,0,0,1,18263,1,4,1,18262,1,3,30"),
        ("coded", ",,,,,,,,,"),
    ],
)
def test_what_is_missing_is_empty_or_filled_and_told(view: str, texts: str) -> None:
    nothing = dict.fromkeys(KNOWN, " N/A ")

    assert ",".join(Encoder(ENCODING, view).row(nothing)) == texts


@pytest.mark.parametrize(
    ("cell", "one_hot", "code"),
    [
        ("a", "1,0,0,0", "0"),
        (" b\u00a0", "0,1,0,0", "1"),
        ("z", "0,0,1,0", "2"),
        ("A", "0,0,0,0", "3"),
        ("?", "0,0,0,1", ""),
    ],
)
def test_a_level_has_its_place(cell: str, one_hot: str, code: str) -> None:
    column = ENCODING["columns"][2]

    assert ",".join(Encoder(ENCODING, "csv").cell(column, cell)) == one_hot
    assert ",".join(Encoder(ENCODING, "dense").cell(column, cell)) == one_hot
    assert Encoder(ENCODING, "coded").cell(column, cell) == [code]


@pytest.mark.parametrize(("cell", "code"), [("never seen", "3"), ("", "")])
def test_what_training_never_saw_sets_nothing(cell: str, code: str) -> None:
    encoding = fit([("kind", "category")], [{"kind": kind} for kind in "aabb"])
    column = encoding["columns"][0]

    assert Encoder(encoding, "csv").cell(column, cell) == ["0", "0"]
    assert Encoder(encoding, "coded").cell(column, cell) == [code]


def test_levels_that_are_called_like_the_other_places_are_levels() -> None:
    cells = ["(rare)", "(rare)", "(missing)", "(missing)", "once", ""]
    encoding = fit([("kind", "category")], [{"kind": kind} for kind in cells])
    encoder = Encoder(encoding, "csv")

    found = {cell: encoder.row({"kind": cell}).index("1") for cell in cells}

    assert found == {"(missing)": 0, "(rare)": 1, "once": 2, "": 3}


def test_a_decimal_comma_is_read_where_it_was_said() -> None:
    encoding = fit([("area", "number")], [{"area": "1.5"}, {"area": "2"}])

    assert Encoder(encoding, "csv", ",").row({"area": "1,50"}) == ["1.50"]
    with pytest.raises(UnreadableCell, match=r"^Column area holds '1,50', which is no number"):
        Encoder(encoding, "csv").row({"area": "1,50"})


@pytest.mark.parametrize(
    ("name", "cell", "kind"),
    [
        ("area", "wide", "number"),
        ("new", "yes", "boolean"),
        ("sold", "2020-02-30", "date"),
        ("sold", "01.02.2020", "date"),
        ("sold", "2020-01-01T10:00", "date"),
        ("seen", "2020-01-01", "timestamp"),
        ("seen", "2020-01-01T24:00", "timestamp"),
        ("seen", "9999-12-31T23:59-01:00", "timestamp"),
    ],
)
def test_a_cell_that_is_not_what_its_column_holds_is_refused(name: str, cell: str, kind: str) -> None:
    with pytest.raises(UnreadableCell) as refusal:
        Encoder(ENCODING, "csv").row({**KNOWN, name: cell})

    assert str(refusal.value) == f"Column {name} holds {cell!r}, which is no {kind}."


def test_a_row_without_a_column_is_refused() -> None:
    with pytest.raises(UnreadableCell, match=r"^The row has no column area"):
        Encoder(ENCODING, "csv").row({})


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        ("2026-11-30T01:02:03", ["20787", "11", "1", "3723"]),
        ("2026-11-30 01:02", ["20787", "11", "1", "3720"]),
        ("2026-12-01T00:30:00.25+01:00", ["20787", "11", "1", "84600"]),
        ("2026-11-29T23:30:00-02:00", ["20787", "11", "1", "5400"]),
    ],
)
def test_a_time_is_taken_to_utc(cell: str, texts: list[str]) -> None:
    assert Encoder(ENCODING, "csv").cell(ENCODING["columns"][4], cell) == texts


def damaged(**changes: Any) -> Encoding:
    return {**ENCODING, **changes}  # type: ignore[typeddict-item]  # that is the point


@pytest.mark.parametrize(
    "changes",
    [
        {"schema_version": 2},
        {"views": {}},
        {"views": {"csv": {"features": []}}},
        {"views": {"wide": {"features": ["a"]}}},
        {"columns": [{"name": "area", "kind": "number"}]},
        {"columns": [{"name": "area", "kind": "text", "missing": 0, "fill": "1"}]},
        {"columns": [{"name": "kind", "kind": "category", "missing": 0, "levels": ["a"]}]},
        {"columns": [{"name": "area", "kind": "number", "missing": 0, "fill": "1e5"}]},
    ],
)
def test_the_schema_refuses_what_is_no_encoding(changes: dict[str, Any]) -> None:
    SCHEMA(ENCODING)
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        SCHEMA(damaged(**changes))


def test_missing_values_are_told_in_lower_case() -> None:
    assert all(text == text.lower() for text in MISSING)
