"""All files of a data set, written by one pass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from preparation.plan import SPLITS, Plan, fold_name, folds_of, splits_of, units_of

WRITING = {
    "compression": "none",
    "mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",  # XGBoost's CSV sniffing fails on _SUCCESS
    "mapreduce.fileoutputcommitter.algorithm.version": "2",  # safe: it fills the staging prefix only
}
TABLE = "table"


@dataclass(frozen=True)
class Layout:
    """Where the lines of each of the `forms` go by their row's split, and a row as it came by its unit.

    Ends of paths: a part's name comes after them, so a folder ends with a slash.
    """

    forms: Sequence[str]
    splits: Sequence[str]
    tables: Sequence[str]

    @property
    def destinations(self) -> list[str]:
        """While they are written, Spark knows them by their numbers."""
        kept = [f"{form}/{split}" for form in self.forms for split in self.splits]
        return [*kept, "rejected/", *(f"{TABLE}/{table}" for table in self.tables)]


def layout_of(plan: Plan) -> Layout:
    """With folds, a plain table's data folds lie side by side in a folder of their form, for lists of files
    to choose from; a mixed table has rows of its own for every unit.
    """
    folds, forms = folds_of(plan), plan["formats"]
    if not folds:
        return Layout(forms, [f"{split}/" for split in SPLITS], ["test/"])
    if TABLE not in plan:
        return Layout(forms, [f"{part}-" for part in splits_of(plan)], [])
    splits = [f"{unit.name}/{split}/" for unit in units_of(folds) for split in SPLITS]
    return Layout(forms, splits, [f"{fold_name(fold)}/" for fold in range(folds)])


def outputs(rows: DataFrame, layout: Layout) -> DataFrame:
    """Every line of every file, as output (its place among the destinations) and line, for one pass to write.

    `split` is the place among the layout's splits and `unit`, if there is one, that among its tables.
    """
    count, forms = len(layout.splits), layout.forms
    kept = [line_of(F.col("split") + i * count, form) for i, form in enumerate(forms)]
    rejected = line_of(F.lit(len(forms) * count), "rejected")
    lines = F.when(F.col("rejected").isNotNull(), F.array(rejected))
    if TABLE in rows.columns:
        unit = F.col("unit") if "unit" in rows.columns else F.lit(0)
        table = line_of(unit + len(forms) * count + 1, TABLE)
        lines = lines.when(F.col(TABLE).isNotNull(), F.array(*kept, table))
    return rows.select(F.inline(lines.when(F.col("split").isNotNull(), F.array(*kept))))


def line_of(output: Column, line: str) -> Column:
    return F.struct(output.alias("output"), F.col(line).alias("line"))
