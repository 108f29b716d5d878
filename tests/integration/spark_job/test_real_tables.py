"""Real tables from upload to verdict, in this process: planned, prepared, trained on, scored and judged.

Only SageMaker is left out: what stands in for its containers is called, and no job or endpoint is made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bakeoff.domain.datasets.test_rows import HeldOutSplit
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.scoring.scorer import Scorer
from bakeoff.domain.verdict.comparison import compare_run
from bakeoff.domain.verdict.options import VerdictOptions
from local_aws.services.sagemaker.containers.folders import Folders
from local_aws.services.sagemaker.containers.knn import index
from local_aws.services.sagemaker.containers.knn import training as neighbours
from local_aws.services.sagemaker.containers.linear_learner import model
from local_aws.services.sagemaker.containers.linear_learner import training as linear
from local_aws.services.sagemaker.containers.server import Invocation
from local_aws.services.sagemaker.containers.xgboost import serving
from local_aws.services.sagemaker.containers.xgboost import training as trees
from tests.fakes import FakeEndpoint
from tests.integration.spark_job.job import Job
from tests.integration.spark_job.planned import RUN, Planned, planned
from tests.tables import real_table
from tests.units import checked_units

CONTAINERS: Mapping[str, tuple[Callable[[Folders], None], Callable[[Path], Any]]] = {
    "xgboost": (trees.train, serving.load),
    "linear-learner": (linear.train, model.load),
    "knn": (neighbours.train, index.load),
}


@dataclass(frozen=True)
class Told:
    """A table, what a person says of it, and what they expect: of each column that became features, the
    number of these in the view csv; those left out; and the rows that lack a label.
    """

    given: Mapping[str, Any]
    features: Mapping[str, int]
    left_out: Sequence[str] = ()
    unlabelled: int = 0


# A row of a category is a level, "(rare)" where there are rare ones, and "(missing)".
TABLES = {
    "cars": Told(
        {"target": "Miles_per_Gallon"},
        {"Acceleration": 1, "Cylinders": 1, "Displacement": 1, "Horsepower": 1, "Name": 13, "Origin": 3}
        | {"Weight_in_lbs": 1, "Year": 3},
        unlabelled=8,
    ),
    "airports": Told(
        {"target": "latitude"}, {"city": 2, "country": 2, "longitude": 1, "state": 48}, ["iata", "name"]
    ),
    "seattle-weather": Told(
        {"target": "temp_max", "ignore": ["date"]},
        {"precipitation": 1, "temp_min": 1, "weather": 5, "wind": 1},
        ["date"],
    ),
    "barley": Told({"target": "yield"}, {"site": 6, "variety": 10, "year": 1}),
    "iowa-electricity": Told({"target": "net_generation"}, {"source": 3, "year": 3}),
}


def trained(job: Planned, candidate: Any, root: Path) -> Any:
    """The model of a candidate, as its container trains and loads it from the files in the bucket."""
    (root / "input/config").mkdir(parents=True)
    (root / "model").mkdir()
    (root / "input/config/hyperparameters.json").write_text(json.dumps(candidate["hyperparameters"]))
    channels = {}
    for channel in candidate["input_data_config"]:
        source = channel["DataSource"]["S3DataSource"]
        channels[channel["ChannelName"]] = {
            "ContentType": channel["ContentType"],
            "TrainingInputMode": "File",
            "S3DistributionType": source["S3DataDistributionType"],
        }
        prefix = source["S3Uri"].removeprefix(f"s3://{job.store.bucket}/")
        folder = root / "input/data" / channel["ChannelName"]
        folder.mkdir(parents=True)
        for key in job.store.stored_keys():
            if key.startswith(prefix):
                (folder / Path(key).name).write_text(job.store.text(key))
    (root / "input/config/inputdataconfig.json").write_text(json.dumps(channels))
    train, load = CONTAINERS[candidate["algorithm"]]
    train(Folders(root))
    return load(root / "model")


def endpoint_of(loaded: Any) -> FakeEndpoint:
    def reply(rows: Sequence[str]) -> str:
        body = "\n".join(rows).encode()
        answer: bytes = loaded.answer(Invocation(body, "text/csv", "application/json")).body
        return answer.decode()

    return FakeEndpoint(reply)


@dataclass(frozen=True)
class Compared:
    told: Told
    plan: Any
    summary: Any
    encoding: Any
    comparison: Any


@pytest.fixture(scope="module", params=TABLES)
def compared(request: pytest.FixtureRequest, module_job: Job, tmp_path_factory: Any) -> Iterator[Compared]:
    name, told = request.param, TABLES[request.param]
    given = {"algorithms": list(CONTAINERS), **told.given}
    job = planned(module_job, {f"{name}.csv": real_table(name)}, given, to=name)
    job.run()
    run = WritableRunFiles(job.store, RUN)
    for candidate in checked_units(job.store, RUN):
        loaded = trained(job, candidate, tmp_path_factory.mktemp(candidate["name"]) / "ml")
        split = HeldOutSplit.of_candidate(run.plan(), candidate["name"])
        scorer = Scorer(run, endpoint_of(loaded), 0, 2, lambda: 900.0, split)
        scorer.score(candidate, {"training_seconds": 1, "billable_seconds": 1})
    comparison = compare_run(run, VerdictOptions())
    yield Compared(told, run.plan(), run.summary(), run.encoding(), comparison)


def test_all_rows_are_used_but_those_without_a_label(compared: Compared) -> None:
    summary = compared.summary

    assert summary["rejected"]["total"] == 0
    assert summary["unlabelled"] == compared.told.unlabelled
    assert min(summary["rows"].values()) >= 2


def test_each_column_becomes_what_a_person_expects(compared: Compared) -> None:
    features = compared.encoding["views"]["csv"]["features"]
    found = {
        column["name"]: sum(_is_of(feature, column["name"]) for feature in features)
        for column in compared.encoding["columns"]
    }
    left_out = [column["name"] for column in compared.plan["table"]["columns"] if column["role"] == "ignored"]

    assert (found, left_out) == (compared.told.features, list(compared.told.left_out))
    assert len(features) == sum(found.values()) == compared.summary["views"]["csv"]["features"]


def _is_of(feature: str, column: str) -> bool:
    return feature == column or feature.startswith((f"{column}=", f"{column}:"))


def test_each_candidate_is_judged_by_the_same_rows_and_beats_the_mean(compared: Compared) -> None:
    candidates = compared.comparison["candidates"]

    assert {candidate["name"] for candidate in candidates} == set(CONTAINERS)
    assert {candidate["scored_rows"] for candidate in candidates} == {compared.summary["rows"]["test"]}
    assert candidates[0]["beats_baseline"]
    assert compared.comparison["verdict"]["outcome"] in ("winner", "tie", "inconclusive")
