"""A mixed table's data sets: one scan finds what training rows say, a second one writes everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from preparation.arrays import gather
from preparation.failures import JobError
from preparation.mixed.classes import Classes, classes_of, learnable
from preparation.mixed.columns import Columns
from preparation.mixed.encoding import Feature, encoding_of, features_of, listed_levels
from preparation.mixed.fitting import fit
from preparation.mixed.reading import read_table
from preparation.mixed.splitting import TimeCut, hashed, split_by, time_cut
from preparation.mixed.units import codes_of, is_test_of_unit, spread, with_codes
from preparation.mixed.views import with_views
from preparation.outputs import TABLE
from preparation.plan import Plan, folds_of, units_of
from preparation.storage import source_column
from preparation.summary import UNLABELLED


@dataclass(frozen=True)
class Prepared:
    """`rows` have split, label, rejected and is_unlabelled; as they are `written`, they have a line of each
    view, too, and table, their own cells. There is an encoding for each unit, of which the last is the final
    one, or a single one without folds.
    """

    rows: DataFrame
    written: Callable[[DataFrame], DataFrame]
    encodings: Sequence[Mapping[str, Any]]
    time: TimeCut | None
    classes: Classes

    @property
    def encoding(self) -> Mapping[str, Any]:
        return self.encodings[-1]

    def summary(self, rows: int, metrics: Mapping[str, Any]) -> dict[str, Any]:
        """What summary.json says beyond that of a plain table. Raises JobError where no row has a label."""
        unlabelled = metrics[UNLABELLED]
        if unlabelled and not rows:
            raise JobError(
                f"The label {self.encoding['label']} is missing in all {unlabelled:,} rows that could be "
                "read: fill it in, or name another column in `target`."
            )
        known: dict[str, Any] = {"views": _sizes(self.encoding), "unlabelled": unlabelled}
        if self.classes.rows:
            known["classes"] = self.classes.rows
        if self.time:
            known["time"] = {"column": self.time.column, "test_from": self.time.text}
        return known

    def folds(self) -> list[dict[str, Any]]:
        """What it says of each data fold: the views of its unit, and how many rows it has of each class."""
        folds: list[dict[str, Any]] = [{"views": _sizes(encoding)} for encoding in self.encodings[:-1]]
        if self.classes.parts:
            for fold, unit in zip(folds, units_of(len(folds)), strict=False):
                own = [self.classes.parts[part] for part in unit.parts["test"]]
                fold["classes"] = [sum(counts) for counts in zip(*own, strict=True)]
        return folds


def prepare_table(spark: SparkSession, plan: Plan, names: Mapping[str, str]) -> Prepared:
    """Raises JobError for a table of which no view can be made."""
    columns = Columns.of(plan)
    rows = hashed(read_table(spark, plan, columns, source_column(names)), plan, columns)
    time = time_cut(rows, plan, columns)
    rows = split_by(rows, plan, time)
    classes = classes_of(rows, plan, columns)
    rows = learnable(rows, classes)
    if columns.has_classes:
        rows = rows.withColumn("class", F.array(classes.number))
        rows = rows.withColumn("label", F.col("class")[0].cast("double"))
    listed = listed_levels(columns, plan["table"]["max_levels"])
    found = fit(rows, columns, listed, units_of(folds_of(plan)))
    encodings = [encoding_of(plan, columns, each) for each in found]
    features = [features_of(encoding["columns"], columns) for encoding in encodings]
    prepare = _for_units if folds_of(plan) else _for_one
    return Prepared(*prepare(rows, plan, columns, features), encodings, time, classes)


Lines = tuple[DataFrame, Callable[[DataFrame], DataFrame]]


def _for_one(rows: DataFrame, plan: Plan, columns: Columns, features: Sequence[Sequence[Feature]]) -> Lines:
    rows = rows.withColumn(TABLE, _cells(columns, F.col("split") == 2))
    return with_views(rows, plan["formats"], columns, features), lambda rows: rows


def _for_units(rows: DataFrame, plan: Plan, columns: Columns, features: Sequence[Sequence[Feature]]) -> Lines:
    """What is counted is counted of the rows before they are spread over the units."""
    by_place = [{feature.place: feature for feature in unit} for unit in features]
    codes = codes_of(plan["formats"], columns.texts, by_place)

    def written(rows: DataFrame) -> DataFrame:
        spread_out = spread(rows, folds_of(plan)).withColumn(TABLE, _cells(columns, is_test_of_unit()))
        return with_views(spread_out, plan["formats"], columns, features, codes)

    return with_codes(rows, codes), written


def _cells(columns: Columns, is_test: Column) -> Column:
    cells = gather({"numbers": len(columns.numbers), "texts": len(columns.texts)}, columns.order)
    return F.when(is_test, F.to_json(cells))


def _sizes(encoding: Mapping[str, Any]) -> dict[str, Any]:
    return {name: {**view, "features": len(view["features"])} for name, view in encoding["views"].items()}
