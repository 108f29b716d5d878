"""Tuning jobs: what they train, what they choose, what they tell, and how they end."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError

from tests.local_aws.integration.sagemaker.support import (
    SHELL,
    XGBOOST,
    Laboratory,
    ShellContainer,
)

LOSS = [{"Name": "loss", "Regex": "loss=([0-9.e-]+)"}]
RANGES = {"ContinuousParameterRanges": [{"Name": "x", "MinValue": "0", "MaxValue": "1"}]}
GRID = {"CategoricalParameterRanges": [{"Name": "x", "Values": ["0.5", "0.25", "0.75"]}]}
X = """x=$(sed -n 's/.*"x": "\\([^"]*\\)".*/\\1/p' input/config/hyperparameters.json)"""


def shell_request(lab: Laboratory, ranges: dict[str, Any] | None = None, **config: Any) -> dict[str, Any]:
    training = lab.training_request(
        AlgorithmSpecification={
            "TrainingImage": SHELL,
            "TrainingInputMode": "File",
            "MetricDefinitions": LOSS,
        },
        HyperParameters={"fixed": "1"},
    )
    return lab.tuning_request(training, ranges or RANGES, "loss", **config)


def grid_request(lab: Laboratory, **more: Any) -> dict[str, Any]:
    limits = {"MaxParallelTrainingJobs": 2}
    return {**shell_request(lab, GRID, Strategy="Grid", ResourceLimits=limits), **more}


def refusal(lab: Laboratory, request: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        lab.sagemaker.create_hyper_parameter_tuning_job(**request)
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def test_a_tuning_job_trains_every_combination_and_finds_the_best(
    lab: Laboratory, shell: ShellContainer
) -> None:
    # Given a grid of three, whose jobs tell their objective
    shell.line = f"{X}; echo loss=9; echo loss=$x"
    request = grid_request(lab, Tags=[{"Key": "run", "Value": "r1"}])
    request["TrainingJobDefinition"]["Environment"] = {"MODE": "fast"}

    # When it has run
    done = lab.tune(request)

    # Then its best job is described
    name = request["HyperParameterTuningJobName"]
    best = done["BestTrainingJob"]
    assert done["HyperParameterTuningJobStatus"] == "Completed"
    assert best["TunedHyperParameters"] == {"x": "0.25"}
    told = {"MetricName": "loss", "Value": 0.25}
    assert best["FinalHyperParameterTuningJobObjectiveMetric"] == told
    assert (best["TrainingJobStatus"], best["ObjectiveStatus"]) == ("Completed", "Succeeded")
    assert done["TrainingJobStatusCounters"] == {
        "Completed": 3, "InProgress": 0, "RetryableError": 0, "NonRetryableError": 0, "Stopped": 0,
    }  # fmt: skip
    assert done["ObjectiveStatusCounters"] == {"Succeeded": 3, "Pending": 0, "Failed": 0}
    assert done["CreationTime"] <= done["HyperParameterTuningEndTime"]
    assert done["ConsumedResources"]["RuntimeInSeconds"] >= 1
    assert "FailureReason" not in done
    # And its training jobs are ordinary ones
    jobs = lab.trials(name)
    assert [each["TrainingJobName"][: len(name) + 4] for each in jobs] == [
        f"{name}-{number:03}" for number in (1, 2, 3)
    ]
    assert all(re.fullmatch(r"[a-z0-9-]+-\d{3}-[0-9a-f]{8}", each["TrainingJobName"]) for each in jobs)
    trained = lab.trained(best["TrainingJobName"])
    assert trained["HyperParameters"] == {"fixed": "1", "x": "0.25", "_tuning_objective_metric": "loss"}
    assert trained["TuningJobArn"] == done["HyperParameterTuningJobArn"]
    assert trained["Environment"] == {"MODE": "fast"}
    assert lab.get(f"models/{best['TrainingJobName']}/output/model.tar.gz")
    # And they carry its tags
    for arn in (done["HyperParameterTuningJobArn"], trained["TrainingJobArn"]):
        assert lab.sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "run", "Value": "r1"}]


def test_a_real_algorithm_is_tuned_by_its_own_metric(lab: Laboratory) -> None:
    # Given data that only a tree of some depth fits
    rng = np.random.default_rng(0)
    features = rng.uniform(-1, 1, (300, 3))
    rows = np.column_stack([np.sign(features[:, 0] * features[:, 1]) * 3, features])
    uris = lab.put_channels({"train": rows[:200], "validation": rows[200:]})
    training = lab.training_request(
        XGBOOST, uris, HyperParameters={"num_round": "20", "objective": "reg:squarederror"}
    )
    ranges = {"CategoricalParameterRanges": [{"Name": "max_depth", "Values": ["1", "5"]}]}
    limits = {"MaxParallelTrainingJobs": 2}

    # When it is tuned by an error that nobody asked the algorithm to print
    done = lab.tune(
        lab.tuning_request(training, ranges, "validation:mae", Strategy="Grid", ResourceLimits=limits)
    )

    # Then the value is the last one of its log
    assert done["HyperParameterTuningJobStatus"] == "Completed", lab.trials(
        done["HyperParameterTuningJobName"]
    )
    best = done["BestTrainingJob"]
    assert best["TunedHyperParameters"] == {"max_depth": "5"}
    lines = lab.log_lines("/aws/sagemaker/TrainingJobs", f"{best['TrainingJobName']}/algo-1-")
    last = [line for line in lines if "#011validation-mae:" in line][-1]
    value = best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    assert last.startswith("[19]")
    assert f"#011validation-mae:{value:.5f}" in last
