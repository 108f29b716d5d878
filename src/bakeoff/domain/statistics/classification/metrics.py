"""All metrics of one candidate's answers, and the moments that judge differences between candidates."""

from __future__ import annotations

import numpy as np

from bakeoff.domain.statistics.classification.answers import Answers
from bakeoff.domain.statistics.classification.calibration import calibration_error
from bakeoff.domain.statistics.classification.contributions import contributions
from bakeoff.domain.statistics.clusters import Clusters
from bakeoff.domain.statistics.delta_method import plain_moments
from bakeoff.domain.statistics.moments import Moments
from bakeoff.domain.statistics.registry import METRICS_OF
from bakeoff.domain.statistics.resampling import Array

CALIBRATION_ERROR = "calibration_error"


def measure_classes(answers: Answers) -> dict[str, float | None]:
    """Every metric of classification by its key, and the expected calibration error, which decides nothing.

    None where the answers hold no probabilities for it, or the rows leave it undefined.
    """
    found = {key: contributions(key, answers) for key in METRICS_OF["classification"]}
    values = {key: own.value if own else None for key, own in found.items()}
    return {**values, CALIBRATION_ERROR: calibration_error(answers)}


def contribution_moments(rivals: Array, reference: Array, clusters: Clusters | None = None) -> Moments:
    """What resampling needs of the K candidates' contributions `rivals`, shape (n, K), to a metric, and the
    reference's, shape (n,); `clusters` as `delta_method.moments` takes them.
    """
    gaps = rivals - reference[:, None]
    return plain_moments(gaps, np.ones(gaps.shape[1]), clusters or Clusters.of(None, len(reference)))
