"""How much worse a metric becomes when predictions are made of worse features, with an interval.

Plain Python, because the scoring function carries no numeric packages: it has a few hundred rows.

    metric             loss of a row            how much worse
    rmse               squared error            sqrt(worse) - sqrt(own)
    mae                absolute error           worse - own
    r2                 squared error            (worse - own) / variance of the labels
    relative_accuracy  relative absolute error  100 (worse - own), over the rows whose label is not 0

where own and worse are mean losses. Each is a smooth function of means over rows, so its standard error is
that of its influence function's mean (the delta method), of sums over clusters where rows are one piece of
evidence. Metrics of classes bring their influences (`statistics.classification.influences`).
Sources: B. Efron and R. Tibshirani (1993), An Introduction to the Bootstrap, chapter 21; for clusters K.-Y.
Liang and S. Zeger (1986), Biometrika 73, 13-22.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from bakeoff.domain.statistics.classification.influences import BY_CLASS, ClassedRows, influences
from bakeoff.domain.statistics.registry import metric_of

METRICS = ("rmse", "mae", "r2", "relative_accuracy")
# Of fewer, no interval can be told.
LEAST_CLUSTERS = 6


@dataclass(frozen=True)
class LossIncrease:
    """`increase` and the interval's `half_width` (None where there are too few clusters), in the metric's
    unit; positive where the metric is worse.
    """

    increase: float
    half_width: float | None


def loss_increase(
    metric: str,
    actual: Sequence[float],
    predicted: Sequence[float],
    worse: Sequence[Sequence[float]],
    clusters: Sequence[int],
    confidence: float,
) -> LossIncrease | None:
    """`worse` are other predictions of the same rows, one sequence for each repetition, whose losses are
    averaged row by row; `actual`, `predicted` and `clusters` (a label for each row) have the shape (n,).

    None where the metric is undefined, or a loss beyond the range of floats. Raises ValueError for a metric
    that is none of METRICS.
    """
    if metric not in METRICS:
        raise ValueError(f"the metric {metric!r} has no loss here; choose one of {', '.join(METRICS)}")
    kept = [row for row, label in enumerate(actual) if label or metric != "relative_accuracy"]
    labels = [actual[row] for row in kept]
    own = [_loss(metric, predicted[row], actual[row]) for row in kept]
    # By differences, so that equal predictions are exactly no worse.
    gaps = [
        math.fsum(_loss(metric, each[row], actual[row]) - base for each in worse) / len(worse)
        for row, base in zip(kept, own, strict=True)
    ]
    other = [base + gap for base, gap in zip(own, gaps, strict=True)]
    if not kept or not all(map(math.isfinite, (*own, *other))):
        return None
    found = _influences(metric, own, other, labels)
    if found is None:
        return None
    increase, influences = found
    half_width = _half_width(influences, [clusters[row] for row in kept], confidence)
    return LossIncrease(increase, half_width)


def class_loss_increase(
    metric: str, own: ClassedRows, worse: Sequence[ClassedRows], clusters: Sequence[int], confidence: float
) -> LossIncrease | None:
    """The same of classes: `own` are answers, `worse` others to the same rows, one for each repetition, whose
    metrics are averaged. Where the metric is a mean over classes, an interval takes LEAST_CLUSTERS of each.

    None where the metric is undefined.
    """
    sign = 1 if metric_of("classification", metric).lower_is_better else -1
    before, after = influences(metric, own), [influences(metric, each) for each in worse]
    defined = [each for each in after if each is not None]
    if before is None or len(defined) < len(after):
        return None
    # By differences, so that equal answers are exactly no worse.
    increase = sign * math.fsum(value - before[0] for value, _ in defined) / len(defined)
    repeats = zip(*(rows for _, rows in defined), strict=True)
    gaps = [
        sign * math.fsum(each - base for each in row) / len(row)
        for base, row in zip(before[1], repeats, strict=True)
    ]
    if metric in BY_CLASS and not _all_classes_judge(own, clusters):
        return LossIncrease(increase, None)
    return LossIncrease(increase, _half_width(gaps, clusters, confidence))


def _all_classes_judge(rows: ClassedRows, clusters: Sequence[int]) -> bool:
    kept: defaultdict[int, set[int]] = defaultdict(set)
    for label, cluster in zip(rows.actual, clusters, strict=True):
        kept[label].add(cluster)
    return min(map(len, kept.values())) >= LEAST_CLUSTERS


def _loss(metric: str, predicted: float, actual: float) -> float:
    error = predicted - actual
    if metric == "mae":
        return abs(error)
    return 100 * abs(error / actual) if metric == "relative_accuracy" else error * error


def _influences(
    metric: str, own: Sequence[float], other: Sequence[float], labels: Sequence[float]
) -> tuple[float, list[float]] | None:
    """How much worse the metric is, and each row's part in that, about 0."""
    size = len(own)
    before, after = math.fsum(own) / size, math.fsum(other) / size
    pairs = list(zip(own, other, strict=True))
    if metric == "rmse":
        # A loss of exactly 0 has an influence of 0.
        first, second = (0.5 / math.sqrt(mean) if mean else 0.0 for mean in (before, after))
        influences = [second * (worse - after) - first * (better - before) for better, worse in pairs]
        return math.sqrt(after) - math.sqrt(before), influences
    if metric != "r2":
        return after - before, [(worse - after) - (better - before) for better, worse in pairs]
    mean = math.fsum(labels) / size
    squares = [(label - mean) ** 2 for label in labels]
    spread = math.fsum(squares) / size
    if min(labels) == max(labels) or not spread:
        return None
    drop = (after - before) / spread
    influences = [
        ((worse - after) - (better - before) - drop * (square - spread)) / spread
        for (better, worse), square in zip(pairs, squares, strict=True)
    ]
    return drop, influences


def _half_width(influences: Sequence[float], clusters: Sequence[int], confidence: float) -> float | None:
    sums: defaultdict[int, float] = defaultdict(float)
    for cluster, influence in zip(clusters, influences, strict=True):
        sums[cluster] += influence
    count = len(sums)
    if count < LEAST_CLUSTERS:
        return None
    variance = count / (count - 1) * math.fsum(value * value for value in sums.values())
    return t_quantile(0.5 + confidence / 2, count - 1) * math.sqrt(variance) / len(influences)


def t_quantile(probability: float, freedom: int) -> float:
    """Of Student's t, to three digits from five degrees of freedom on.

    Source: M. Abramowitz and I. Stegun (1964), Handbook of Mathematical Functions, 26.7.5.
    """
    z = NormalDist().inv_cdf(probability)
    terms = (
        z,
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return math.fsum(term / math.pow(freedom, power) for power, term in enumerate(terms))
