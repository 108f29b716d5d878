"""Whether probabilities mean what they say: of the rows answered with 80% confidence, are 80% right?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from bakeoff.domain.statistics.classification.answers import Answers

BINS = 10


@dataclass(frozen=True)
class Bin:
    """Rows of about the same probability: how many, the mean of it, and the share in which it came true."""

    rows: int
    predicted: float
    observed: float


def reliability(answers: Answers, bins: int = BINS) -> list[Bin] | None:
    """The rows by a probability, in `bins` equal parts of 0 to 1, the empty ones left out. Of two classes, it
    is that of the second one, and comes true in its rows; of more, it is that of the answer, and comes true
    where the answer is right. (Of two, the errors of both classes could cancel out in the answers.)

    None without probabilities.
    Source: A. Murphy and R. Winkler (1977), Reliability of Subjective Probability Forecasts of Precipitation
    and Temperature, Applied Statistics 26, 41-47.
    """
    if answers.probabilities is None:
        return None
    if answers.classes == 2:
        predicted, true = answers.probabilities[:, 1], np.equal(answers.actual, 1)
    else:
        predicted, true = answers.probabilities[np.arange(answers.rows), answers.predicted], answers.hits
    places = np.minimum((predicted * bins).astype(np.int64), bins - 1)
    rows = np.bincount(places, minlength=bins)
    promised, found = (np.bincount(places, what, bins) for what in (predicted, true))
    return [
        Bin(int(rows[place]), float(promised[place] / rows[place]), float(found[place] / rows[place]))
        for place in np.flatnonzero(rows)
    ]


def calibration_error(answers: Answers, bins: int = BINS) -> float | None:
    """The expected calibration error: the mean over the rows of |observed - predicted| of their bin, 0 to 1,
    lower is better. It is shown and never decides: it depends on the bins, is biased on few rows, and a
    model that always answers the classes' shares has none.

    None without probabilities.
    Sources: M. Naeini, G. Cooper and M. Hauskrecht (2015), Obtaining Well Calibrated Probabilities Using
    Bayesian Binning, AAAI, 2901-2907 (of two classes); C. Guo, G. Pleiss, Y. Sun and K. Weinberger (2017), On
    Calibration of Modern Neural Networks, ICML, 1321-1330 (of more).
    """
    found = reliability(answers, bins)
    if found is None:
        return None
    return math.fsum(each.rows * abs(each.observed - each.predicted) for each in found) / answers.rows
