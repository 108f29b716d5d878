"""The rows of a mixed table's CSV objects."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from preparation.arrays import Place, constant, each, gather, pick
from preparation.delimited import cut
from preparation.lines import is_no_row
from preparation.mixed.cells import canonical, fault_of
from preparation.mixed.columns import Columns
from preparation.mixed.moments import SURE_DATE, TIME
from preparation.reasons import COLUMNS, LENGTH, QUOTE
from preparation.spelling import BLANKS, END, PLAIN_FEATURE, PLAIN_LABEL, SPACE, SPACES, let

Item = Mapping[str, Any]
_LAST_CASED = 0x1F000  # beyond it, no character has a lower case
_SURE = "[0-9A-Za-z]"  # no white space, which takes many comparisons to tell


def read_text(
    lines: DataFrame, item: Item, columns: Columns, missing: Sequence[str], source: Column
) -> DataFrame:
    """numbers and texts of each row of `lines`, rejected of each that is none, and is_unlabelled.

    Rows in plain spelling, which most are, take only what Spark compiles; the rest is one expression.
    """
    delimiter, emptied = item["delimiter"], F.col("value")
    if any_spelling(missing):
        emptied = F.regexp_replace("value", gap_pattern(missing, delimiter), "")
    apart, is_read = _read_apart(item, columns, missing, source), F.col("cells").isNotNull()
    return (
        _with_plain(lines, item, columns, missing)
        .select(
            F.when(F.col("bare"), F.split("value", re.escape(delimiter)))
            .when(F.col("plain"), F.split(emptied, re.escape(delimiter)))
            .alias("cells"),
            F.when(~F.col("bare") & ~F.col("plain") & ~is_no_row(delimiter), apart).alias("apart"),
        )
        .select(
            F.when(is_read, _numbers(item, columns)).otherwise(F.col("apart")["numbers"]).alias("numbers"),
            F.when(is_read, _texts(item, columns)).otherwise(F.col("apart")["texts"]).alias("texts"),
            F.col("apart")["rejected"].alias("rejected"),
            F.coalesce(F.col("apart")["is_unlabelled"], F.lit(False)).alias("is_unlabelled"),
        )
    )


def _with_plain(lines: DataFrame, item: Item, columns: Columns, missing: Sequence[str]) -> DataFrame:
    """Adds whether a line is a row in plain spelling: bare where its gaps are empty, else plain."""
    if item["delimiter"] == BLANKS:
        return lines.withColumns({"bare": F.lit(False), "plain": F.lit(False)})
    gaps = any_spelling(missing)
    # Where a label begins a line, it is one.
    is_line = F.lit(True) if item["columns"][0] == 0 else ~is_no_row(item["delimiter"])

    def spelled(pattern: str) -> Column:
        return ~F.col("long") & F.col("value").rlike(pattern) & is_line

    bare = lines.withColumn("bare", spelled(bare_pattern(item, columns, missing)))
    if not gaps:
        return bare.withColumn("plain", F.lit(False))
    return bare.withColumn("plain", ~F.col("bare") & spelled(plain_pattern(item, columns, gaps)))


def bare_pattern(item: Item, columns: Columns, missing: Sequence[str]) -> str:
    """As `plain_pattern`, of rows without any spelling of a missing value: nothing is to be replaced."""
    spellings, separator = _spellings(missing), re.escape(item["delimiter"])
    if not spellings:
        return plain_pattern(item, columns, "")
    first, gaps = _first_of(spellings), any_spelling(missing)
    present = f"(?:(?!{first})|(?!(?:{gaps})(?:{separator}|{END})))"
    return plain_pattern(item, columns, "", present)


def plain_pattern(item: Item, columns: Columns, gaps: str, present: str = "") -> str:
    """A row whose cells need nothing but a look at its `gaps`, the spellings of a missing value.

    `present` stands before a cell that has a value.
    """
    separator = re.escape(item["delimiter"])
    other, missing = f'[^"{separator}]', f"|{gaps}" if gaps else ""

    def number(pattern: str) -> str:
        return pattern.replace(r"\.", ",") if item.get("decimal") == "," else pattern

    kinds = {
        "number": number(PLAIN_FEATURE),
        "boolean": "(?i:true|false)",
        "date": SURE_DATE,
        # An offset may lead out of the first and the last year.
        "timestamp": f"(?!0001|9999){SURE_DATE}{TIME}",
    }
    # White space around a text is not part of it.
    text = f"(?:(?={_SURE})|(?!{SPACE})){other}++(?:(?<={_SURE})|(?<!{SPACE}))"
    needed = present
    if gaps:
        needed = f"(?!(?:{gaps})(?:{separator}|{END}))"  # as -999 may not be
    cells = [f"{other}*+"] * item["width"]
    for place, column in zip(item["columns"], columns.kept, strict=True):
        kind = kinds.get(column.kind, text)
        cells[place] = (
            f"{needed}(?:{kind})" if column.role == "time" else f"(?:{present}(?:{kind}){missing})?+"
        )
    cells[item["columns"][0]] = needed + (text if columns.has_classes else number(PLAIN_LABEL))
    first, *rest = cells
    runs = "".join(f"(?:{separator}{cell}){{{sum(1 for _ in run)}}}+" for cell, run in groupby(rest))
    return f"^{first}{runs}{END}"


def any_spelling(missing: Sequence[str]) -> str:
    """A pattern of what is `missing` in lower case; the longest first, because nothing is taken back."""
    return "|".join("".join(characters) for characters in _spellings(missing))


def gap_pattern(missing: Sequence[str], delimiter: str) -> str:
    """Of a whole cell that spells a missing value. It begins with a character, because that fails soonest."""
    spellings = _spellings(missing)
    edge, first = f"[^{re.escape(delimiter)}]", _first_of(spellings)
    rest = "|".join(f"(?<={characters[0]}){''.join(characters[1:])}" for characters in spellings)
    return f"{first}(?<!{edge}{first})(?:{rest})(?!{edge})"


def _first_of(spellings: Sequence[Sequence[str]]) -> str:
    """What a missing value may begin with."""
    return f"[{''.join(dict.fromkeys(characters[0][1:-1] for characters in spellings))}]"


def _spellings(missing: Sequence[str]) -> list[list[str]]:
    """Of each text, which characters there may be in each place."""
    alike = _alike()

    def of(character: str) -> str:
        return f"[{re.escape(alike.get(character, character))}]"

    known = sorted((text for text in missing if text.strip(SPACES)), key=lambda text: (-len(text), text))
    return [[of(character) for character in text] for text in known]


@cache
def _alike() -> dict[str, str]:
    """Which characters have one lower case."""
    alike: dict[str, str] = {}
    for character in map(chr, range(_LAST_CASED)):
        alike[character.lower()] = alike.get(character.lower(), "") + character
    return alike


def _numbers(item: Item, columns: Columns) -> Column:
    numbers = gather({"cells": item["width"]}, [item["columns"][place] for place in columns.numbers])
    if item.get("decimal") != ",":
        return numbers
    return each(numbers, len(columns.numbers), lambda cell, _: F.translate(cell, ",", "."))


def _texts(item: Item, columns: Columns) -> Column:
    texts = gather({"cells": item["width"]}, [item["columns"][place] for place in columns.texts])
    is_boolean = [column.kind == "boolean" for column in columns.of_texts]

    def text(cell: Column, place: Place) -> Column:
        truth = F.when(cell == "", "").when(F.lower(cell) == "true", "1").otherwise("0")
        if isinstance(place, int):
            return truth if is_boolean[place] else cell
        return F.when(pick(is_boolean, place, "boolean"), truth).otherwise(cell)

    return each(texts, len(columns.texts), text) if any(is_boolean) else texts


def _read_apart(item: Item, columns: Columns, missing: Sequence[str], source: Column) -> Column:
    """The row cell by cell: numbers, texts, rejected and is_unlabelled."""
    tokens, is_torn = _tokens(item["delimiter"])
    fault = F.when(F.col("long"), LENGTH).when(is_torn, QUOTE).when(F.size(tokens) != item["width"], COLUMNS)
    chosen = F.transform(constant(item["columns"], "array<int>"), lambda place: F.get(tokens, place))
    return judged(
        let(chosen, lambda cells: canonical(cells, columns, missing, item.get("decimal") or ".")),
        fault,
        columns,
        F.struct(source.alias("object"), F.col("value").alias("line")),
    )


def judged(cells: Column, fault: Column, columns: Columns, line: Column) -> Column:
    """A row of canonical cells, or why it is none."""

    def outcome(cells: Column) -> Column:
        is_unlabelled = fault.isNull() & F.coalesce(cells[0] == "", F.lit(False))
        reason = F.when(~is_unlabelled, F.coalesce(fault, fault_of(cells, columns)))
        return let(reason, lambda reason: _outcome(cells, reason, is_unlabelled, columns, line))

    return let(cells, outcome)


def _outcome(cells: Column, reason: Column, is_unlabelled: Column, columns: Columns, line: Column) -> Column:
    is_row = reason.isNull() & ~is_unlabelled
    rejected = F.to_json(line.withField("reason", reason))

    def of(places: Sequence[int]) -> Column:
        return F.when(
            is_row, F.transform(constant(list(places), "array<int>"), lambda place: F.get(cells, place))
        )

    return F.struct(
        of(columns.numbers).alias("numbers"),
        of(columns.texts).alias("texts"),
        F.when(reason.isNotNull(), rejected).alias("rejected"),
        is_unlabelled.alias("is_unlabelled"),
    )


def _tokens(delimiter: str) -> tuple[Column, Column]:
    """The cells, and whether a quote is not closed: a delimiter between quotes divides nothing."""
    cells = cut(delimiter)
    if delimiter == BLANKS:
        return cells, F.lit(False)
    has_quotes, mark = F.col("value").contains('"'), re.escape(delimiter)
    gap = f"[{SPACES.replace(delimiter, '')}]*+"
    quoted = rf'{gap}"(?:[^"]++|"")*+"{gap}(?={mark}|{END})'
    cell = rf'{quoted}|(?!{gap}")[^{mark}]*+'
    line = F.concat(F.lit(delimiter), F.col("value"))  # so that no match is empty
    is_whole = line.rlike(f"^(?:{mark}(?:{cell}))*+{END}")
    found = F.regexp_extract_all(line, F.lit(f"{mark}({cell})"), F.lit(1))
    return F.when(has_quotes, found).otherwise(cells), has_quotes & ~is_whole
