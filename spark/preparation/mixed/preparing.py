"""A mixed table's data sets: one scan finds what training rows say, a second one writes everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from preparation.arrays import gather
from preparation.failures import JobError
from preparation.mixed.classes import Classes, classes_of, learnable
from preparation.mixed.columns import Columns
from preparation.mixed.encoding import encoding_of, features_of, listed_levels
from preparation.mixed.fitting import fit
from preparation.mixed.reading import read_table
from preparation.mixed.splitting import TimeCut, hashed, split_by, time_cut
from preparation.mixed.views import with_views
from preparation.outputs import TABLE
from preparation.plan import Plan
from preparation.storage import source_column
from preparation.summary import UNLABELLED


@dataclass(frozen=True)
class Prepared:
    """`rows` have split, label, rejected, is_unlabelled, a line of each view, and table, their own cells."""

    rows: DataFrame
    encoding: Mapping[str, Any]
    time: TimeCut | None
    classes: Classes

    def summary(self, rows: int, metrics: Mapping[str, Any]) -> dict[str, Any]:
        """What summary.json says beyond that of a plain table. Raises JobError where no row has a label."""
        unlabelled = metrics[UNLABELLED]
        if unlabelled and not rows:
            raise JobError(
                f"The label {self.encoding['label']} is missing in all {unlabelled:,} rows that could be "
                "read: fill it in, or name another column in `target`."
            )
        encoded = self.encoding["views"].items()
        views = {name: {**view, "features": len(view["features"])} for name, view in encoded}
        known: dict[str, Any] = {"views": views, "unlabelled": unlabelled}
        if self.classes.rows:
            known["classes"] = self.classes.rows
        if self.time:
            known["time"] = {"column": self.time.column, "test_from": self.time.text}
        return known


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
    encoding = encoding_of(plan, columns, fit(rows, columns, listed))
    features = features_of(encoding["columns"], columns)
    cells = gather({"numbers": len(columns.numbers), "texts": len(columns.texts)}, columns.order)
    rows = rows.withColumn(TABLE, F.when(F.col("split") == 2, F.to_json(cells)))
    return Prepared(with_views(rows, plan["formats"], columns, features), encoding, time, classes)
