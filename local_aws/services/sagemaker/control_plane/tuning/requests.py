"""What AWS refuses in a CreateHyperParameterTuningJob beyond its model, and the requests that follow.

Sources: the API's reference; "Define Hyperparameter Ranges" and "Resource limits for automatic model tuning"
in the developer guide. Where no message of AWS is known, the words are this package's own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from moto.sagemaker.exceptions import SagemakerClientError, ValidationError

from local_aws.core.instance import current_instance
from local_aws.services.sagemaker.containers.published_metrics import published_metrics
from local_aws.services.sagemaker.search.grid_search import combinations
from local_aws.services.sagemaker.search.ranges import (
    CategoricalRange,
    ContinuousRange,
    IntegerRange,
    Range,
    Space,
)
from local_aws.services.sagemaker.search.strategies import STRATEGIES

OBJECTIVE_PARAMETER = "_tuning_objective_metric"
_MAX_RANGES, _MAX_HYPERPARAMETERS, _MAX_PARALLEL = 30, 100, 10
_OF_THE_DEFINITION = (
    "AlgorithmSpecification",
    "CheckpointConfig",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
    "EnableNetworkIsolation",
    "Environment",
    "InputDataConfig",
    "OutputDataConfig",
    "ResourceConfig",
    "RoleArn",
    "StoppingCondition",
    "VpcConfig",
)
# Where it would stand in the request, for the refusal of what has no local implementation.
_NOT_HERE = {
    "": ("Autotune", "TrainingJobDefinitions", "WarmStartConfig"),
    "HyperParameterTuningJobConfig": ("StrategyConfig", "TuningJobCompletionCriteria"),
    "TrainingJobDefinition": (
        "DefinitionName",
        "HyperParameterRanges",
        "HyperParameterTuningResourceConfig",
        "RetryStrategy",
        "TuningObjective",
    ),
}


class ResourceLimitExceeded(SagemakerClientError):  # type: ignore[misc]
    code = "ResourceLimitExceeded"


def training_request(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a CreateTrainingJob that all training jobs of a tuning job have in common."""
    return {name: definition[name] for name in _OF_THE_DEFINITION if name in definition}


def check(request: Mapping[str, Any]) -> None:
    """Raise ValidationError or ResourceLimitExceeded for what can't be tuned, or can't be tuned here."""
    for rule in _RULES:
        rule(request)


def space_of(request: Mapping[str, Any]) -> Space:
    """The ranges to search; ValidationError for one that is none."""
    return Space(tuple(_ranges(request["HyperParameterTuningJobConfig"].get("ParameterRanges", {}))))


def max_jobs(request: Mapping[str, Any]) -> int:
    """How many training jobs there may be at most."""
    limits = request["HyperParameterTuningJobConfig"]["ResourceLimits"]
    given = limits.get("MaxNumberOfTrainingJobs")
    return combinations(space_of(request)) if given is None else int(given)


def _ranges(given: Mapping[str, Any]) -> Iterator[Range]:
    for kind, parse in _KINDS.items():
        yield from (parse(each) for each in given.get(kind, ()))


def _integer(given: Mapping[str, str]) -> Range:
    low, high = (_bound(given, name, int) for name in ("MinValue", "MaxValue"))
    return IntegerRange(given["Name"], low, high, _checked_scaling(given, low, high, integer=True))


def _continuous(given: Mapping[str, str]) -> Range:
    low, high = (_bound(given, name, _finite) for name in ("MinValue", "MaxValue"))
    return ContinuousRange(given["Name"], low, high, _checked_scaling(given, low, high, integer=False))


def _categorical(given: Mapping[str, Any]) -> Range:
    return CategoricalRange(given["Name"], tuple(given["Values"]))


_KINDS: Mapping[str, Callable[[Mapping[str, Any]], Range]] = {
    "IntegerParameterRanges": _integer,
    "ContinuousParameterRanges": _continuous,
    "CategoricalParameterRanges": _categorical,
}


def _bound(given: Mapping[str, str], name: str, parse: Callable[[str], Any]) -> Any:
    try:
        return parse(given[name])
    except ValueError as err:
        kind = "an integer" if parse is int else "a number"
        raise ValidationError(
            message=f"{name} of the range {given['Name']} is not {kind}: {given[name]!r}."
        ) from err


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _checked_scaling(given: Mapping[str, str], low: float, high: float, *, integer: bool) -> str:
    scaling, name = given.get("ScalingType", "Auto"), given["Name"]
    if low >= high:
        raise ValidationError(message=f"MinValue of the range {name} must be less than its MaxValue.")
    if scaling == "Logarithmic" and low <= 0:
        raise ValidationError(message=f"Logarithmic scaling of the range {name} needs values above 0.")
    if scaling == "ReverseLogarithmic" and (integer or not 0 <= low < high < 1):
        raise ValidationError(
            message=f"ReverseLogarithmic scaling of the range {name} needs continuous values within [0, 1)."
        )
    return scaling


def _is_implemented(request: Mapping[str, Any]) -> None:
    for where, names in _NOT_HERE.items():
        given = request.get(where, {}) if where else request
        for name in names:
            if name in given:
                path = f"{where}.{name}".lstrip(".")
                raise ValidationError(message=f"{path} has no local implementation.")
    config = request["HyperParameterTuningJobConfig"]
    if config["Strategy"] not in STRATEGIES:
        raise ValidationError(
            message=f"Strategy {config['Strategy']} has no local implementation, use {', '.join(STRATEGIES)}."
        )
    if config.get("TrainingJobEarlyStoppingType", "Off") != "Off":
        raise ValidationError(message="TrainingJobEarlyStoppingType Auto has no local implementation.")


def _is_complete(request: Mapping[str, Any]) -> None:
    config = request["HyperParameterTuningJobConfig"]
    if "TrainingJobDefinition" not in request:
        raise ValidationError(message="TrainingJobDefinition must be specified.")
    for name in ("HyperParameterTuningJobObjective", "ParameterRanges"):
        if name not in config:
            raise ValidationError(message=f"HyperParameterTuningJobConfig.{name} must be specified.")


def _ranges_are_apart(request: Mapping[str, Any]) -> None:
    names = [each.name for each in space_of(request).ranges]
    static = request["TrainingJobDefinition"].get("StaticHyperParameters", {})
    if not names:
        raise ValidationError(message="ParameterRanges must hold at least one range.")
    if len(names) > _MAX_RANGES:
        raise ValidationError(
            message=f"There are {len(names)} ranges; at most {_MAX_RANGES} hyperparameters can be searched."
        )
    if twice := sorted(name for name, times in Counter(names).items() if times > 1):
        raise ValidationError(message=f"There is more than one range for {', '.join(twice)}.")
    if both := sorted({*names, OBJECTIVE_PARAMETER}.intersection(static)):
        raise ValidationError(
            message=f"StaticHyperParameters must not hold what the tuning job sets: {', '.join(both)}."
        )
    # With the one that a tuning job adds.
    if len(names) + len(static) + 1 > _MAX_HYPERPARAMETERS:
        raise ValidationError(
            message=f"A training job has at most {_MAX_HYPERPARAMETERS} hyperparameters, "
            f"{OBJECTIVE_PARAMETER} among them."
        )


def _limits_fit_the_strategy(request: Mapping[str, Any]) -> None:
    config, space = request["HyperParameterTuningJobConfig"], space_of(request)
    limits = config["ResourceLimits"]
    parallel, jobs = limits["MaxParallelTrainingJobs"], limits.get("MaxNumberOfTrainingJobs")
    if parallel > _MAX_PARALLEL:
        raise ResourceLimitExceeded(
            "The account-level service limit 'Number of parallel training jobs per hyperparameter tuning "
            f"job' is {_MAX_PARALLEL}, with a request for {parallel}."
        )
    if config["Strategy"] != "Grid":
        if jobs is None:
            raise ValidationError(message="ResourceLimits.MaxNumberOfTrainingJobs must be specified.")
    elif not all(isinstance(each, CategoricalRange) for each in space.ranges):
        raise ValidationError(message="Strategy Grid takes categorical ranges only.")
    elif jobs not in (None, combinations(space)):
        raise ValidationError(
            message=f"MaxNumberOfTrainingJobs must be {combinations(space)}, the number of combinations of "
            "Strategy Grid, or absent."
        )


def _objective_is_measured(request: Mapping[str, Any]) -> None:
    objective = request["HyperParameterTuningJobConfig"]["HyperParameterTuningJobObjective"]
    algorithm = request["TrainingJobDefinition"]["AlgorithmSpecification"]
    name, direction = objective["MetricName"], objective["Type"]
    published = published_metrics(algorithm.get("TrainingImage", ""), current_instance().account_id)
    if not published:
        if name not in [each["Name"] for each in algorithm.get("MetricDefinitions", ())]:
            raise ValidationError(
                message="A metric is required for this hyperparameter tuning job objective. Provide a metric "
                "in the metric definitions."
            )
        return
    directions = {each.name: each.direction for each in published if each.direction}
    if name not in directions:
        raise ValidationError(
            message=f"The algorithm has no objective metric {name}, use {', '.join(sorted(directions))}."
        )
    if direction != directions[name]:
        raise ValidationError(message=f"The objective metric {name} has the type {directions[name]}.")


_RULES: tuple[Callable[[Mapping[str, Any]], None], ...] = (
    _is_implemented,
    _is_complete,
    _ranges_are_apart,
    _limits_fit_the_strategy,
    _objective_is_measured,
)
