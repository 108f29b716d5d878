"""Verdicts on classes where the truth is known: equally many rows of two, one of 20, and five classes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from xgboost import XGBClassifier

from bakeoff.domain.statistics.bootstrap import PairedDifference, bootstrap_moments
from bakeoff.domain.statistics.claim import Claim
from bakeoff.domain.statistics.classification.answers import Answers
from bakeoff.domain.statistics.classification.contributions import contributions
from bakeoff.domain.statistics.classification.metrics import contribution_moments
from bakeoff.domain.statistics.registry import METRICS_OF
from bakeoff.domain.statistics.resampling import Array
from bakeoff.domain.verdict.options import MIN_CLASS_ROWS, Candidate, VerdictOptions
from bakeoff.domain.verdict.reach import reach_verdict
from benchmarks.verdict.abalone import SEED, XGBOOST_SEEDS
from benchmarks.verdict.rates import Rate

METRICS = tuple(METRICS_OF["classification"])
DRAWS = 200
# Fewer than the product's change single p-values, not how often they are right: (resamples + 1) * 5% is whole
# (Davison and Hinkley 1997, section 4.2.5).
RESAMPLES = 999
POPULATION = 100_000
FEATURES = 8
CONFIDENCE = 0.95
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Kind:
    """Classes by their `shares`; data sets have `train_rows` and `test_rows`; intervals are judged on samples
    of `sizes` rows.
    """

    name: str
    shares: tuple[float, ...]
    train_rows: int
    test_rows: int
    sizes: tuple[int, ...]

    @property
    def classes(self) -> int:
        return len(self.shares)


@dataclass(frozen=True)
class Samples:
    """`count` samples, drawn with the numbers from `first` on."""

    count: int = 1000
    seed: int = SEED
    first: int = 0


# Test rows are to training rows as 15% to 70%.
KINDS = (
    Kind("two classes, 1 : 1", (0.5, 0.5), 1400, 300, (100, 600)),
    Kind("two classes, 20 : 1", (20 / 21, 1 / 21), 2800, 600, (600, 1000)),
    Kind("five classes", (0.2,) * 5, 1400, 300, (200, 600)),
)
# 1,000 samples of five classes covered 92.9% in one metric: chance, as more of them showed.
MORE_SAMPLES = replace(KINDS[2], sizes=(200,)), Samples(3000, 991, 1)


def judge_seeds(kind: Kind) -> dict[str, Any]:
    """How often one of two trainings of the same algorithm, with other seeds, wins: when any lead counts, and
    with the margin; each on rows of its own.
    """
    counts = {metric: [0, 0, 0] for metric in METRICS}
    for number in range(DRAWS):
        for metric, outcome in _seeds(kind, np.random.default_rng([SEED, kind.classes, number])).items():
            counts[metric] = [count + found for count, found in zip(counts[metric], outcome, strict=True)]
    return {
        "kind": kind.name,
        "train_rows": kind.train_rows,
        "test_rows": kind.test_rows,
        **{
            metric: {
                name: Rate(count, DRAWS).as_dict()
                for name, count in zip(("unlike_models", "any_lead", "with_margin"), found, strict=True)
            }
            for metric, found in counts.items()
        },
    }


def _seeds(kind: Kind, draw: np.random.Generator) -> dict[str, tuple[bool, bool, bool]]:
    features, labels = _rows(kind, kind.train_rows, draw)
    test_features, actual = _rows(kind, kind.test_rows, draw)
    one, other = (_answers(actual, _boosted(seed, features, labels, test_features)) for seed in XGBOOST_SEEDS)
    inflation = math.sqrt(1 + kind.test_rows / kind.train_rows)
    found = zip(METRICS, differences(one, other, inflation), strict=True)
    return {metric: _outcome(metric, kind, one, other, paired) for metric, paired in found}


def _outcome(
    metric: str, kind: Kind, one: Answers, other: Answers, paired: PairedDifference
) -> tuple[bool, bool, bool]:
    any_lead = paired.claim_p_value <= 1 - CONFIDENCE
    # A margin only takes winners away, so that the others need no verdict of their own.
    return paired.p_value <= 1 - CONFIDENCE, any_lead, any_lead and _wins(metric, kind, one, other)


def _wins(metric: str, kind: Kind, one: Answers, other: Answers) -> bool:
    field = [
        Candidate(name, each.predicted.astype(np.float64), probabilities=each.probabilities)
        for name, each in (("one", one), ("other", other))
    ]
    options = VerdictOptions(task="classification", metric=metric)
    names = [f"class {number}" for number in range(kind.classes)]
    actual = one.actual.astype(np.float64)
    return reach_verdict(actual, field, kind.train_rows, options, classes=names)["outcome"] == "winner"


def _boosted(seed: int, features: Array, labels: Labels, test_features: Array) -> Array:
    """The catalogue's XGBoost, for classes, in a third of the rounds, each thrice as large a step."""
    model = XGBClassifier(
        n_estimators=50,
        max_bin=64,
        max_depth=4,
        learning_rate=0.15,
        subsample=0.7,
        min_child_weight=6,
        random_state=seed,
        n_jobs=1,
    )
    model.fit(features, labels)
    found: Array = model.predict_proba(test_features).astype(np.float64)
    found /= found.sum(axis=1, keepdims=True)
    return found


def _rows(kind: Kind, rows: int, draw: np.random.Generator) -> tuple[Array, Labels]:
    """Features, and labels that depend on them, on two of them together and on chance."""
    features = draw.normal(0, 1, (rows, FEATURES))
    weights = np.random.default_rng([SEED, kind.classes]).normal(0, 1, (FEATURES, kind.classes))
    scores = features @ weights + np.outer(features[:, 0] * features[:, 1], weights[0])
    return features, _drawn(scores + np.log(kind.shares), draw)


def _drawn(scores: Array, draw: np.random.Generator) -> Labels:
    # The largest of scores with Gumbel noise is a draw by their softmax.
    found: Labels = np.argmax(scores + draw.gumbel(0, 1, scores.shape), axis=1)
    return found


def _answers(actual: Labels, probabilities: Array) -> Answers:
    return Answers(actual, np.argmax(probabilities, axis=1), probabilities, probabilities.shape[1])


def differences(one: Answers, other: Answers, inflation: float = 1.0, seed: int = SEED) -> list[Any]:
    """In every metric at once: resamples cost more than what is summed in them."""
    own, base = (np.column_stack([_contributed(metric, each) for metric in METRICS]) for each in (one, other))
    sample = contribution_moments(own - base, np.zeros(one.rows))
    claim = Claim(inflation=inflation)
    with threadpool_limits(1, "blas"):
        return bootstrap_moments(sample, confidence=CONFIDENCE, resamples=RESAMPLES, seed=seed, claim=claim)


def _contributed(metric: str, answers: Answers) -> Array:
    found = contributions(metric, answers)
    if found is None:
        raise ValueError(f"{metric} is undefined on these rows")
    return found.rows


def judge_intervals(kind: Kind, samples: Samples | None = None) -> Iterator[dict[str, Any]]:
    """How often intervals hold the known difference of two candidates, on simulated predictions: the shared
    part of their errors is larger than what sets them apart, as it is with trained models.
    """
    draw = np.random.default_rng([SEED, kind.classes])
    truth = draw.normal(0, 1.5, (POPULATION, kind.classes)) + np.log(kind.shares)
    actual, shared = _drawn(truth, draw), truth + draw.normal(0, 0.5, truth.shape)
    one, other = (
        _answers(actual, _softmax(shared + draw.normal(0, size, truth.shape))) for size in (0.5, 0.3)
    )
    known = np.array([_value(metric, one) - _value(metric, other) for metric in METRICS])
    for rows in kind.sizes:
        yield {"kind": kind.name, "rows": rows, **_covered(one, other, known, rows, samples or Samples())}


def _covered(one: Answers, other: Answers, known: Array, rows: int, samples: Samples) -> dict[str, Any]:
    missed = np.zeros((2, len(METRICS)), dtype=np.int64)
    for number in range(samples.count):
        draw = np.random.default_rng([samples.seed, rows, samples.first + number])
        place = _sample(one, rows, draw)
        found = differences(_at(one, place), _at(other, place), seed=number)
        centre, half = (np.array([getattr(each, what) for each in found]) for what in _PARTS)
        missed += np.vstack([centre + half < known, centre - half > known])
    return {
        metric: {
            **Rate(int(samples.count - missed[:, place].sum()), samples.count).as_dict(),
            "below": int(missed[0, place]),
            "above": int(missed[1, place]),
        }
        for place, metric in enumerate(METRICS)
    }


_PARTS = ("difference", "half_width")


def _sample(population: Answers, rows: int, draw: np.random.Generator) -> Labels:
    """Rows of which there are enough of every class: of others there is no interval."""
    while True:
        found = draw.integers(0, population.rows, rows)
        counts = np.bincount(population.actual[found], minlength=population.classes)
        if counts.min() >= MIN_CLASS_ROWS:
            return found


def _at(answers: Answers, rows: Labels) -> Answers:
    assert answers.probabilities is not None
    return Answers(
        answers.actual[rows], answers.predicted[rows], answers.probabilities[rows], answers.classes
    )


def _value(metric: str, answers: Answers) -> float:
    found = contributions(metric, answers)
    return math.nan if found is None else found.value


def _softmax(scores: Array) -> Array:
    found: Array = np.exp(scores - scores.max(axis=1, keepdims=True))
    found /= found.sum(axis=1, keepdims=True)
    return found
