"""Plans of mixed tables, written by hand as the contract of plan.json has them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bakeoff.domain.run.documents import Encoding
from tests.integration.spark_job.job import Datasets, Job

MISSING = ["", "-", "?", "n/a", "na", "nan", "none", "null"]
VIEWS = ["coded", "csv", "dense"]


@dataclass(frozen=True)
class Table:
    """`columns` are name, kind and, if it is no feature, role; the label comes first."""

    columns: Sequence[tuple[str, ...]]
    missing: Sequence[str] = tuple(MISSING)

    def plan(self, **changes: Any) -> dict[str, Any]:
        columns = [
            {"name": name, "kind": kind, "role": "label" if not place else role[0] if role else "feature"}
            for place, (name, kind, *role) in enumerate(self.columns)
        ]
        features = [column["name"] for column in columns if column["role"] == "feature"]
        table = {
            "columns": columns,
            "missing": sorted(self.missing),
            "max_levels": 50,
        }
        known = {"feature_dim": len(features), "features": features, "formats": VIEWS}
        return known | {"table": table | changes.pop("table", {})} | changes

    @property
    def kept(self) -> list[str]:
        return [name for name, _, *role in self.columns if role != ["ignored"]]

    def csv(self, job: Job, name: str, rows: Sequence[Sequence[str]], **how: Any) -> dict[str, Any]:
        """An object with a header and rows of this table's columns; `order` is that of the file."""
        order = how.pop("order", [column for column, *_ in self.columns])
        places = [[column for column, *_ in self.columns].index(column) for column in order]
        text = io.StringIO()
        writer = csv.writer(text, delimiter=how.get("delimiter", ","), lineterminator="\n")
        writer.writerow(order)
        writer.writerows([row[place] for place in places] for row in rows)
        return self.text(job, name, text.getvalue(), order=order, **how)

    def text(self, job: Job, name: str, text: str | bytes, **how: Any) -> dict[str, Any]:
        """An object whose first line is a header."""
        order = how.pop("order", [column for column, *_ in self.columns])
        content = text.encode() if isinstance(text, str) else text
        header = content.split(b"\n")[0].decode().rstrip("\r\n ")
        delimiter = how.pop("delimiter", ",")
        reading = {
            "columns": [order.index(name) for name in self.kept],
            "width": len(order),
            "decimal": ".",
            "skip": [header, header.removeprefix("\ufeff")],
        }
        return job.csv(name, text, delimiter, header) | reading | how

    def run(self, job: Job, *inputs: dict[str, Any], to: str = "datasets", **changes: Any) -> Datasets:
        return job.run(*inputs, to=to, **self.plan(**changes))


def encoding_of(datasets: Datasets) -> Encoding:
    found: Encoding = json.loads((datasets.root / "encoding.json").read_text("utf-8"))
    return found


def held_out_cells(datasets: Datasets) -> list[list[str]]:
    """The cells of the test split as they came."""
    return [json.loads(line) for line in datasets.rows("table", "test")]
