"""What a tuning job is asked for, once the facts of the data are known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from bakeoff.domain.errors import TooFewRows
from bakeoff.domain.run.documents import PlannedCandidate, PlannedTuning, TunedRange

_SCALES = {
    "auto": "Auto",
    "linear": "Linear",
    "logarithmic": "Logarithmic",
    "reverse-logarithmic": "ReverseLogarithmic",
}
_GOALS = {"minimize": "Minimize", "maximize": "Maximize"}


def with_tuning_job(candidate: PlannedCandidate, facts: Mapping[str, int | str]) -> PlannedCandidate:
    """The candidate with its HyperParameterTuningJobConfig, and bounds that are facts filled in; one that is
    not tuned stays as it is.

    Raises TooFewRows for a range that the data leave no room.
    """
    if "tuning" not in candidate:
        return candidate
    ranges = {name: _filled(each, facts) for name, each in candidate["tuning"]["ranges"].items()}
    for name, each in ranges.items():
        if "integer" in each and int(each["integer"][0]) >= int(each["integer"][1]):
            least, most = each["integer"]
            raise TooFewRows(
                f"Algorithm {candidate['name']!r} is to vary {name} from {least} to {most}, for which so few "
                "rows leave no room: upload more data, or compare it untuned."
            )
    tuning = cast(PlannedTuning, {**candidate["tuning"], "ranges": ranges})
    return {**candidate, "tuning": tuning, "tuning_config": _config(tuning)}


def _filled(each: TunedRange, facts: Mapping[str, int | str]) -> TunedRange:
    if "integer" not in each:
        return each
    known = {f"{{{name}}}": str(value) for name, value in facts.items()}
    return {**each, "integer": [known.get(bound, bound) for bound in each["integer"]]}


def _config(tuning: PlannedTuning) -> dict[str, Any]:
    """By https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_HyperParameterTuningJobConfig.html."""
    kinds = {"IntegerParameterRanges": "integer", "ContinuousParameterRanges": "continuous"}
    ranges: dict[str, Any] = {
        field: [
            _bounds(name, each, each[kind])  # type: ignore[literal-required]
            for name, each in tuning["ranges"].items()
            if kind in each
        ]
        for field, kind in kinds.items()
    }
    ranges["CategoricalParameterRanges"] = [
        {"Name": name, "Values": each["categorical"]}
        for name, each in tuning["ranges"].items()
        if "categorical" in each
    ]
    return {
        "Strategy": tuning["strategy"],
        "HyperParameterTuningJobObjective": {
            "Type": _GOALS[tuning["objective"]["goal"]],
            "MetricName": tuning["objective"]["metric"],
        },
        "ResourceLimits": {
            "MaxNumberOfTrainingJobs": tuning["jobs"],
            "MaxParallelTrainingJobs": tuning["parallel"],
        },
        "ParameterRanges": ranges,
        # XGBoost keeps a model that was stopped from outside only if it is asked to.
        "TrainingJobEarlyStoppingType": "Off",
        "RandomSeed": tuning["seed"],
    }


def _bounds(name: str, each: TunedRange, bounds: list[str]) -> dict[str, str]:
    scale = _SCALES[each.get("scale", "auto")]
    return {"Name": name, "MinValue": bounds[0], "MaxValue": bounds[1], "ScalingType": scale}
