"""The split of a mixed table, and what is found in its training rows alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from preparation.failures import JobError
from preparation.plan import SPLITS
from preparation.reasons import TIME
from tests.integration.spark_job.job import Datasets, Job
from tests.integration.spark_job.tables import MISSING, Table, encoding_of, held_out_cells

TABLE = Table([("y", "number"), ("a", "number"), ("b", "category"), ("c", "boolean"), ("d", "date")])
Rows = list[list[str]]


def rows_of(seed: int, count: int = 200) -> Rows:
    chance = random.Random(seed)

    def cell(text: str) -> str:
        return chance.choice(["", "NA", "?"]) if chance.random() < 0.05 else text

    return [
        [
            f"{1000 * n + chance.randrange(1000)}.5",
            cell(f"{chance.gauss(0, 1e3):.7g}"),
            cell(chance.choice("aaaabbbccdefghij")),
            cell(chance.choice(["true", "false"])),
            cell(f"{chance.randrange(1900, 2100)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"),
        ]
        for n in range(count)
    ]


def encoding_text(datasets: Datasets) -> str:
    return (datasets.root / "encoding.json").read_text("utf-8")


def split_by_label(datasets: Datasets) -> dict[str, str]:
    """In which split the row of each label is; labels are told apart by the test."""
    return {line.split(",")[0]: split for split in SPLITS for line in datasets.rows("csv", split)}


def test_only_training_rows_have_a_say_in_the_encoding(job: Job) -> None:
    # Given a run, and the same training rows beside other test and validation rows, in another order of rows,
    # columns and files
    rows = rows_of(1)
    first = TABLE.run(job, TABLE.csv(job, "a.csv", rows), to="first")
    split = split_by_label(first)
    training = [row for row in rows if split[row[0]] == "train"]
    others = [[f"-{row[0]}", "1e30", "never seen before", "true", "0001-01-01"] for row in rows]
    where = split_by_label(TABLE.run(job, TABLE.csv(job, "others.csv", others), to="others"))
    held_out = [row for row in others if where[row[0]] != "train"]
    changed = [*training, *held_out]
    random.Random(2).shuffle(changed)
    order = ["d", "y", "c", "a", "b"]
    files = [TABLE.csv(job, "z.csv", changed[:70], order=order), TABLE.csv(job, "b.csv", changed[70:])]

    # When they are prepared
    second = TABLE.run(job, *files, to="second")

    # Then the encoding is the same to the byte, and no row has moved
    assert held_out and len(second.rows("csv", "train")) == len(training)
    assert encoding_text(second) == encoding_text(first)
    moved = split_by_label(second)
    assert all(moved[row[0]] == "train" for row in training)
    lines = [sorted(run.rows("dense", "train")) for run in (first, second)]
    assert lines[0] == lines[1]


def test_the_encoding_is_what_plain_python_finds_in_the_training_rows(job: Job) -> None:
    rows = rows_of(3, 400)
    datasets = TABLE.run(job, TABLE.csv(job, "a.csv", rows))
    split = split_by_label(datasets)
    training = [row for row in rows if split[row[0]] == "train"]

    columns = {column["name"]: column for column in encoding_of(datasets)["columns"]}

    present = [
        [cell for cell in column if cell.lower() not in MISSING] for column in zip(*training, strict=True)
    ]
    values = [float(cell) for cell in present[1]]
    assert float(str(columns["a"]["fill"])) == pytest.approx(sum(values) / len(values), abs=1e-3)
    assert columns["a"]["missing"] == len(training) - len(values) > 0
    counts = {level: present[2].count(level) for level in set(present[2])}
    least = max(2, min(10, -(-len(training) // 100)))
    kept = sorted(
        (level for level in counts if counts[level] >= least), key=lambda each: (-counts[each], each)
    )
    assert columns["b"]["levels"] == kept
    assert set(columns["b"]["rare"]) == counts.keys() - set(kept)
    assert columns["c"]["fill"] == str(int(2 * present[3].count("true") > len(present[3])))


def test_equal_rows_share_a_split_however_they_are_spelled(job: Job) -> None:
    lines = [
        f"{label},{number},{text},{truth},"
        for label in ("1", "1.0", "+1")
        for number in ("0", "-0.0", "0.00")
        for text in ("x", " x", '"x"', '" x "')
        for truth in ("true", "True", '"TRUE"')
    ]
    datasets = TABLE.run(job, TABLE.text(job, "a.csv", "\n".join(["y,a,b,c,d", *lines])))

    assert sorted(len(datasets.rows("csv", split)) for split in SPLITS) == [0, 0, len(lines)]


def test_a_group_is_in_one_split_and_rows_without_one_are_split_alone(job: Job) -> None:
    table = Table([("y", "number"), ("a", "number"), ("who", "category", "group")])
    rows = [[str(n), str(n % 7), f"g{n % 40}" if n % 5 else ""] for n in range(1000)]
    datasets = table.run(job, table.csv(job, "a.csv", rows))
    split = split_by_label(datasets)

    for group in range(40):
        assert len({split[row[0]] for row in rows if row[2] == f"g{group}"}) <= 1
    assert {split[row[0]] for row in rows if not row[2]} == set(SPLITS)
    assert encoding_of(datasets)["views"]["csv"]["features"] == ["a"]
    assert {cells[2] for cells in held_out_cells(datasets)} > {""}


@pytest.mark.parametrize(
    ("kind", "spelled", "first"),
    [
        ("date", lambda n: f"2020-01-{n // 50 + 1:02}", "2020-01-18"),
        ("timestamp", lambda n: f"2020-01-01T00:{n // 50:02}+01:00", "2019-12-31T23:17:00Z"),
        ("number", lambda n: str(n // 50 - 3), "14"),
    ],
)
def test_by_time_the_latest_share_is_the_test_split(job: Job, kind: str, spelled: Any, first: str) -> None:
    table = Table([("y", "number"), ("a", "number"), ("when", kind, "time")])
    rows = [[str(n), str(n % 9), spelled(n)] for n in range(1000)]
    random.Random(1).shuffle(rows)
    datasets = table.run(job, table.csv(job, "a.csv", [*rows, ["5", "5", ""]]))
    split = split_by_label(datasets)

    latest = {str(n) for n in range(850, 1000)}
    assert {label for label, place in split.items() if place == "test"} == latest
    assert datasets.summary["time"] == {"column": "when", "test_from": first}
    assert 120 < datasets.summary["rows"]["validation"] < 180
    assert datasets.summary["rejected"]["reasons"] == {TIME: 1}


def refused(job: Job, table: Table, rows: Sequence[Sequence[str]], **changes: Any) -> str:
    with pytest.raises(JobError) as caught:
        table.run(job, table.csv(job, "a.csv", rows), **changes)
    sentence = str(caught.value)
    assert "\n" not in sentence and len(sentence.encode()) <= 1024
    return sentence


def test_a_table_of_which_nothing_can_be_made_is_refused_in_a_sentence(job: Job) -> None:
    table = Table([("y", "number"), ("a", "number"), ("b", "category")])
    wide = Table([("y", "number"), *((f"c{i}" * 40, "category") for i in range(300))])
    dated = Table([("y", "number"), ("a", "number"), ("d", "date", "time")])

    empty = refused(job, table, [[str(n), "", f"id {n}"] for n in range(100)])
    unlabelled = refused(job, table, [["", str(n), "x"] for n in range(100)])
    same = refused(job, dated, [[str(n), "1", "2020-01-01"] for n in range(100)])
    levels = [[str(n), *[f"l{n % 45}"] * 300] for n in range(3000)]
    many = refused(job, wide, levels, formats=["csv"])

    assert "No feature is left" in empty
    assert "The label y is missing in all 100 rows" in unlabelled
    assert "cannot be split by time" in same and " d " in same
    assert "13,500 features in the view csv" in many and "ignore" in many


def test_one_training_row_and_no_row_at_all_are_summed_up(job: Job) -> None:
    one = TABLE.run(job, TABLE.csv(job, "one.csv", [["1", "2", "x", "true", "2020-01-01"]]), to="one")
    none = TABLE.run(job, TABLE.text(job, "none.csv", "y,a,b,c,d\n,,,,\n"), to="none")

    assert sum(one.summary["rows"].values()) == 1
    assert (none.summary["rows"]["train"], none.tree()) == (0, {"summary.json", "encoding.json"})
