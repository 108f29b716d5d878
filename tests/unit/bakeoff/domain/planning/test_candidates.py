from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from bakeoff.adapters.resources import read_catalogue, read_image_table
from bakeoff.domain.errors import InvalidAlgorithms, UnknownImage
from bakeoff.domain.planning.candidates import (
    MAX_CANDIDATE_BYTES,
    VIEWS,
    CandidateDefaults,
    candidates_of,
    formats_of,
    on_views,
)
from bakeoff.domain.planning.security import JobSecurity
from bakeoff.domain.run.files import RunFiles
from tests.fakes import InMemoryRunStore

CATALOGUE = read_catalogue()
RUN = RunFiles(InMemoryRunStore(), "run-1")
IMAGES = read_image_table()
DEFAULTS = CandidateDefaults(
    region="us-east-1",
    resource_prefix="bakeoff-1a2b3c4d",
    training_instance_type="ml.m5.large",
    endpoint_instance_type="ml.m5.xlarge",
    volume_gb=30,
    max_training_seconds=3600,
    run_seconds=14400,
)


def candidate_of(item: str | dict[str, Any]) -> Any:
    [found] = candidates_of(CATALOGUE.resolve([item]), RUN, IMAGES, DEFAULTS)
    return found


def test_a_candidate_holds_what_the_workflow_asks_of_sagemaker() -> None:
    found = candidate_of("xgboost")

    assert found.pop("resource_name").startswith("bakeoff-1a2b3c4d-")
    assert found.pop("hyperparameters") == CATALOGUE.entries["xgboost"]["hyperparameters"]
    channels = found.pop("input_data_config")
    assert [(channel["ChannelName"], channel["ContentType"]) for channel in channels] == [
        ("train", "text/csv"),
        ("validation", "text/csv"),
    ]
    assert found == {
        "name": "xgboost",
        "algorithm": "xgboost",
        "image_uri": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0",
        "view": "csv",
        "model_uri": "s3://data-bucket/runs/run-1/models/xgboost",
        "request_content_type": "text/csv",
        "accept": "application/json",
        "prediction_path": "predictions[].score",
        "training_instance_type": "ml.m5.large",
        "training_volume": {},
        "endpoint_instance_type": "ml.m5.xlarge",
        "endpoint_volume": {},
        "volume_gb": 30,
        "spot": False,
        "stopping_condition": {"MaxRuntimeInSeconds": 3600},
    }


def uris_of(candidate: Any) -> set[str]:
    return {
        channel["DataSource"]["S3DataSource"]["S3Uri"].split("datasets/")[1]
        for channel in candidate["input_data_config"]
    }


@pytest.mark.parametrize("form", VIEWS)
def test_of_numbers_without_gaps_all_views_are_the_same_files(form: str) -> None:
    candidate = candidate_of({"name": "xgboost", "training_format": form})

    assert (candidate["view"], uris_of(candidate)) == ("csv", {"csv/train/", "csv/validation/"})


def test_of_a_mixed_table_each_candidate_has_the_view_of_its_entry() -> None:
    entries = CATALOGUE.resolve(
        ["xgboost", "knn", {"name": "deep", "algorithm": "xgboost", "training_format": "coded"}]
    )

    found = on_views(candidates_of(entries, RUN, IMAGES, DEFAULTS), entries, RUN)

    assert [candidate["view"] for candidate in found] == ["csv", "dense", "coded"]
    assert [uris_of(candidate) for candidate in found] == [
        {f"{view}/train/", f"{view}/validation/"} for view in ("csv", "dense", "coded")
    ]
    assert formats_of(found, entries) == ["coded", "csv", "dense"]


def test_libsvm_is_refused_for_a_mixed_table() -> None:
    entries = CATALOGUE.resolve([{"name": "xgboost", "training_format": "libsvm"}])

    with pytest.raises(
        InvalidAlgorithms, match=r"^Algorithm 'xgboost' trains on libsvm, .* to csv, dense or coded"
    ):
        on_views(candidates_of(entries, RUN, IMAGES, DEFAULTS), entries, RUN)


def test_a_channel_reads_a_shared_split_in_the_training_format() -> None:
    channel = candidate_of({"name": "knn", "training_format": "libsvm"})["input_data_config"][1]

    assert channel == {
        "ChannelName": "test",
        "ContentType": "text/csv;label_size=1",
        "DataSource": {
            "S3DataSource": {
                "S3DataType": "S3Prefix",
                "S3Uri": "s3://data-bucket/runs/run-1/datasets/libsvm/validation/",
                "S3DataDistributionType": "FullyReplicated",
            }
        },
    }


def test_no_candidate_trains_on_the_rows_that_judge_it() -> None:
    for name in CATALOGUE.entries:
        channels = candidate_of(name)["input_data_config"]
        uris = [channel["DataSource"]["S3DataSource"]["S3Uri"] for channel in channels]
        assert uris and not any("/test/" in uri for uri in uris)


def test_an_entry_outweighs_the_stack_s_defaults() -> None:
    found = candidate_of(
        {
            "name": "xgboost",
            "image_uri": "registry/own:1",
            "training_instance_type": "ml.c5.xlarge",
            "endpoint_instance_type": "ml.c5.large",
            "volume_gb": 5,
            "max_runtime_seconds": 60,
        }
    )

    assert found["image_uri"] == "registry/own:1"
    assert found["training_instance_type"] == "ml.c5.xlarge"
    assert found["endpoint_instance_type"] == "ml.c5.large"
    assert found["volume_gb"] == 5
    assert found["stopping_condition"] == {"MaxRuntimeInSeconds": 60}


def test_spot_training_may_wait_as_long_as_it_runs() -> None:
    found = candidate_of({"name": "xgboost", "spot": True, "max_runtime_seconds": 60})

    assert found["spot"] is True
    assert found["stopping_condition"] == {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 120}


@pytest.mark.parametrize(
    ("runtime", "expected"),
    [(1800, (1800, 3600)), (1801, (1801, 3600)), (3600, (3600, 3600)), (86_400, (3600, 3600))],
)
def test_an_algorithm_of_sagemaker_has_an_hour_on_spot_instances(
    runtime: int, expected: tuple[int, int]
) -> None:
    condition = candidate_of({"name": "xgboost", "spot": True, "max_runtime_seconds": runtime})[
        "stopping_condition"
    ]

    assert (condition["MaxRuntimeInSeconds"], condition["MaxWaitTimeInSeconds"]) == expected


def test_a_container_of_one_s_own_may_take_longer_on_spot_instances() -> None:
    own = {"name": "own", "algorithm": "xgboost", "image_uri": "registry/own:1"}
    condition = candidate_of({**own, "spot": True, "max_runtime_seconds": 7200})["stopping_condition"]

    assert condition == {"MaxRuntimeInSeconds": 7200, "MaxWaitTimeInSeconds": 14_400}


def test_an_unknown_framework_is_refused() -> None:
    with pytest.raises(UnknownImage, match="No image of framework 'catboost' is known: use one of"):
        candidate_of({"name": "xgboost", "image": {"framework": "catboost", "version": "1"}})


# Of an image of one's own nobody knows the hyperparameters.
OF_ANY_NAME = {"algorithm": "random-forest", "image_uri": "registry/own:1"}


def test_a_candidate_that_would_not_fit_into_the_cause_of_a_failed_job_is_refused() -> None:
    heavy = {f"p{number}": "x" * 2400 for number in range(10)}

    with pytest.raises(InvalidAlgorithms) as refusal:
        candidate_of({"name": "heavy", **OF_ANY_NAME, "hyperparameters": heavy})

    assert str(refusal.value).startswith("Algorithm 'heavy' takes ")
    assert str(refusal.value).endswith(
        f"bytes of workflow state, more than {MAX_CANDIDATE_BYTES}: shorten its hyperparameters."
    )


def test_a_full_list_of_the_largest_candidates_is_planned() -> None:
    """Together they would not fit into any state, but nothing carries them together."""
    heavy = {f"p{number}": "x" * 2400 for number in range(8)}
    many = CATALOGUE.resolve([{"name": f"x-{n}", **OF_ANY_NAME, "hyperparameters": heavy} for n in range(40)])

    found = candidates_of(many, RUN, IMAGES, DEFAULTS)

    assert len(json.dumps(found)) > 256 * 1024
    assert len({candidate["resource_name"] for candidate in found}) == 40


def test_a_key_encrypts_the_disks_that_take_one() -> None:
    key = "arn:aws:kms:us-east-1:123456789012:key/1"
    defaults = dataclasses.replace(DEFAULTS, security=JobSecurity(key))
    entries = CATALOGUE.resolve([{"name": "xgboost", "training_instance_type": "ml.m5d.large"}])

    [found] = candidates_of(entries, RUN, IMAGES, defaults)

    assert (found["training_volume"], found["endpoint_volume"]) == ({}, {"KmsKeyId": key})
