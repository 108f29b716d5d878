"""Regression metrics over paired actual and predicted values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bakeoff.domain.statistics.registry import LOWER_IS_BETTER as LOWER_IS_BETTER


@dataclass(frozen=True)
class Metrics:
    """Errors in the label's unit; `r2` at most 1; `relative_accuracy` in percent. None where the labels
    leave it undefined, or so nearly that it is no finite number.
    """

    rmse: float
    mae: float
    r2: float | None
    relative_accuracy: float | None

    def as_dict(self) -> dict[str, float | None]:
        return asdict(self)


def measure(actual: Sequence[float], predicted: Sequence[float]) -> Metrics:
    """Metrics of n predictions, both sequences of shape (n,), n >= 1.

    `r2` is the coefficient of determination 1 - SSE / SST, None when all labels are equal.
    `relative_accuracy` is the original sample's accuracy, the mean of
    100 * (1 - |predicted - actual| / |actual|) over the rows whose label is not zero.

    Raises ValueError when the lengths differ or nothing was predicted, OverflowError when a prediction is
    so far off that its squared error is beyond the range of floats.
    """
    if not actual:
        raise ValueError("metrics need at least one prediction")
    errors = [p - a for a, p in zip(actual, predicted, strict=True)]
    squared = math.fsum(e**2 for e in errors)
    if math.isinf(squared):
        raise OverflowError("a squared error is beyond the range of floats")
    return Metrics(
        rmse=math.sqrt(squared / len(errors)),
        mae=math.fsum(map(abs, errors)) / len(errors),
        r2=_r2(actual, squared),
        relative_accuracy=_relative_accuracy(actual, errors),
    )


def _r2(actual: Sequence[float], squared_error: float) -> float | None:
    # The mean of equal labels may differ from them by rounding, which would pass for a spread.
    if min(actual) == max(actual):
        return None
    mean = math.fsum(actual) / len(actual)
    total = math.fsum((a - mean) ** 2 for a in actual)
    return _finite(1 - squared_error / total) if total else None


def _relative_accuracy(actual: Sequence[float], errors: Sequence[float]) -> float | None:
    shares = [100 * (1 - abs(e / a)) for a, e in zip(actual, errors, strict=True) if a]
    return _finite(math.fsum(shares) / len(shares)) if shares else None


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
