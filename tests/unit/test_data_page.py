"""docs/data.md says what recognising a file makes of it."""

from __future__ import annotations

import csv
import re

import pytest

from bakeoff.domain.datasets.encoding import Encoder
from bakeoff.domain.errors import RequestError
from bakeoff.domain.reading.recognise import recognise
from tests.mixed import fit
from tests.template import PROJECT
from tests.unit.bakeoff.domain.reading.uploads import snapshot_of

ROWS = [(n % 7 + 1, n * 2.5, n * n % 11) for n in range(30)]


def table(delimiter: str, above: str = "a{0}b{0}c\n") -> bytes:
    rows = "".join(delimiter.join(map(str, row)) + "\n" for row in ROWS)
    return (above.format(delimiter) + rows).encode()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " "])
def test_these_delimiters_are_taken(delimiter: str) -> None:
    assert recognise("f", table(delimiter)).delimiter == delimiter


@pytest.mark.parametrize(
    "above",
    ["A title\na,b,c\n", "a,b,c\nm,s,kg\n", "# a comment\na,b,c\n", ",,\n\na,b,c\n", '"a\nlong",b,c\n'],
)
def test_these_lines_are_no_rows(above: str) -> None:
    found = recognise("f", table(",", above))

    assert (len(found.rows), found.malformed) == (len(ROWS), 0)
    assert found.names is not None and found.names[1:] == ("b", "c")


def test_an_unnamed_column_of_row_numbers_is_left_out_and_told() -> None:
    text = ",a,b\n" + "".join(f"{n},{a},{b}\n" for n, (a, b, _) in enumerate(ROWS))

    found = recognise("f", text.encode())

    assert (found.target, found.features) == ("a", ("b",))
    assert any("column 1 has no name and counts up by one" in note for note in found.notes)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["a,b"] + [f"{n % 5},$5" for n in range(30)], "write the amount alone, or name the column in"),
        (["a,b"] + [f"{n % 5},0{n % 9 + 1}.01.2024" for n in range(30)], "is a date"),
        (["a,b,b"] + [f"{n % 5},red,1" for n in range(30)], "2 columns named 'b'"),
        (["a,b"] + [f'{n % 5},"42,{n + 100}"' for n in range(30)], "divides its thousands"),
        (["id,b"] + [f"{n},{n % 5}" for n in range(30)], "set Target to the column to predict"),
        ([f"{n} 0:1 1:{n}" for n in range(30)], "from 0"),
        ([f"{n} qid:1 1:{n}" for n in range(30)], "qid"),
    ],
)
def test_this_is_refused_with_its_cure(lines: list[str], sentence: str) -> None:
    with pytest.raises(RequestError, match=sentence):
        snapshot_of({"f": "".join(f"{line}\n" for line in lines).encode()})


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ("{}", "number"),
        ("True", "boolean"),
        ("2024-01-31", "date"),
        ("2024-01-31 10:20", "timestamp"),
        ("2024-01-31T10:20:30.5+02:00", "timestamp"),
        ("red", "category"),
        ("Red {}", "category"),
        ("", "category"),
    ],
)
def test_a_column_is_what_most_of_its_cells_are(cells: str, kind: str) -> None:
    lines = ["y,x,red", *(f"{n % 7}.5,{cells.format(n)},a" for n in range(30))]

    found = snapshot_of({"f": "".join(f"{line}\n" for line in lines).encode()}, target="y")

    assert found.table is not None
    column = next(each for each in found.table["columns"] if each["name"] == "x")
    assert (column["kind"], column["role"] == "ignored") == (kind, cells in ("Red {}", ""))


def test_the_worked_table_is_what_its_rows_become() -> None:
    page = (PROJECT / "docs" / "data.md").read_text("utf-8")
    raw, *views = [block.splitlines() for block in re.findall("```csv\n(.*?)```", page, re.DOTALL)]
    rows = list(csv.DictReader(raw))
    kinds = [("area", "number"), ("garden", "boolean"), ("kind", "category"), ("sold", "date")]
    canonical = {"true": "1", "false": "0"}
    encoding = fit(kinds, [{name: canonical.get(cell, cell) for name, cell in row.items()} for row in rows])

    for view, shown in zip(("csv", "dense", "coded"), views, strict=True):
        encoder = Encoder(encoding, view)
        assert shown[0] == ",".join(["price", *encoding["views"][view]["features"]])
        assert shown[1:] == [",".join([row["price"], *encoder.row(row)]) for row in rows]
