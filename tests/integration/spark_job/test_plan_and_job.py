"""What the plan makes of a line, the Spark job makes of it, too: value for value, for any line."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from bakeoff.domain.datasets.checking import check_datasets
from bakeoff.domain.errors import TooFewRows, UnreadableData
from bakeoff.domain.reading import numbers, table
from bakeoff.domain.reading.lines import EXCERPT, LONGEST_LINE, lines_of
from bakeoff.domain.reading.recognise import Recognised, recognise
from bakeoff.domain.run.files import WritableRunFiles
from preparation import lines, spelling
from preparation.reasons import COLUMNS
from tests.integration.spark_job import planned as uploaded
from tests.integration.spark_job.job import Datasets, Job

SIZE = 400
DELIMITERS = (",", ";", "\t", "|", " ")
SPACES = ["\xa0", "\u2003", "\ufeff", "\u2028", "\x0b", "\x1f", "\x85", " ", "\t", ""]
SPELLINGS = (
    "{}",
    "-{}",
    "+{}",
    "\u2212{}",
    '"{}"',
    '" {} "',
    "{}.",
    ".{}",
    "{}e2",
    "{}E\u22122",
    "00{}",
    "{}.0",
    " {}",
    "{}\t",
)
BROKEN = (
    "",
    "NA",
    "nan",
    "inf",
    "{}e999",
    "{}e38",
    "{}e19",
    "{}d",
    "0x{}",
    "{},5",
    '"{},5"',
    '"{}',
    '{}"',
    "'{}'",
    "1_{}",
    "{} {}",
    "\u0663",
    "{}#",
    "--{}",
    "\u2013{}",
    '""{}""',
    "{}%",
    "\x00{}",
    "{}\u200e",
    '"{};{}"',
)
WHOLE_LINES = (
    "",
    "   ",
    "\xa0\u2003",
    ",,",
    ";;",
    "||",
    "\t\t",
    '"","",""',
    " , , ",
    "# a comment, with, commas",
    "  # 1,2,3",
    "\ufeff#",
    "total",
    "1,2",
    "1,2,3,4",
    "y,a,b",
    "y;a;b",
    '"1,2",3,4',
    "1,2,3 # 4",
    "1 1:2 2:3 # 3:4",
    "1 0:2 1:3",
    "1 2:2 1:3",
    "1 002:2",
    "1 1:2 1:3",
    "1",
    '"1"',
    '1 1:"2"',
    "1#1:2",
    "1 1:2  2:3\xa0",
)


class Lines:
    """Random lines around a table that is mostly sound, so that the plan takes it."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def cell(self) -> str:
        value = self.chance.choice([self.chance.randrange(100), self.chance.randrange(10**9)])
        odd = self.chance.random()
        if odd < 0.7:
            return str(value)
        spelling = self.chance.choice(SPELLINGS if odd < 0.97 else BROKEN).replace("{}", str(value))
        return self.chance.choice(SPACES) + spelling + self.chance.choice(SPACES) if odd > 0.9 else spelling

    def csv(self, delimiter: str) -> str:
        rows = [delimiter.join(self.cell() for _ in range(3)) for _ in range(SIZE)]
        return self._with_odd_lines(rows)

    def libsvm(self) -> str:
        rows = [f"{self.cell()} 1:{self.cell()} {self.chance.choice(['2', '02'])}:{self.cell()}"]
        rows += [f"{self.chance.randrange(99)} {1 + n % 2}:{self.cell()}" for n in range(SIZE)]
        return self._with_odd_lines([row for row in rows if " 0:" not in row])

    def _with_odd_lines(self, rows: list[str]) -> str:
        odd = [line for line in WHOLE_LINES if " 0:" not in line]
        for line in self.chance.choices(odd, k=SIZE // 10):
            rows.insert(self.chance.randrange(5, len(rows)), line)
        return self.chance.choice(["\n", "\r\n", "\r"]).join(rows)


def planned(text: str, name: str) -> Recognised:
    return recognise(f"Inputs/{name}", text.encode(), size=len(text.encode()))


def numbers_of(found: Recognised) -> Counter[tuple[float, ...]]:
    """Every feature of every row, as the data sets spell a sparse one."""
    dense = ([float(dict(entries).get(i, 0.0)) for i in (1, 2)] for _, entries in found.rows)
    return Counter((row[0], *features) for row, features in zip(found.rows, dense, strict=True))


def written(datasets: Datasets) -> Counter[tuple[float, ...]]:
    return Counter(tuple(map(float, row.split(","))) for row in datasets.all_rows())


def item_of(job: Job, name: str, text: str, found: Recognised) -> dict[str, Any]:
    return job.csv(name, text) | found.reading()


@pytest.mark.parametrize("header", ["", 'A title\n# c\n"y{0}\nz"{0}a{0}b\n'])
def test_the_job_reads_what_the_plan_reads(job: Job, header: str) -> None:
    delimiters = [by for by in DELIMITERS if by != " " or not header]
    texts = {
        f"{place}.csv": header.format(delimiter) + Lines(place).csv(delimiter)
        for place, delimiter in enumerate(delimiters)
    }
    if not header:
        texts["rows.svm"] = Lines(9).libsvm()
    found = {name: planned(text, name) for name, text in texts.items()}

    datasets = job.run(*(item_of(job, name, text, found[name]) for name, text in texts.items()))

    assert all(one.feature_dim == 2 for one in found.values())
    assert written(datasets) == sum((numbers_of(one) for one in found.values()), Counter())
    assert len(datasets.rejected) == sum(one.malformed for one in found.values())
    assert len(datasets.all_rows()) > 0.8 * SIZE * len(texts)


def test_columns_in_any_order_give_the_same_rows(job: Job) -> None:
    order = {"straight.csv": (0, 1, 2), "turned.csv": (2, 0, 1)}
    rows = [[Lines(seed).cell() for _ in range(3)] for seed in range(200)]
    names = ("y", "a", "b")
    items = []
    for name, places in order.items():
        lines = [[names[place] for place in places], *([row[place] for place in places] for row in rows)]
        text = "\n".join(",".join(line) for line in lines)
        found = recognise(f"Inputs/{name}", text.encode(), target="y")
        columns = [places.index(place) for place in range(3)]
        items.append(job.csv(name, text) | found.reading() | {"columns": columns})

    one, other = (job.run(item, to=f"to-{place}") for place, item in enumerate(items))

    assert one.all_rows() and sorted(one.all_rows()) == sorted(other.all_rows())
    assert one.split_of_rows() == other.split_of_rows()


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_columns_that_are_left_out_may_hold_anything_but_torn_cells(job: Job, delimiter: str) -> None:
    rows = [["7", "1", "2", "3"], ["x", "4", "5", "6"], ['"a"', "7", "8", "9"], ['"a', 'b"', "8", "9", "1"]]
    text = "\n".join(delimiter.join(row) for row in rows)
    item = job.csv("a.csv", text, delimiter) | {"columns": [2, 1, 3], "width": 4}

    datasets = job.run(item)

    assert sorted(datasets.all_rows()) == ["2,1,3", "5,4,6", "8,7,9"]
    assert [found["reason"] for found in datasets.rejected] == [COLUMNS]


def test_a_header_longer_than_the_longest_line_is_no_row(job: Job) -> None:
    text = f"{'y' * LONGEST_LINE},a,b\n" + "1,2,3\n4,5,6\n7,8,9\n"
    found = planned(text, "a.csv")

    datasets = job.run(item_of(job, "a.csv", text, found))

    assert (sorted(datasets.all_rows()), datasets.rejected) == (["1,2,3", "4,5,6", "7,8,9"], [])


def test_plan_and_job_share_their_constants() -> None:
    assert (numbers.SPACES, EXCERPT) == (spelling.SPACES, lines.EXCERPT)
    assert numbers.LARGEST_LABEL == spelling.LARGEST_LABEL
    assert numbers.LARGEST_FEATURE == spelling.LARGEST_FEATURE
    assert LONGEST_LINE == lines.LONGEST_LINE
    assert table.MAX_FEATURES == 10_000


def test_lines_of_other_kinds_are_refused_by_the_plan_alone() -> None:
    with pytest.raises(UnreadableData):
        planned("\n".join(BROKEN), "broken.csv")
    assert lines_of("a\rb\r\nc\nd")[-1].number == 4


def test_of_two_rows_the_data_sets_are_refused(job: Job) -> None:
    ready = uploaded.planned(job, {"few.csv": b"1,2,3\n2,3,4\n"})
    ready.run()

    with pytest.raises(TooFewRows, match="needs at least 2"):
        check_datasets(ready.store, WritableRunFiles(ready.store, uploaded.RUN))
