"""What each unit of a run with folds reads: planned, prepared and checked, as the workflow does it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bakeoff.domain.datasets.test_rows import HeldOutSplit, read_test_rows
from bakeoff.domain.datasets.units import final_unit
from bakeoff.domain.run.documents import PlannedCandidate
from bakeoff.domain.run.files import RunFiles
from tests.integration.spark_job.job import Job
from tests.integration.spark_job.planned import RUN, Planned, planned
from tests.tables import real_table
from tests.units import checked_units

ALGORITHMS = ["xgboost", "linear-learner"]
NUMBERS = "".join(f"{n}.5,{n % 7},{n % 11}\n" for n in range(400)).encode()


def channel_lines(job: Planned, candidate: PlannedCandidate, name: str) -> Iterator[str]:
    """The lines that SageMaker copies into a channel."""
    channel = next(each for each in candidate["input_data_config"] if each["ChannelName"] == name)
    source: Mapping[str, Any] = channel["DataSource"]["S3DataSource"]
    place = source["S3Uri"].removeprefix(f"s3://{job.store.bucket}/")
    keys = [key for key in job.store.stored_keys() if key.startswith(place)]
    if source["S3DataType"] == "ManifestFile":
        [prefix, *names] = json.loads(job.store.text(place))
        keys = [prefix["prefix"].removeprefix(f"s3://{job.store.bucket}/") + each for each in names]
    for key in keys:
        yield from job.store.text(key).split("\n")[:-1]


def labels(lines: Iterator[str]) -> Counter[float]:
    return Counter(float(line.split(",")[0].split(" ")[0]) for line in lines)


@pytest.mark.parametrize("folds", [2, 4])
@pytest.mark.parametrize(("name", "body"), [("numbers.csv", NUMBERS), ("cars.csv", real_table("cars"))])
def test_each_unit_reads_all_rows_in_three_shares_and_each_row_is_tested_once(
    module_job: Job, name: str, body: bytes, folds: int
) -> None:
    # Given a run with folds whose data are prepared and checked
    target = {"target": "Miles_per_Gallon"} if name == "cars.csv" else {}
    given = {"algorithms": ALGORITHMS, "folds": folds, **target}
    job = planned(module_job, {name: body}, given, to=f"{name.removesuffix('.csv')}-{folds}")
    rows = job.run().summary["rows"]
    run = RunFiles(job.store, RUN)

    # When each unit reads its rows
    tested: dict[str, Counter[float]] = {each: Counter() for each in ALGORITHMS}
    units = checked_units(job.store, RUN)
    for unit in units:
        train, validation = (labels(channel_lines(job, unit, name)) for name in ("train", "validation"))
        split = HeldOutSplit.of_candidate(run.plan(), unit["name"], unit["fold"])
        held_out = read_test_rows(run, 0, split)
        test = Counter(held_out.actual)
        tested[unit["name"]] += test

        # Then they are all rows, none of them twice
        assert min(len(train), len(validation), len(test)) > 0
        assert (train + validation + test).total() == sum(rows.values())
        assert train + validation + test == labels(all_lines(run, unit["name"], folds))

    # And each row is a test row once, and the final model reads them all
    assert len(units) == len(ALGORITHMS) * folds
    for algorithm in ALGORITHMS:
        final = final_unit(run, algorithm)
        assert final is not None
        read = [labels(channel_lines(job, final, name)) for name in ("train", "validation")]
        assert [found.total() for found in read] == [rows["train"], rows["validation"]]
        assert read[0] + read[1] == tested[algorithm] == labels(all_lines(run, algorithm, folds))


def all_lines(run: RunFiles, candidate: str, folds: int) -> Iterator[str]:
    for fold in range(folds):
        yield from run.lines_of(HeldOutSplit.of_candidate(run.plan(), candidate, fold).place)
