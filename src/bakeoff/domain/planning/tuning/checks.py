"""What no tuning job can be asked for: SageMaker would refuse it, or it would find nothing.

The rules are those of https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ParameterRanges.html
and of https://docs.aws.amazon.com/sagemaker/latest/dg/automatic-model-tuning-how-it-works.html.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from bakeoff.domain.errors import InvalidAlgorithms
from bakeoff.domain.planning.tuning.asked import TUNING, Entry, refuse_fixed

MAX_JOBS = 100
# Of SageMaker, with the objective's own.
MAX_HYPERPARAMETERS = 99
_KINDS = ("continuous", "integer", "categorical")
# Of the metrics that AWS documents for XGBoost, Linear Learner and k-NN, and of the scripts here.
_GOALS = {
    "minimize": re.compile(r".*:(r?mse|rmsle|mape|mae|mphe|m?error|m?logloss|(objective|absolute)_loss)"),
    "maximize": re.compile(r".*:(\w*accuracy|auc(pr)?|f1(_\w+)?|map|ndcg|r2|roc_auc_score)"),
}


def refuse_untunable(entry: Entry, override: Entry) -> None:
    """Raise InvalidAlgorithms for a valid entry whose tuning cannot be; `override` is what a request says."""
    if TUNING not in entry:
        return
    refuse_fixed(entry, override)
    problem = next(_problems(entry), None)
    if problem:
        raise InvalidAlgorithms(f"Algorithm {entry['name']!r}: {problem}.")


def combinations_of(ranges: Mapping[str, Mapping[str, Any]]) -> int:
    """How many there are of the values of categorical ranges."""
    return math.prod(len(each["categorical"]) for each in ranges.values())


def _problems(entry: Entry) -> Iterator[str]:
    budget = entry[TUNING]
    places = [("", entry), *((f"tasks.{name}.", own) for name, own in entry.get("tasks", {}).items())]
    for place, own in places:
        where, tuning = f"{place}tuning", own[TUNING]
        yield from _of_ranges(tuning["ranges"], f"{where}.ranges")
        yield from _of_strategy({**budget, "ranges": tuning["ranges"]}, where)
        yield from _of_objective(entry, tuning["objective"]["metric"], where)
        yield from _of_goal(tuning["objective"], where)
        if (count := len(own["hyperparameters"]) + len(tuning["ranges"])) > MAX_HYPERPARAMETERS:
            yield (
                f"{count} hyperparameters, fixed and varied, are more than the {MAX_HYPERPARAMETERS} of a "
                "tuning job"
            )


def _of_ranges(ranges: Mapping[str, Mapping[str, Any]], where: str) -> Iterator[str]:
    for name, each in ranges.items():
        kinds = [kind for kind in _KINDS if kind in each]
        if len(kinds) != 1:
            found = " and ".join(kinds) or "none"
            yield f"{where}.{name} needs exactly one of {', '.join(_KINDS)}, but has {found}"
        elif "categorical" in each:
            yield from _of_values(each, f"{where}.{name}")
        else:
            yield from _of_bounds(each, kinds[0], f"{where}.{name}")


def _of_values(each: Mapping[str, Any], where: str) -> Iterator[str]:
    if "scale" in each:
        yield f"{where} is categorical, whose values have no order and take no scale: leave scale out"
    twice = [value for value in each["categorical"] if each["categorical"].count(value) > 1]
    if twice:
        yield f"{where} has {twice[0]!r} twice: keep one of them"


def _of_bounds(each: Mapping[str, Any], kind: str, where: str) -> Iterator[str]:
    least, most = each[kind]
    scale, low, high = each.get("scale", "auto"), _number(least), _number(most)
    if low is not None and high is not None and low >= high:
        yield f"{where} goes from {least} to {most}, but the first must be below the second"
    if scale == "logarithmic" and low is not None and low <= 0:
        yield (
            f"{where} is logarithmic from {least}, and there is no logarithm of what is not above 0: begin "
            "above 0"
        )
    if scale == "reverse-logarithmic" and not (
        kind == "continuous" and low is not None and high is not None and low >= 0 and high < 1
    ):
        yield (
            f"{where} is reverse-logarithmic, which only a continuous range can be that lies within 0 and 1, "
            "without 1"
        )


def _of_strategy(tuning: Mapping[str, Any], where: str) -> Iterator[str]:
    strategy, jobs = tuning.get("strategy"), tuning.get("jobs")
    if strategy == "Hyperband":
        yield (
            f"{where}.strategy is Hyperband, which stops training jobs early and goes on with the best, so "
            "it needs algorithms that report each epoch and keep checkpoints, as none here is known to: "
            "choose Bayesian or Random"
        )
    if strategy != "Grid":
        return
    ordered = [name for name, each in tuning["ranges"].items() if "categorical" not in each]
    if ordered:
        yield (
            f"{where}.strategy is Grid, which tries every combination of listed values, but {ordered[0]} is "
            f"a range between two numbers: give ranges.{ordered[0]} as categorical, or choose Bayesian or "
            "Random"
        )
        return
    count = combinations_of(tuning["ranges"])
    if count > MAX_JOBS:
        yield (
            f"{where}: Grid would try {count} combinations, more than {MAX_JOBS}: list fewer values, or "
            "choose Random"
        )
    if jobs not in (None, count):
        yield (
            f"{where}.jobs is {jobs}, but Grid tries all {count} combinations: leave jobs out, or choose "
            "Random"
        )


def _of_objective(entry: Entry, metric: str, where: str) -> Iterator[str]:
    """SageMaker knows the metrics of its own images alone."""
    if not {"script", "image_uri"} & entry.keys():
        return
    known = [each["name"] for each in entry.get("metrics", ())]
    if metric not in known:
        said = f"has only {', '.join(known)}" if known else "has none"
        yield (
            f"{where}.objective.metric is {metric}, which SageMaker reads from the log by an expression in "
            f"metrics, but the entry {said}: add it there"
        )


def _of_goal(objective: Mapping[str, str], where: str) -> Iterator[str]:
    """Towards the wrong end, the worst of the models would be the best."""
    metric, goal = objective["metric"], objective["goal"]
    right = next((each for each, names in _GOALS.items() if names.fullmatch(metric)), goal)
    if goal != right:
        better = "smaller" if right == "minimize" else "larger"
        yield f"{where}.objective.goal is {goal}, but the {better} {metric} is, the better: write {right}"


def _number(bound: str) -> Decimal | None:
    """None for a fact of the data, which nobody knows yet."""
    return None if bound.startswith("{") else Decimal(bound)
