"""What a threshold on a class's probability trades: the ROC and the precision-recall curve, as lines.

Rows with equal probabilities fall on the same side of every threshold, so that together they are one step.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np

from bakeoff.domain.statistics.classification.answers import Answers, Indices
from bakeoff.domain.statistics.resampling import Array

MOST_POINTS = 200


@dataclass(frozen=True)
class Curve:
    """A line through the points (`x`, `y`), both of shape (m,), m >= 2, shares from 0 to 1; x never falls."""

    x: Array
    y: Array


def roc_curve(answers: Answers, positive: int = 1) -> Curve | None:
    """For every threshold, from above the highest probability of the class `positive` to the lowest one: the
    share of the other rows (FP / (FP + TN), x) and of the class's rows (TP / (TP + FN), y) at or above it.
    The area below is the class's ROC AUC; the diagonal is what guessing gets.

    None without probabilities, or without rows on both sides.
    Source: T. Fawcett (2006), An Introduction to ROC Analysis, Pattern Recognition Letters 27, 861-874.
    """
    counts = _counts(answers, positive)
    if counts is None:
        return None
    hits, alarms = counts
    return Curve(_from_zero(alarms / alarms[-1]), _from_zero(hits / hits[-1]))


def precision_recall_curve(answers: Answers, positive: int = 1) -> Curve | None:
    """For every threshold: the share of the rows of the class `positive` at or above it (recall,
    TP / (TP + FN), x) and which share of all rows there they are (precision, TP / (TP + FP), y), in steps: a
    precision holds for the recall that its threshold adds. The area below is the average precision; without
    skill the precision is the class's share of the rows.

    None without probabilities, or without rows on both sides.
    Source: J. Davis and M. Goadrich (2006), The Relationship between Precision-Recall and ROC Curves, ICML,
    233-240 (why a straight line between the points would promise too much).
    """
    counts = _counts(answers, positive)
    if counts is None:
        return None
    hits, alarms = counts
    recall, precision = _from_zero(hits / hits[-1]), np.repeat(hits / (hits + alarms), 2)
    return Curve(np.repeat(recall, 2)[1:-1], precision)


def average_precision(answers: Answers, positive: int = 1) -> float | None:
    """The sum over the thresholds of precision times added recall, 0 to 1; the class's share of the rows by
    guessing; higher is better. It is shown and never decides.

    None without probabilities, or without rows on both sides.
    Source: W. Su, Y. Yuan and M. Zhu (2015), A Relationship between the Average Precision and the Area Under
    the ROC Curve, ICTIR, 349-352; the sum is what scikit-learn's average_precision_score does.
    """
    curve = precision_recall_curve(answers, positive)
    return math.fsum(np.diff(curve.x) * curve.y[1:]) if curve else None


def thinned(curve: Curve, most: int = MOST_POINTS) -> Curve:
    """The curve through at most `most` of its points, `most` >= 2: each time the point that lies furthest
    from the line so far is added, until none is off it.

    Source: D. Douglas and T. Peucker (1973), Algorithms for the Reduction of the Number of Points Required to
    Represent a Digitized Line or its Caricature, Cartographica 10, 112-122.
    """
    last = len(curve.x) - 1
    kept, waiting = {0, last}, [_furthest(curve, 0, last)]
    while len(kept) < most and waiting[0][0] < 0:
        _, place, first, last = heapq.heappop(waiting)
        kept.add(place)
        for part in ((first, place), (place, last)):
            heapq.heappush(waiting, _furthest(curve, *part))
    places = sorted(kept)
    return Curve(curve.x[places], curve.y[places])


def _counts(answers: Answers, positive: int) -> tuple[Indices, Indices] | None:
    """How many rows of the class, and of the others, are at or above each threshold, highest first."""
    of_class = answers.actual == positive
    if answers.probabilities is None or of_class.all() or not of_class.any():
        return None
    scores = answers.probabilities[:, positive]
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    ends = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), len(ordered) - 1)
    hits = np.cumsum(of_class[order])[ends]
    return hits, ends + 1 - hits


def _from_zero(shares: Array) -> Array:
    return np.concatenate(([0.0], shares))


def _furthest(curve: Curve, first: int, last: int) -> tuple[float, int, int, int]:
    """Minus the squared distance from the straight line between two points of that point between them which
    is furthest away, its place, and theirs; 0 where all lie on it.
    """
    x, y = curve.x[first : last + 1] - curve.x[first], curve.y[first : last + 1] - curve.y[first]
    length = x[-1] ** 2 + y[-1] ** 2
    along = np.clip((x * x[-1] + y * y[-1]) / length, 0, 1) if length else np.zeros(len(x))
    distances = (x - along * x[-1]) ** 2 + (y - along * y[-1]) ** 2
    place = int(np.argmax(distances))
    off = float(distances[place])
    # What is less than a rounding error is none.
    return (-off if off > 1e-24 else 0.0), first + place, first, last
