"""What the plan makes of a line of a mixed table, the job makes of it, too, to the letter of every view."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from bakeoff.domain.datasets.encoding import VIEWS, Encoder
from bakeoff.domain.reading.flaws import Flaw
from bakeoff.domain.reading.lines import cells_of
from bakeoff.domain.reading.mixed.rows import Column, read_rows
from bakeoff.domain.reading.numbers import bare, canonical_number
from bakeoff.domain.reading.recognise import look_at
from bakeoff.domain.reading.table import Table
from preparation import reasons
from tests.integration.spark_job.job import Datasets, Job
from tests.integration.spark_job.planned import planned
from tests.integration.spark_job.tables import encoding_of

SIZE = 500
ALGORITHMS: list[Any] = [
    "xgboost",
    "linear-learner",
    {"name": "trees", "algorithm": "xgboost", "training_format": "coded"},
]
NAMES = ("price", "area", "big", "sold", "seen", "kind", "note")
BLANKS = ["\xa0", "\u2003", "\ufeff", "\u2028", "\x0b", "\x1f", "\x85", " ", ""]
GAPS = ["", " ", "NA", "nan", "Null", "?", "-", "\\N", "#n/a", '""', '" "', "<na>", "K.A.", "unbekannt"]
NUMBERS = ["{}", "-{}", "+{}", "\u2212{}", "{}.", ".{}", "{}e2", "{}E\u22122", "00{}", "{}.0", "0.0{}", "-0"]
NO_NUMBERS = [
    "inf",
    "{}e999",
    "{}e38",
    "{}d",
    "0x{}",
    "1_{}",
    "{} {}",
    "\u0663",
    "--{}",
    "{}%",
    "abc",
    "\x00{}",
]
DATES = ["2020-02-29", "1900-03-01", "0001-01-01", "9999-12-31", "2026-11-30", "1969-12-31"]
NO_DATES = ["2021-02-29", "0000-01-01", "2020-1-2", "20200102", "2020-02-30", "soon", "2020-01-01T10:00"]
TIMES = ["T00:00", " 23:59:59", "T10:00:00Z", " 08:30:15.25", "T01:00+02:00", "T23:30:00-12:45"]
NO_TIMES = ["T23:59:60", "T24:00", "T10", "T10:00:60", "T10:00 Z", "T10:00+2:00", "", "  10:00"]
LEVELS = [
    "flat",
    "house",
    "Flat",
    "caf\u00e9",
    "x y",
    'say ""hi""',
    "a{0}b",
    "{0}",
    "\u0130",
    "\U0001f600",
    "1",
    "true",
]
# A row without a label is none, whatever its other cells hold.
UNLABELLED = "NA{0}abc{0}maybe{0}soon{0}{0}flat{0}"
WHOLE_LINES = [
    "",
    "   ",
    "{0}{0}",
    "# comment",
    "1{0}2",
    '"',
    '1{0}"a',
    '1{0}"a"b{0}',
    "{0}" * 6,
    '""{0}' * 6,
    UNLABELLED,
]


class Cells:
    """Random cells, mostly sound, so that the plan takes them."""

    def __init__(self, seed: int, delimiter: str, decimal: str) -> None:
        self.chance = random.Random(seed)
        self.delimiter, self.decimal = delimiter, decimal
        self.is_broken = False  # a row with two faults is rejected for either

    def number(self) -> str:
        text = self._one_of(NUMBERS, NO_NUMBERS, 0.01)
        value = self.chance.choice([self.chance.randrange(100), self.chance.randrange(10**9)])
        return text.replace("{}", str(value)).replace(".", self.decimal)

    def date(self) -> str:
        return self._one_of(DATES, NO_DATES, 0.01)

    def time(self) -> str:
        return self.chance.choice(DATES[:2] + DATES[-2:]) + self._one_of(TIMES, NO_TIMES, 0.01)

    def truth(self) -> str:
        return self.chance.choice(["true", "FALSE", "False", "tRUE"])

    def level(self) -> str:
        text = self.chance.choice(LEVELS).replace("{0}", self.delimiter)
        return f"once {self.chance.random()}" if self.chance.random() < 0.02 else text

    def row(self) -> list[str]:
        self.is_broken = False
        cells = [
            self.number(),
            self.number(),
            self.truth(),
            self.date(),
            self.time(),
            self.level(),
            self.level(),
        ]
        return [
            self._dressed(cell, may_lack=place > 0 or self.chance.random() < 0.2)
            for place, cell in enumerate(cells)
        ]

    def _dressed(self, cell: str, may_lack: bool) -> str:
        """With quotes and blanks around it, as programs write them, or no value at all."""
        if may_lack and self.chance.random() < 0.08:
            cell = self.chance.choice(GAPS)
        if not cell.startswith('"') and (
            self.delimiter in cell or '"' in cell or self.chance.random() < 0.05
        ):
            cell = f'"{cell}"'
        blank = [blank for blank in BLANKS if blank != self.delimiter]
        return (
            self.chance.choice(blank) + cell + self.chance.choice(blank)
            if self.chance.random() < 0.08
            else cell
        )

    def _one_of(self, sound: Sequence[str], broken: Sequence[str], share: float) -> str:
        if self.is_broken or self.chance.random() > share:
            return self.chance.choice(sound)
        self.is_broken = True
        return self.chance.choice(broken)

    def file(self) -> bytes:
        lines = [self.delimiter.join(self.row()) for _ in range(SIZE)]
        for line in self.chance.choices(WHOLE_LINES, k=SIZE // 50):
            lines.insert(self.chance.randrange(20, len(lines)), line.replace("{0}", self.delimiter))
        end = self.chance.choice(["\n", "\r\n", "\r"])
        return end.join([self.delimiter.join(NAMES), *lines]).encode()


def lines_of(table: Table, item: Mapping[str, Any], plan: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each line of the head with what the plan makes of it: a row, a flaw, or nothing for lack of a label."""
    kept = [column for column in plan["table"]["columns"] if column["role"] != "ignored"]
    columns = [
        Column(column["name"], column["role"], column["kind"], at)
        for column, at in zip(kept, item["columns"], strict=True)
    ]
    read = read_rows(table, columns, item["decimal"], plan["table"]["missing"])
    yield from zip((line.text for line in table.lines), read, strict=True)


def reason_of(flaw: Flaw, kinds: Mapping[str, str], label: str) -> str:
    """What the job calls it."""
    whole = {"has a quote within quotes": reasons.QUOTE, "is longer than 1 MiB": reasons.LENGTH}
    if flaw.column is None:
        is_quote = "quoted cell" in flaw.what
        return reasons.QUOTE if is_quote else whole.get(flaw.what, reasons.COLUMNS)
    is_label = flaw.column == label
    if "square" in flaw.what:
        return reasons.LARGE_LABEL
    if "beyond" in flaw.what:
        return reasons.LARGE_FEATURE
    if is_label:
        return reasons.LABEL
    of_kind = {"date": reasons.DATE, "timestamp": reasons.TIMESTAMP, "boolean": reasons.BOOLEAN}
    return of_kind.get(kinds[flaw.column], reasons.FEATURE)


@dataclass
class Expected:
    """By the plan's reading: rejected lines with reasons, how many rows lack a label, and the cells of the
    others by their columns' names, with what their numbers have before a fraction.
    """

    rejected: Counter[tuple[str, str]] = field(default_factory=Counter)
    rows: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    unlabelled: int = 0

    def add(self, plan: Mapping[str, Any], item: Mapping[str, Any], body: bytes) -> None:
        table = look_at(item["key"], len(body), lambda size: body[:size])
        kinds = {column["name"]: column["kind"] for column in plan["table"]["columns"]}
        for text, found in lines_of(table, item, plan):
            if isinstance(found, Flaw):
                self.rejected[text, reason_of(found, kinds, plan["target"]["name"])] += 1
            elif found is None:
                self.unlabelled += 1
            else:
                cells = map(bare, cells_of(text, item["delimiter"]))
                self.rows.append((item["decimal"], dict(zip(item["names"], cells, strict=True))))


FORMS = [(",", "."), (";", ","), ("\t", ".")]


@pytest.fixture(scope="module")
def both(module_job: Job) -> tuple[Expected, Datasets]:
    files = {f"{n}.csv": Cells(n, *form).file() for n, form in enumerate(FORMS)}
    given = {"algorithms": ALGORITHMS, "missing": ["k.a.", "unbekannt"], "target": "price"}
    job = planned(module_job, files, given, max_rejected_share=0.2)
    expected = Expected()
    for item in job.plan["inputs"]:
        expected.add(job.plan, item, files[item["key"].removeprefix("Inputs/")])
    return expected, job.run()


def test_lines_are_rejected_for_the_same_reasons(both: tuple[Expected, Datasets]) -> None:
    expected, datasets = both

    assert Counter((line["line"], line["reason"]) for line in datasets.rejected) == expected.rejected
    assert datasets.summary["unlabelled"] == expected.unlabelled > 0
    assert len(datasets.all_rows()) == len(expected.rows) > 0.8 * SIZE * len(FORMS)


@pytest.mark.parametrize("view", VIEWS)
def test_a_row_of_the_plan_is_the_row_that_was_written(both: tuple[Expected, Datasets], view: str) -> None:
    expected, datasets = both
    encoding: Any = encoding_of(datasets)
    encoders = {decimal: Encoder(encoding, view, decimal) for decimal in ".,"}

    prepared = Counter(
        ",".join([canonical_number(row["price"], decimal) or "", *encoders[decimal].row(row)])
        for decimal, row in expected.rows
    )

    assert prepared == Counter(datasets.all_rows(view))
