"""What is refused of a tuning job before anything trains, and what is handed on to its training jobs."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.core.instance import Instance
from tests.local_aws.integration.sagemaker.conftest import ORDINARY_ACTIONS, make_role
from tests.local_aws.integration.sagemaker.support import (
    LINEAR_LEARNER,
    REGISTRY,
    SHELL,
    XGBOOST,
    Laboratory,
    ShellContainer,
    unique,
)

CONFIG, DEFINITION = "HyperParameterTuningJobConfig", "TrainingJobDefinition"
LOSS = [{"Name": "loss", "Regex": r"loss=(\S+)"}]
X = {"Name": "x", "MinValue": "0.5", "MaxValue": "1"}
N = {"Name": "n", "MinValue": "1", "MaxValue": "9"}
CATEGORIES = {"CategoricalParameterRanges": [{"Name": "c", "Values": ["a", "b"]}]}
OVERRIDDEN = (
    "You can't override the metric definitions for Amazon SageMaker algorithms. Please retry the request "
    "without specifying metric definitions."
)
NOT_MEASURED = (
    "A metric is required for this hyperparameter tuning job objective. Provide a metric in the metric "
    "definitions."
)


def good_request(lab: Laboratory, image: str = SHELL, metric: str = "loss") -> dict[str, Any]:
    algorithm: dict[str, Any] = {"TrainingImage": image, "TrainingInputMode": "File"}
    if image == SHELL:
        algorithm["MetricDefinitions"] = LOSS
    training = lab.training_request(AlgorithmSpecification=algorithm, HyperParameters={"fixed": "1"})
    return lab.tuning_request(training, {"ContinuousParameterRanges": [X]}, metric)


def changed(request: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The request with `value` at a dotted path; without it for None."""
    copied = copy.deepcopy(dict(request))
    *parents, name = path.split(".")
    place = copied
    for parent in parents:
        place = place[parent]
    if value is None:
        del place[name]
    else:
        place[name] = value
    return copied


def refusal(lab: Laboratory, request: Mapping[str, Any]) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        lab.unchecked.create_hyper_parameter_tuning_job(**request)
    answer = error.value.response["Error"]
    return answer["Code"], answer["Message"]


def ranges(kind: str, *given: Mapping[str, Any]) -> tuple[str, Any]:
    return f"{CONFIG}.ParameterRanges", {f"{kind}ParameterRanges": list(given)}


def limits(**given: int) -> tuple[str, Any]:
    return f"{CONFIG}.ResourceLimits", {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 1, **given}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("HyperParameterTuningJobName", "a" * 33), "less than or equal to 32"),
        (("HyperParameterTuningJobName", "under_score"), "regular expression pattern"),
        (ranges("Continuous", {**X, "MinValue": "1"}), "MinValue of the range x must be less than"),
        (ranges("Integer", {**N, "MinValue": "9"}), "MinValue of the range n must be less than"),
        (ranges("Continuous", {**X, "MaxValue": "much"}), "MaxValue of the range x is not a number: 'much'."),
        (ranges("Continuous", {**X, "MaxValue": "inf"}), "MaxValue of the range x is not a number: 'inf'."),
        (ranges("Integer", {**N, "MinValue": "1.5"}), "MinValue of the range n is not an integer: '1.5'."),
        (
            ranges("Continuous", {**X, "MinValue": "0", "ScalingType": "Logarithmic"}),
            "Logarithmic scaling of the range x needs values above 0.",
        ),
        (
            ranges("Integer", {**N, "MinValue": "-1", "ScalingType": "Logarithmic"}),
            "Logarithmic scaling of the range n needs values above 0.",
        ),
        (
            ranges("Continuous", {**X, "ScalingType": "ReverseLogarithmic"}),
            "ReverseLogarithmic scaling of the range x needs continuous values within [0, 1).",
        ),
        (
            ranges("Integer", {**N, "ScalingType": "ReverseLogarithmic"}),
            "ReverseLogarithmic scaling of the range n needs continuous values within [0, 1).",
        ),
        (ranges("Continuous", X, X), "There is more than one range for x."),
        (ranges("Continuous"), "ParameterRanges must hold at least one range."),
        (
            (
                f"{CONFIG}.ParameterRanges",
                {
                    "ContinuousParameterRanges": [{**X, "Name": f"x{i}"} for i in range(16)],
                    "IntegerParameterRanges": [{**N, "Name": f"n{i}"} for i in range(15)],
                },
            ),
            "There are 31 ranges; at most 30 hyperparameters can be searched.",
        ),
        (ranges("Continuous", {**X, "Name": "fixed"}), "what the tuning job sets: fixed."),
        (
            (f"{DEFINITION}.StaticHyperParameters", {f"h{i}": "1" for i in range(99)}),
            "A training job has at most 100 hyperparameters",
        ),
        ((f"{CONFIG}.Strategy", "Grid"), "Strategy Grid takes categorical ranges only."),
        ((f"{CONFIG}.Strategy", "Hyperband"), "Strategy Hyperband has no local implementation"),
        (
            (f"{CONFIG}.TrainingJobEarlyStoppingType", "Auto"),
            "TrainingJobEarlyStoppingType Auto has no local implementation.",
        ),
        (
            (f"{CONFIG}.ResourceLimits", {"MaxParallelTrainingJobs": 1}),
            "ResourceLimits.MaxNumberOfTrainingJobs must be specified.",
        ),
        (limits(MaxNumberOfTrainingJobs=0), "greater than or equal to 1"),
        (limits(MaxParallelTrainingJobs=0), "greater than or equal to 1"),
        (limits(MaxRuntimeInSeconds=119), "greater than or equal to 120"),
        (limits(MaxRuntimeInSeconds=15768001), "less than or equal to 15768000"),
        ((f"{CONFIG}.HyperParameterTuningJobObjective", None), "Objective must be specified."),
        ((f"{CONFIG}.ParameterRanges", None), "ParameterRanges must be specified."),
        ((DEFINITION, None), "TrainingJobDefinition must be specified."),
        ((f"{DEFINITION}.ResourceConfig", None), "ResourceConfig and StoppingCondition"),
        ((f"{DEFINITION}.RoleArn", "arn:aws:iam::123456789012:role/nobody"), "Could not assume role"),
        ((f"{DEFINITION}.EnableManagedSpotTraining", True), "Invalid MaxWaitTimeInSeconds"),
        ((f"{DEFINITION}.AlgorithmSpecification.MetricDefinitions", None), NOT_MEASURED),
        (
            (f"{DEFINITION}.AlgorithmSpecification.MetricDefinitions", [{"Name": "a", "Regex": "b"}]),
            NOT_MEASURED,
        ),
        (("Autotune", {"Mode": "Enabled"}), "Autotune has no local implementation."),
        (
            (f"{DEFINITION}.RetryStrategy", {"MaximumRetryAttempts": 1}),
            "TrainingJobDefinition.RetryStrategy has no local implementation.",
        ),
        (
            (f"{CONFIG}.TuningJobCompletionCriteria", {"TargetObjectiveMetricValue": 1.0}),
            "HyperParameterTuningJobConfig.TuningJobCompletionCriteria has no local implementation.",
        ),
    ],
)
def test_what_can_not_be_tuned_is_refused(lab: Laboratory, change: tuple[str, Any], message: str) -> None:
    code, text = refusal(lab, changed(good_request(lab), *change))

    assert code == "ValidationException"
    assert message in text


def test_more_jobs_at_a_time_than_the_account_may_have(lab: Laboratory) -> None:
    code, text = refusal(lab, changed(good_request(lab), *limits(MaxParallelTrainingJobs=11)))

    assert code == "ResourceLimitExceeded"
    assert "is 10, with a request for 11" in text


def test_a_grid_has_as_many_jobs_as_combinations(lab: Laboratory, shell: ShellContainer) -> None:
    shell.line = "echo loss=1"
    grid = changed(good_request(lab), f"{CONFIG}.Strategy", "Grid")
    grid = changed(grid, f"{CONFIG}.ParameterRanges", CATEGORIES)

    code, text = refusal(lab, changed(grid, *limits(MaxNumberOfTrainingJobs=3)))
    done = lab.tune(changed(grid, *limits(MaxNumberOfTrainingJobs=2)))

    assert code == "ValidationException"
    assert "must be 2, the number of combinations" in text
    assert done["TrainingJobStatusCounters"]["Completed"] == 2


@pytest.mark.parametrize(
    ("image", "metric", "message"),
    [
        (XGBOOST, "train:rmse", "The algorithm has no objective metric train:rmse, use "),
        (XGBOOST, "validation:speed", "The algorithm has no objective metric validation:speed, use "),
        (XGBOOST, "validation:auc", "The objective metric validation:auc has the type Maximize."),
        (LINEAR_LEARNER, "test:rmse", "The algorithm has no objective metric test:rmse"),
        (f"{REGISTRY}/sagemaker-scikit-learn:1.4-2", "loss", NOT_MEASURED),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com/knn:1", "test:mse", NOT_MEASURED),
    ],
)
def test_an_objective_is_one_of_the_algorithm_s(
    lab: Laboratory, image: str, metric: str, message: str
) -> None:
    code, text = refusal(lab, good_request(lab, image, metric))

    assert code == "ValidationException"
    assert message in text


def test_the_metrics_of_sagemaker_s_algorithms_are_theirs_to_define(lab: Laboratory) -> None:
    tuning = good_request(lab, XGBOOST, "validation:rmse")
    algorithm = {**tuning[DEFINITION]["AlgorithmSpecification"], "MetricDefinitions": LOSS}

    assert refusal(lab, changed(tuning, f"{DEFINITION}.AlgorithmSpecification", algorithm))[1] == OVERRIDDEN
    with pytest.raises(ClientError, match="You can't override the metric definitions"):
        lab.sagemaker.create_training_job(**lab.training_request(AlgorithmSpecification=algorithm))


def test_a_name_is_used_once_whatever_its_case(lab: Laboratory, shell: ShellContainer) -> None:
    shell.line = "echo loss=1"
    request = good_request(lab)
    lab.tune(request)

    code, text = refusal(lab, {**request, "HyperParameterTuningJobName": _name(request).upper()})

    assert code == "ResourceInUse"
    assert "must be unique within an AWS account and region" in text


def test_what_is_not_there_is_not_found(lab: Laboratory) -> None:
    calls = (
        lab.sagemaker.describe_hyper_parameter_tuning_job,
        lab.sagemaker.stop_hyper_parameter_tuning_job,
        lab.sagemaker.delete_hyper_parameter_tuning_job,
        lab.sagemaker.list_training_jobs_for_hyper_parameter_tuning_job,
    )
    for call in calls:
        with pytest.raises(ClientError) as error:
            call(HyperParameterTuningJobName="nobody")
        assert error.value.response["Error"]["Code"] == "ResourceNotFound"


def test_training_jobs_get_all_of_the_definition(
    instance: Instance, lab: Laboratory, shell: ShellContainer
) -> None:
    # Given a definition with everything in it
    keys = ["kms:CreateGrant", "kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"]
    role = make_role(instance, unique("tuning-role"), [*ORDINARY_ACTIONS, *keys, "ec2:*"])
    key = str(instance.client("kms").create_key()["KeyMetadata"]["Arn"])
    subnet = instance.client("ec2").describe_subnets()["Subnets"][0]
    owned = [{"Name": "vpc-id", "Values": [subnet["VpcId"]]}]
    group = instance.client("ec2").describe_security_groups(Filters=owned)["SecurityGroups"][0]
    request = good_request(lab)
    output = request[DEFINITION]["OutputDataConfig"]
    definition = {
        **request[DEFINITION],
        "RoleArn": role,
        "EnableManagedSpotTraining": True,
        "EnableNetworkIsolation": True,
        "EnableInterContainerTrafficEncryption": True,
        "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 120},
        "OutputDataConfig": {**output, "KmsKeyId": key},
        "VpcConfig": {"Subnets": [subnet["SubnetId"]], "SecurityGroupIds": [group["GroupId"]]},
    }
    shell.line = "echo loss=1"

    # When it has run
    done = lab.tune({**request, DEFINITION: definition})

    # Then its training jobs have it, and the tuning job tells it
    trained = lab.trained(done["BestTrainingJob"]["TrainingJobName"])
    for name in definition.keys() - {"StaticHyperParameters", "AlgorithmSpecification"}:
        assert trained[name] == definition[name], name
        assert done[DEFINITION][name] == definition[name], name
    assert trained["HyperParameters"]["fixed"] == "1"


def test_lists_are_filtered_ordered_and_paged(lab: Laboratory, shell: ShellContainer) -> None:
    # Given two tuning jobs of which one has trained four jobs
    shell.line = """sed -n 's/.*"c": "\\([^"]*\\)".*/loss=\\1/p' input/config/hyperparameters.json"""
    grid = changed(good_request(lab), f"{CONFIG}.Strategy", "Grid")
    values = {"CategoricalParameterRanges": [{"Name": "c", "Values": ["3", "1", "none", "2"]}]}
    grid = changed(grid, f"{CONFIG}.ParameterRanges", values)
    word = unique("listed")
    names = [f"{word}-{letter}" for letter in "ba"]
    for name in names:
        request = {**grid, "HyperParameterTuningJobName": name}
        lab.tune(changed(request, f"{CONFIG}.ResourceLimits", {"MaxParallelTrainingJobs": 2}))

    # When they are listed
    listed = lab.sagemaker.list_hyper_parameter_tuning_jobs
    pages = [listed(NameContains=word, MaxResults=1)]
    pages.append(listed(NameContains=word, MaxResults=1, NextToken=pages[0]["NextToken"]))

    # Then it is by name, in pages, and the newest first when asked
    summaries = [each for page in pages for each in page["HyperParameterTuningJobSummaries"]]
    assert [each["HyperParameterTuningJobName"] for each in summaries] == sorted(names)
    assert "NextToken" not in pages[1]
    assert summaries[0]["Strategy"] == "Grid"
    newest = listed(NameContains=word, SortBy="CreationTime", SortOrder="Descending")
    assert newest["HyperParameterTuningJobSummaries"][0]["HyperParameterTuningJobName"] == names[1]
    since = summaries[0]["CreationTime"]
    for found, query in (
        (0, {"StatusEquals": "InProgress"}),
        (2, {"StatusEquals": "Completed"}),
        (0, {"CreationTimeBefore": summaries[1]["CreationTime"]}),
        (1, {"CreationTimeBefore": since}),
    ):
        assert len(listed(NameContains=word, **query)["HyperParameterTuningJobSummaries"]) == found, query
    # And so are the training jobs, of which those without a value have no place in an order of values
    by_value = lab.trials(names[0], SortBy="FinalObjectiveMetricValue", SortOrder="Descending")
    assert [each["TunedHyperParameters"]["c"] for each in by_value] == ["3", "2", "1"]
    assert len(lab.trials(names[0], MaxResults=3)) == 3
    assert len(lab.trials(names[0], StatusEquals="Failed")) == 0


def test_tags_can_be_changed_and_the_job_deleted(lab: Laboratory, shell: ShellContainer) -> None:
    shell.line = "echo loss=1"
    request = good_request(lab)
    arn = lab.tune(request)["HyperParameterTuningJobArn"]

    lab.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    lab.sagemaker.delete_tags(ResourceArn=arn, TagKeys=["a"])

    assert lab.sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
    lab.sagemaker.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName=_name(request))
    with pytest.raises(ClientError, match="not found"):
        lab.tuned(_name(request))
    with pytest.raises(ClientError, match="Could not find resource"):
        lab.sagemaker.delete_tags(ResourceArn=arn, TagKeys=["b"])


def _name(request: Mapping[str, Any]) -> str:
    return str(request["HyperParameterTuningJobName"])
