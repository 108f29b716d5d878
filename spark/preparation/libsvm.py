"""Rows of entries, `label index:value ...`; those of CSV are taken for such, too."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from preparation.reasons import FEATURE, INDEX, LABEL, ORDER, RANGE, ZERO
from preparation.spelling import END, PLAIN_FEATURE, PLAIN_LABEL, SPACE

WIDEST_PATTERN = 500  # entries of a libsvm row; each costs the matcher stack, so wider rows go entry by entry


def libsvm_columns(feature_dim: int) -> dict[str, Column]:
    before_comment = F.regexp_replace("value", r"#[\s\S]*+", "")
    entries = "".join(f" {i}:((?>{PLAIN_FEATURE}))" for i in range(1, feature_dim + 1))
    numbers = ",".join(f"${i}" for i in range(1, feature_dim + 2))
    # Checks and converts at once: what it converts ends with a blank, which no line does, and the rest stays.
    dense = F.regexp_replace("value", f"^((?>{PLAIN_LABEL})){entries}{END}", f"{numbers} ")
    return {
        "dense": dense if feature_dim <= WIDEST_PATTERN else F.col("value"),
        "plain": F.col("dense").endswith(" "),
        "plain_csv": F.rtrim("dense"),
        "plain_libsvm": F.col("value"),
        "tokens": F.split(F.trim(F.regexp_replace(before_comment, f"{SPACE}++", " ")), " "),
        "fault": F.lit(None).cast("string"),
    }


def entry_fault(tokens: Column, row: Column, feature_dim: int) -> Column:
    def is_zero(entry: Column) -> Column:
        return entry.rlike("^0+:")

    label, index, number = (row[name] for name in ("label", "index", "number"))
    return (
        F.when(label.isNull(), LABEL)
        .when(F.exists(index, F.isnull), F.when(F.exists(tokens, is_zero), ZERO).otherwise(INDEX))
        .when(index != F.sort_array(F.array_distinct(index)), ORDER)
        .when(F.array_max(index) > feature_dim, RANGE)
        .when(F.exists(number, F.isnull), FEATURE)
    )


def filled_csv(row: Column, feature_dim: int) -> Column:
    index = row["index"]

    def zeros(count: Column) -> Column:
        return F.array_join(F.array_repeat(F.lit(",0"), count), "")

    def after_gap(number: Column, i: Column) -> Column:
        before = F.coalesce(index[i - 1], F.lit(0))
        return F.concat(zeros(index[i] - before - 1), F.lit(","), number)

    last = F.coalesce(F.array_max(index), F.lit(0))
    filled = F.array_join(F.transform(row["number"], after_gap), "")
    return F.concat(row["label"], filled, zeros(feature_dim - last))
