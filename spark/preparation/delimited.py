"""CSV and its relatives of a plain table: numbers alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from pyspark.sql import Column
from pyspark.sql import functions as F

from preparation.lines import is_no_row
from preparation.reasons import COLUMNS
from preparation.spelling import BLANKS, END, PLAIN_FEATURE, PLAIN_LABEL, SPACE, WHOLE_CELL


def csv_columns(item: Mapping[str, Any], feature_dim: int) -> dict[str, Column]:
    """What `parse` needs. A row in plain spelling passes as text; taking it apart into tokens is slow."""
    delimiter, columns = item["delimiter"], item.get("columns") or list(range(feature_dim + 1))
    width = item.get("width") or len(columns)
    cells = cut(delimiter)
    chosen = cells
    if columns != list(range(width)):
        chosen = F.transform(F.lit(columns), lambda column: F.get(cells, column))
    tokens = F.transform(chosen, lambda cell, i: F.when(i == 0, cell).otherwise(F.concat_ws(":", i, cell)))
    is_torn = F.col("value").contains('"') & F.exists(cells, lambda cell: ~cell.rlike(WHOLE_CELL))
    by_comma = F.col("value") if delimiter == "," else F.replace("value", F.lit(delimiter), F.lit(","))
    in_order = chosen is cells and delimiter != BLANKS
    is_plain = F.col("value").rlike(plain_pattern(delimiter, columns, width))
    return {
        "dense": F.lit(None),
        # Numbers alone are no comment; where the first column is left out, a comment may look like a row.
        "plain": is_plain if 0 in columns else is_plain & ~is_no_row(delimiter),
        "plain_csv": by_comma if in_order else F.array_join(chosen, ","),
        "plain_libsvm": F.array_join(tokens, " "),
        "tokens": tokens,
        "fault": F.when((F.size(cells) != width) | is_torn, COLUMNS),
    }


def cut(delimiter: str) -> Column:
    if delimiter == BLANKS:
        return F.split(F.regexp_replace("value", f"^{SPACE}++|{SPACE}++{END}", ""), "[ \t]+")
    return F.split("value", re.escape(delimiter))


def plain_pattern(delimiter: str, columns: list[int], width: int) -> str:
    """Numbers in the `columns`, and anything between the delimiters elsewhere."""
    separator, before, after = re.escape(delimiter), "", ""
    if delimiter == BLANKS:
        separator, before, after = "[ \t]++", "[ \t]*+", "[ \t]*+"
    other = '[^"]' if delimiter == BLANKS else f'[^"{separator}]'
    wanted = set(columns)
    kinds = [PLAIN_FEATURE if column in wanted else f"{other}*+" for column in range(width)]
    kinds[columns[0]] = PLAIN_LABEL
    rest = "".join(f"(?:{separator}{kind}){{{sum(1 for _ in run)}}}+" for kind, run in groupby(kinds[1:]))
    return f"^{before}{kinds[0]}{rest}{after}{END}"
