"""A range of values of one hyperparameter: where a number of [0, 1] lies in it, and the reverse.

Values are text, as SageMaker hands them to a container.
Source: "Define Hyperparameter Ranges" and "Hyperparameter scaling" in the SageMaker developer guide.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

# What AWS's Auto goes by is not documented: here, three orders of magnitude are searched by their logarithm.
_MANY_ORDERS = 1000.0


@dataclass(frozen=True)
class Scale:
    """`forward` maps a value to where the search is uniform, and `back` the other way."""

    forward: Callable[[float], float]
    back: Callable[[float], float]


SCALES: Mapping[str, Scale] = {
    "Linear": Scale(float, float),
    "Logarithmic": Scale(math.log, math.exp),
    "ReverseLogarithmic": Scale(lambda value: -math.log1p(-value), lambda place: -math.expm1(-place)),
}


def scale_of(name: str, low: float, high: float) -> Scale:
    """The scale of a ScalingType for a range from `low` to `high`."""
    if name == "Auto":
        name = "Logarithmic" if low > 0 and high / low >= _MANY_ORDERS else "Linear"
    return SCALES[name]


class Range(Protocol):
    """One hyperparameter. `width` numbers encode a value of it."""

    @property
    def name(self) -> str: ...

    @property
    def width(self) -> int: ...

    def at(self, place: float) -> str:
        """The value at `place` of [0, 1]."""

    def encode(self, value: str) -> Sequence[float]:
        """Numbers of [0, 1], near each other for values near each other."""


@dataclass(frozen=True)
class _Interval:
    """Numbers from `low` to `high`; the scale goes `margin` beyond either."""

    name: str
    low: float
    high: float
    scaling: str = "Auto"
    width: ClassVar[int] = 1
    margin: ClassVar[float] = 0.0

    def encode(self, value: str) -> Sequence[float]:
        scale, start, end = self._ends()
        return [(scale.forward(float(value)) - start) / (end - start)]

    def _number(self, place: float) -> float:
        scale, start, end = self._ends()
        return scale.back(start + place * (end - start))

    def _ends(self) -> tuple[Scale, float, float]:
        scale = scale_of(self.scaling, self.low, self.high)
        return scale, scale.forward(self.low - self.margin), scale.forward(self.high + self.margin)


class ContinuousRange(_Interval):
    def at(self, place: float) -> str:
        # Rounding may lead out of the range by a last digit.
        return repr(float(min(max(self._number(place), self.low), self.high)))


class IntegerRange(_Interval):
    """Each number has its share of the scale: from half a one below to half a one above."""

    margin = 0.5

    def at(self, place: float) -> str:
        nearest = math.floor(self._number(place) + self.margin)
        return str(int(min(max(nearest, self.low), self.high)))


@dataclass(frozen=True)
class CategoricalRange:
    name: str
    values: tuple[str, ...]

    @property
    def width(self) -> int:
        return len(self.values)

    def at(self, place: float) -> str:
        return self.values[min(int(place * len(self.values)), len(self.values) - 1)]

    def encode(self, value: str) -> Sequence[float]:
        return [float(value == each) for each in self.values]


@dataclass(frozen=True)
class Space:
    """All the ranges of a tuning job."""

    ranges: tuple[Range, ...]

    def at(self, places: Sequence[float]) -> dict[str, str]:
        """The values at one place of [0, 1] in each range."""
        return {each.name: each.at(place) for each, place in zip(self.ranges, places, strict=True)}

    def encode(self, values: Mapping[str, str]) -> list[float]:
        """A point of the unit cube, (dimensions,)."""
        return [number for each in self.ranges for number in each.encode(values[each.name])]

    @property
    def dimensions(self) -> int:
        return sum(each.width for each in self.ranges)
