"""encoding.json of a real run: as its schema says, and all that a person needs to prepare a row."""

from __future__ import annotations

import json
import random
from importlib.resources import files

import fastjsonschema
import pytest

from bakeoff.domain.datasets.encoding import VIEWS, Encoder
from tests.integration.spark_job.job import Datasets, Job
from tests.integration.spark_job.tables import Table, encoding_of

TABLE = Table(
    [
        ("rent", "number"),
        ("area", "number"),
        ("balcony", "boolean"),
        ("district", "category"),
        ("gone", "number"),
        ("seen", "timestamp"),
        ("sold", "date"),
    ]
)
SCHEMA = fastjsonschema.compile(
    json.loads(files("bakeoff.catalogue").joinpath("encoding.schema.json").read_text("utf-8"))
)


def raw_rows() -> list[list[str]]:
    """As people write them: the same cell in many spellings."""
    chance = random.Random(12)
    rows = []
    for number in range(400):
        cells = [
            chance.choice([f"+{number % 50}.50", f" {number % 50}.5", f"0{number % 50}."]),
            chance.choice(["TRUE", "false", "False"]),
            chance.choice(["North, old", "South", '"East"', f"once {number}"]),
            "",
            chance.choice(["2026-01-31T10:00+02:00", "2026-01-31 08:00:00.5", "2026-02-01T23:59:59Z"]),
            f"2026-0{1 + number % 9}-1{number % 9}",
        ]
        rows.append(
            [str(number)]
            + [chance.choice(["", "n/a", "?"]) if chance.random() < 0.1 else cell for cell in cells]
        )
    return rows


@pytest.fixture(scope="module")
def found(module_job: Job) -> Datasets:
    datasets: Datasets = TABLE.run(module_job, TABLE.csv(module_job, "rents.csv", raw_rows()))
    return datasets


def test_the_document_is_as_its_schema_says(found: Datasets) -> None:
    encoding = encoding_of(found)

    SCHEMA(encoding)
    assert [column["name"] for column in encoding["columns"] if "dropped" in column] == ["gone"]


@pytest.mark.parametrize("view", VIEWS)
def test_a_row_as_a_person_writes_it_becomes_the_row_that_was_trained_on(found: Datasets, view: str) -> None:
    encoder = Encoder(encoding_of(found), view)
    names = [name for name, *_ in TABLE.columns]
    prepared = {row[0]: encoder.row(dict(zip(names, row, strict=True))) for row in raw_rows()}

    written = [line.split(",") for line in found.all_rows(view)]
    assert len(written) == 400
    for label, *features in written:
        assert features == prepared[label]
