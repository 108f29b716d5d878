"""What the cells of a mixed table become: hostile ones, all in one run."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from bakeoff.domain.datasets.encoding import Encoder
from preparation.reasons import (
    BOOLEAN,
    COLUMNS,
    DATE,
    FEATURE,
    LABEL,
    LARGE_FEATURE,
    LARGE_LABEL,
    LENGTH,
    QUOTE,
    TIMESTAMP,
)
from tests.integration.spark_job.job import Datasets, Job
from tests.integration.spark_job.tables import VIEWS, Table, encoding_of, held_out_cells

TABLE = Table(
    [
        ("y", "number"),
        ("big", "boolean"),
        ("day", "date"),
        ("kind", "category"),
        ("note", "text", "ignored"),
        ("size", "number"),
        ("when", "timestamp"),
    ]
)
LEVELS = [
    "plain",
    "a,b",
    'said ""so""',
    "<script>alert(1)</script>",
    "\U0001f600 \u00e9\u6f22",
    "(rare)",
    "(missing)",
    "x" * 1000,
    "${y} \\ '",
    "true",
    "12",
    "NaNa",
]
DAYS = ["1969-12-31", "1970-01-01", "2000-02-29", "2024-02-29", "0001-01-01", "9999-12-31", "1582-10-10"]
TIMES = [
    "2020-03-01T00:00",
    "2020-03-01 23:59:59.999999",
    "2020-03-01T00:30+02:00",
    "2019-12-31T23:30:15-05:30",
    "2020-02-29T12:00:00Z",
    "0001-01-01T00:00:00Z",
]
NUMBERS = {
    "5": "5",
    "+01.50": "1.50",
    ".5": "0.5",
    "-.5e3": "-0.5e3",
    "5.": "5",
    "5.e2": "5e2",
    "-0": "-0",
    "00.25": "0.25",
    "\u22127": "-7",
    "1E+3": "1E+3",
    "0." + "3" * 400: "0." + "3" * 400,
}
FAULTS = {
    "x,,,,,,": LABEL,
    "1e30,true,2020-01-01,a,,1,": LARGE_LABEL,
    "1,maybe,2020-01-01,a,,1,": BOOLEAN,
    "1,true,2021-02-29,a,,1,": DATE,
    "1,true,0000-01-01,a,,1,": DATE,
    "1,true,01.02.2020,a,,1,": DATE,
    "1,true,,a,,1 kg,": FEATURE,
    '1,true,,a,,"1,5",': FEATURE,
    "1,true,,a,,1e39,": LARGE_FEATURE,
    f"1,true,,a,,{'9' * 400},": LARGE_FEATURE,
    "1,true,,a,,1,2020-01-01T24:00": TIMESTAMP,
    "1,true,,a,,1,2020-01-01T12:00:60": TIMESTAMP,
    "1,true,,a,,1,9999-12-31T23:59-01:00": TIMESTAMP,
    "1,true,,a,,1,0001-01-01T00:00+01:00": TIMESTAMP,
    "1,true,,a,,1,2020-01-01": TIMESTAMP,
    '1,true,,"a runs over,,1,': QUOTE,
    '1,true,,"a" b,,1,': QUOTE,
    "1,true,,a,b": COLUMNS,
    '1,true,,"a,b",,1,,': COLUMNS,
    "1,true,," + "z" * (1 << 20) + ",,1,": LENGTH,
}
NO_ROWS = ["", "   ", ",,,,,,", "# a comment", '"","",,,,,']
UNLABELLED = [",true,2020-01-01,a,,1,", "NA,true,2020-01-01,a,,1,", '"?",,,,,1,']


def row(y: object, big: str, day: str, kind: str, size: str, when: str, note: str = "n") -> str:
    quoted = f'"{kind}"' if set(kind) & set(',"') else kind
    return f"{y},{big},{day},{quoted},{note},{size},{when}"


def good_lines() -> list[str]:
    """Each level, day, time and spelling often enough to be in every split, some in training alone."""
    chance = random.Random(7)
    lines = []
    for n in range(600):
        pick = [
            chance.choice(each)
            for each in (["true", "False", "TRUE", "na"], DAYS, LEVELS, list(NUMBERS), TIMES)
        ]
        cells = ["" if chance.random() < 0.1 else cell for cell in pick]
        lines.append(row(n % 97 + n / 1000, cells[0], cells[1], cells[2], cells[3], cells[4]))
    lines += [row(n, "true", "", f"once {n}", "1", "") for n in range(30)]
    return lines


@pytest.fixture(scope="module")
def hostile(module_job: Job) -> Datasets:
    header = ",".join(column for column, *_ in TABLE.columns)
    lines = [
        "\ufeff" + header,
        *good_lines(),
        *FAULTS,
        *NO_ROWS,
        *UNLABELLED,
        row(1, "", "", " sp ", " 5 ", ""),
    ]
    nul = row(2, "", "", "a\x00b", "5", "")
    return TABLE.run(module_job, TABLE.text(module_job, "hostile.csv", "\n".join([*lines, nul])))


def test_each_line_that_is_no_row_is_rejected_with_its_reason(hostile: Datasets) -> None:
    found = sorted((item["line"][:1000], item["reason"]) for item in hostile.rejected)

    assert found == sorted((line[:1000], reason) for line, reason in FAULTS.items())
    assert hostile.summary["rejected"]["total"] == len(FAULTS)


def test_a_row_without_a_label_is_counted_apart(hostile: Datasets) -> None:
    assert hostile.summary["unlabelled"] == len(UNLABELLED)


def test_all_other_lines_are_rows_of_each_view_in_the_same_order(hostile: Datasets) -> None:
    views = {view: hostile.all_rows(view) for view in VIEWS}

    assert len(views["csv"]) == len(good_lines()) + 2 == sum(hostile.summary["rows"].values())
    labels = [[line.split(",")[0] for line in rows] for rows in views.values()]
    assert labels[0] == labels[1] == labels[2]
    assert [cells[0] for cells in held_out_cells(hostile)] == [
        line.split(",")[0] for line in hostile.rows("csv", "test")
    ]


def test_rows_are_as_wide_as_the_encoding_says_and_hold_numbers_only(hostile: Datasets) -> None:
    views = encoding_of(hostile)["views"]
    for view in VIEWS:
        for line in hostile.all_rows(view):
            cells = line.split(",")[1:]
            assert len(cells) == len(views[view]["features"])
            assert all(float(cell) is not None for cell in cells if cell)
            assert view != "dense" or all(cells)
    assert hostile.summary["views"] == {
        view: {**views[view], "features": len(views[view]["features"])} for view in VIEWS
    }
    assert hostile.summary["views"]["coded"]["categorical"]


def test_the_names_of_features_are_unique(hostile: Datasets) -> None:
    for view in encoding_of(hostile)["views"].values():
        assert len(set(view["features"])) == len(view["features"])
    assert {"kind=(rare)", "kind=(rare) (2)", "kind=(missing)"} <= set(
        encoding_of(hostile)["views"]["csv"]["features"]
    )


def test_test_rows_are_kept_as_canonical_texts(hostile: Datasets) -> None:
    rows = held_out_cells(hostile)

    assert rows and all(len(cells) == 6 for cells in rows)
    assert {cells[1] for cells in rows} <= {"0", "1", ""}
    assert {cells[2] for cells in rows} <= {*DAYS, ""}
    levels = {level.replace('""', '"') for level in LEVELS} | {"", "sp", "a\x00b"}
    assert {cells[3] for cells in rows if not cells[3].startswith("once ")} <= levels
    assert {cells[4] for cells in rows} <= {*NUMBERS.values(), "", "1"}


def test_a_row_that_is_prepared_in_plain_python_is_the_one_that_spark_wrote(hostile: Datasets) -> None:
    encoding = encoding_of(hostile)
    for view in VIEWS:
        encoder = Encoder(encoding, view)
        for cells, line in zip(held_out_cells(hostile), hostile.rows(view, "test"), strict=True):
            assert encoder.row(dict(zip(TABLE.kept, cells, strict=True))) == line.split(",")[1:]


def test_coded_categories_are_named_by_their_positions(hostile: Datasets) -> None:
    coded = encoding_of(hostile)["views"]["coded"]

    assert [coded["features"][place - 1] for place in coded["categorical"]] == ["kind"]


def test_levels_come_most_frequent_first_and_ties_by_text(hostile: Datasets) -> None:
    [kind] = [column for column in encoding_of(hostile)["columns"] if column["name"] == "kind"]
    train = _training_counts(hostile, kind["levels"])

    assert kind["levels"] == sorted(kind["levels"], key=lambda level: (-train[level], level))
    assert len(kind["rare"]) > 10 and kind["rare_rows"] >= len(kind["rare"])


def _training_counts(datasets: Datasets, levels: list[str]) -> dict[str, int]:
    place = encoding_of(datasets)["views"]["coded"]["features"].index("kind") + 1
    codes = [line.split(",")[place] for line in datasets.rows("coded", "train")]
    return {level: codes.count(str(code)) for code, level in enumerate(levels)}


def test_the_encoding_is_json_with_sorted_keys(hostile: Datasets) -> None:
    text = (hostile.root / "encoding.json").read_text("utf-8")

    parsed: dict[str, Any] = json.loads(text)
    assert text == json.dumps(parsed, indent=2, sort_keys=True, ensure_ascii=False)
    assert parsed["train_rows"] == hostile.summary["rows"]["train"]
