"""Whether probabilities mean what they say: of the rows answered with 80% confidence, are 80% right?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bakeoff.domain.statistics.classification.answers import Answers
from bakeoff.domain.statistics.resampling import Array

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Rows of about the same confidence: how many, the mean of it, and the share that is right; the same of
    the probability of one class, and the share that is of it.
    """

    rows: int
    confidence: float
    accuracy: float


def reliability(answers: Answers, bins: int = BINS) -> list[Bin] | None:
    """The rows by the probability of their answer, in `bins` equal parts of 0 to 1, the empty ones left out.

    None without probabilities.
    """
    if answers.probabilities is None:
        return None
    return _binned(answers.probabilities[np.arange(answers.rows), answers.predicted], answers.hits, bins)


def class_reliability(answers: Answers, positive: int = 1, bins: int = BINS) -> list[Bin] | None:
    """The rows by the probability of the class `positive`, in `bins` equal parts of 0 to 1, the empty ones
    left out: is the class as frequent as its probability says?

    None without probabilities.
    Source: A. Murphy and R. Winkler (1977), Reliability of Subjective Probability Forecasts of Precipitation
    and Temperature, Applied Statistics 26, 41-47.
    """
    if answers.probabilities is None:
        return None
    return _binned(answers.probabilities[:, positive], np.equal(answers.actual, positive), bins)


def calibration_error(answers: Answers, bins: int = BINS) -> float | None:
    """The expected calibration error: the mean over the rows of |accuracy - confidence| of their bin, 0 to 1,
    lower is better. It is shown and never decides: it depends on the bins, is biased on few rows, and a
    model that always answers the classes' shares has none.

    None without probabilities.
    Sources: M. Naeini, G. Cooper and M. Hauskrecht (2015), Obtaining Well Calibrated Probabilities Using
    Bayesian Binning, AAAI, 2901-2907; C. Guo, G. Pleiss, Y. Sun and K. Weinberger (2017), On Calibration of
    Modern Neural Networks, ICML, 1321-1330.
    """
    found = reliability(answers, bins)
    if found is None:
        return None
    return math.fsum(each.rows * abs(each.accuracy - each.confidence) for each in found) / answers.rows


def _binned(confidence: Array, right: NDArray[np.bool_], bins: int) -> list[Bin]:
    places = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    rows = np.bincount(places, minlength=bins)
    confident, true = (np.bincount(places, what, bins) for what in (confidence, right))
    return [
        Bin(int(rows[place]), float(confident[place] / rows[place]), float(true[place] / rows[place]))
        for place in np.flatnonzero(rows)
    ]
