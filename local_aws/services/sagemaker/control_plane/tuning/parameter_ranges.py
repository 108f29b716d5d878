"""ParameterRanges of a request as ranges to search, and what AWS refuses in them.

Source: "Define Hyperparameter Ranges" in the developer guide. No message of AWS is known: the words are this
package's own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from moto.sagemaker.exceptions import ValidationError

from local_aws.services.sagemaker.search.ranges import (
    CategoricalRange,
    ContinuousRange,
    IntegerRange,
    Range,
    Space,
)


def space_of(request: Mapping[str, Any]) -> Space:
    """The ranges to search; ValidationError for one that is none."""
    return Space(tuple(_ranges(request["HyperParameterTuningJobConfig"].get("ParameterRanges", {}))))


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
