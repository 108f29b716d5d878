"""Tuning jobs: what they train, what they choose, what they tell, and how they end."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError

from tests.local_aws.integration.sagemaker.support import (
    KNN,
    LINEAR_LEARNER,
    SHELL,
    XGBOOST,
    Laboratory,
    ShellContainer,
)
from tests.patience import eventually

LOSS = [{"Name": "loss", "Regex": r"loss=(\S+)"}]
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


@pytest.mark.parametrize(
    ("image", "channel", "static", "ranges", "metric"),
    [
        (
            LINEAR_LEARNER,
            "validation",
            {"predictor_type": "regressor", "mini_batch_size": "10"},
            {"ContinuousParameterRanges": [{"Name": "wd", "MinValue": "1e-7", "MaxValue": "1"}]},
            "validation:objective_loss",
        ),
        (
            KNN,
            "test",
            {"predictor_type": "regressor", "feature_dim": "2", "sample_size": "1000"},
            {"IntegerParameterRanges": [{"Name": "k", "MinValue": "1", "MaxValue": "9"}]},
            "test:mse",
        ),
    ],
)
def test_every_algorithm_tells_its_objective(
    lab: Laboratory, image: str, channel: str, static: dict[str, str], ranges: dict[str, Any], metric: str
) -> None:
    features = np.random.default_rng(1).uniform(size=(120, 2))
    rows = np.column_stack([features @ [1.0, 2.0], features])
    uris = lab.put_channels({"train": rows[:80], channel: rows[80:]})
    training = lab.training_request(image, uris, "text/csv;label_size=1", HyperParameters=static)
    limits = {"MaxNumberOfTrainingJobs": 1, "MaxParallelTrainingJobs": 1}

    done = lab.tune(lab.tuning_request(training, ranges, metric, RandomSeed=1, ResourceLimits=limits))

    best = done["BestTrainingJob"]
    (range_,) = next(iter(ranges.values()))
    assert (
        float(range_["MinValue"])
        <= float(best["TunedHyperParameters"][range_["Name"]])
        <= float(range_["MaxValue"])
    )
    told = best["FinalHyperParameterTuningJobObjectiveMetric"]
    assert told["MetricName"] == metric
    assert 0 <= told["Value"] < 1


def test_the_same_seed_draws_the_same_values(lab: Laboratory, shell: ShellContainer) -> None:
    shell.line = f"{X}; echo loss=$x"
    names = [
        lab.tune(shell_request(lab, RandomSeed=seed))["HyperParameterTuningJobName"] for seed in (1, 1, 2)
    ]

    first, again, other = ([each["TunedHyperParameters"] for each in lab.trials(name)] for name in names)

    assert first == again
    assert first != other


def test_the_greatest_value_is_the_best_when_asked_for(lab: Laboratory, shell: ShellContainer) -> None:
    shell.line = f"{X}; echo loss=$x"
    request = grid_request(lab)
    request["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]["Type"] = "Maximize"

    done = lab.tune(request)

    assert done["BestTrainingJob"]["TunedHyperParameters"] == {"x": "0.75"}


def test_bayesian_optimization_trains_as_many_jobs_as_asked_for(
    lab: Laboratory, shell: ShellContainer
) -> None:
    shell.line = f"{X}; echo loss=$x"
    limits = {"MaxNumberOfTrainingJobs": 6, "MaxParallelTrainingJobs": 3}

    done = lab.tune(shell_request(lab, Strategy="Bayesian", RandomSeed=1, ResourceLimits=limits))

    values = [each["TunedHyperParameters"]["x"] for each in lab.trials(done["HyperParameterTuningJobName"])]
    assert len(set(values)) == 6
    assert done["ObjectiveStatusCounters"]["Succeeded"] == 6


def test_no_more_jobs_train_at_a_time_than_asked_for(lab: Laboratory, shell: ShellContainer) -> None:
    # Given five jobs, two at a time, that last until they are stopped
    shell.line = "echo loss=1; sleep 60"
    limits = {"MaxNumberOfTrainingJobs": 5, "MaxParallelTrainingJobs": 2}
    request = shell_request(lab, ResourceLimits=limits)
    name = request["HyperParameterTuningJobName"]
    lab.sagemaker.create_hyper_parameter_tuning_job(**request)
    first = eventually(lambda: lab.trials(name) if len(lab.trials(name)) == 2 else [])

    # When one of them ends
    lab.sagemaker.stop_training_job(TrainingJobName=first[0]["TrainingJobName"])

    # Then one takes its place
    eventually(lambda: len(lab.trials(name)) == 3)
    assert len(lab.trials(name, StatusEquals="InProgress")) <= 2
    lab.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    assert len(lab.trials(name)) == 3 and lab.tuned(name)["HyperParameterTuningJobStatus"] == "Stopped"


def test_a_stopped_tuning_job_stops_its_training_jobs(lab: Laboratory, shell: ShellContainer) -> None:
    # Given a tuning job whose jobs train
    shell.line = "echo loss=1; echo half > model/half; sleep 60"
    request = shell_request(lab)
    name = request["HyperParameterTuningJobName"]
    lab.sagemaker.create_hyper_parameter_tuning_job(**request)
    eventually(lambda: len(shell.runs) == 2)

    # When it is stopped
    lab.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)

    # Then nothing of it trains any more, and there is no best job
    done = lab.tuned(name)
    assert done["HyperParameterTuningJobStatus"] == "Stopped"
    assert [each["TrainingJobStatus"] for each in lab.trials(name)] == ["Stopped", "Stopped"]
    assert done["TrainingJobStatusCounters"]["Stopped"] == 2
    assert done["ObjectiveStatusCounters"] == {"Succeeded": 0, "Pending": 0, "Failed": 2}
    assert "BestTrainingJob" not in done
    with pytest.raises(ClientError, match="the hyperparameter tuning job is in status Stopped"):
        lab.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)


def test_a_tuning_job_whose_jobs_all_fail_has_failed(lab: Laboratory, shell: ShellContainer) -> None:
    shell.line = "echo loss=1; exit 3"
    limits = {"MaxNumberOfTrainingJobs": 9, "MaxParallelTrainingJobs": 1}

    done = lab.tune(shell_request(lab, ResourceLimits=limits))

    assert done["HyperParameterTuningJobStatus"] == "Failed"
    assert done["FailureReason"] == (
        "No training job succeeded after 5 attempts. Please take a look at the training job failures to get "
        "more details."
    )
    assert done["TrainingJobStatusCounters"]["NonRetryableError"] == 5
    failed = lab.trials(done["HyperParameterTuningJobName"])
    assert {each["FailureReason"] for each in failed} == {"AlgorithmError: loss=1, exit code: 3"}
    assert "BestTrainingJob" not in done


def test_one_good_job_is_enough(lab: Laboratory, shell: ShellContainer) -> None:
    shell.line = f'{X}; [ "$x" = 0.75 ] && echo loss=$x'

    done = lab.tune(grid_request(lab))

    assert done["HyperParameterTuningJobStatus"] == "Completed"
    assert done["BestTrainingJob"]["TunedHyperParameters"] == {"x": "0.75"}
    assert done["ObjectiveStatusCounters"] == {"Succeeded": 1, "Pending": 0, "Failed": 2}


@pytest.mark.parametrize("told", ["nothing", "loss=nan", "loss=word"])
def test_a_tuning_job_without_any_value_has_no_best_job(
    lab: Laboratory, shell: ShellContainer, told: str
) -> None:
    shell.line = f"echo {told}"

    done = lab.tune(shell_request(lab))

    assert done["HyperParameterTuningJobStatus"] == "Completed"
    assert done["ObjectiveStatusCounters"] == {"Succeeded": 0, "Pending": 0, "Failed": 2}
    assert "BestTrainingJob" not in done


def test_a_tuning_job_gives_up_when_nothing_is_measured(lab: Laboratory, shell: ShellContainer) -> None:
    limits = {"MaxNumberOfTrainingJobs": 9, "MaxParallelTrainingJobs": 1}

    done = lab.tune(shell_request(lab, ResourceLimits=limits))

    assert done["HyperParameterTuningJobStatus"] == "Failed"
    assert done["FailureReason"].startswith("No objective metrics found after running 5 training jobs.")
