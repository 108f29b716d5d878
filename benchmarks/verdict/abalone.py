"""Verdicts on many random 70/15/15 splits of Abalone, beside the sample's rule of three random rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import xgboost
import yaml
from sklearn.datasets import load_svmlight_file

from bakeoff.domain.statistics.delta_method import moments
from bakeoff.domain.statistics.metrics import measure
from bakeoff.domain.statistics.resampling import Array
from bakeoff.domain.verdict.options import Candidate, VerdictOptions
from bakeoff.domain.verdict.reach import reach_verdict
from benchmarks.verdict.rates import Rate

RUNS = 200
SEED = 20261123
TRAIN_SHARE, TEST_SHARE = 0.70, 0.15
XGBOOST_SEEDS = (20, 21)
DRAWS = 1000  # of three rows, in each run
CATALOGUE = Path(__file__).parents[2] / "src" / "bakeoff" / "catalogue" / "algorithms.yaml"


@dataclass(frozen=True)
class Split:
    """Features of shape (n, d) and labels of shape (n,)."""

    features: Array
    labels: Array
    test_features: Array
    test_labels: Array

    def least_squares(self) -> Array:
        weights = np.linalg.lstsq(_with_intercept(self.features), self.labels, rcond=None)[0]
        return np.asarray(_with_intercept(self.test_features) @ weights)

    def mean(self) -> Array:
        return np.full(len(self.test_labels), self.labels.mean())

    def boosted(self, seed: int) -> Array:
        parameters = dict(yaml.safe_load(CATALOGUE.read_text("utf-8"))["xgboost"]["hyperparameters"])
        rounds = int(parameters.pop("num_round"))
        parameters |= {"seed": seed, "nthread": 1, "tree_method": "hist"}
        model = xgboost.train(parameters, xgboost.DMatrix(self.features, self.labels), rounds)
        return np.asarray(model.predict(xgboost.DMatrix(self.test_features)), dtype=np.float64)


@dataclass(frozen=True)
class Run:
    """The test labels of one split and everybody's predictions of them, all of shape (n,)."""

    train_rows: int
    actual: Array
    xgboost: Array
    xgboost_again: Array
    least_squares: Array
    mean: Array


def splits(data: Path, seed: int) -> Iterator[Split]:
    features, labels = load_svmlight_file(str(data))
    table = features.toarray()
    for number in range(RUNS):
        order = np.random.default_rng([seed, number]).permutation(len(labels))
        train = order[: int(TRAIN_SHARE * len(labels))]
        test = order[-int(TEST_SHARE * len(labels)) :]
        yield Split(table[train], labels[train], table[test], labels[test])


def runs(data: Path, seed: int) -> Iterator[Run]:
    for split in splits(data, seed):
        first, second = (split.boosted(own) for own in XGBOOST_SEEDS)
        yield Run(
            train_rows=len(split.labels),
            actual=split.test_labels,
            xgboost=first,
            xgboost_again=second,
            least_squares=split.least_squares(),
            mean=split.mean(),
        )


def _with_intercept(features: Array) -> Array:
    return np.column_stack([np.ones(len(features)), features])


def judge_runs(data: Path, seed: int) -> dict[str, Any]:
    """How often each verdict falls, over all runs."""
    same, plain, rivals = Tally(), Tally(), Tally()
    rule = Counter[str]()
    for number, run in enumerate(runs(data, seed)):
        same.add(run, seed_20=run.xgboost, seed_21=run.xgboost_again)
        plain.add(run, least_squares=run.least_squares, mean=run.mean)
        rivals.add(run, xgboost=run.xgboost, least_squares=run.least_squares)
        rule.update(_three_rows(run, np.random.default_rng([seed, number, 3])))
    draws = RUNS * DRAWS
    return {
        "runs": RUNS,
        "seed": seed,
        "xgboost_seeds": XGBOOST_SEEDS,
        "same_algorithm_twice": same.as_dict(),
        "least_squares_against_mean": plain.as_dict(),
        "xgboost_against_least_squares": rivals.as_dict(),
        "three_row_rule": {"draws": draws, **{key: count / draws for key, count in rule.items()}},
    }


@dataclass
class Tally:
    """Verdicts on pairs; `unlike_models` and `without_margin` count how often there were winners if the
    trained models alone were judged, and if training were allowed for but any lead counted.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    unlike_models: int = 0
    without_margin: int = 0
    squared_differences: float = 0.0
    squared_errors: float = 0.0

    def add(self, run: Run, **predicted: Array) -> None:
        candidates = [Candidate(name, values) for name, values in predicted.items()]
        verdict = reach_verdict(run.actual, candidates, run.train_rows)
        [found] = verdict["comparisons"]
        wins = verdict["outcome"] == "winner"
        self.outcomes[f"winner: {verdict['best']}" if wins else verdict["outcome"]] += 1
        unlike = (found["p_value"] or 0.0) <= VerdictOptions().alpha
        self.unlike_models += unlike
        # The claim never has the smaller p-value.
        self.without_margin += wins or (unlike and _wins_by_any_lead(run, candidates))
        self._compare(run.actual, *predicted.values())

    def _compare(self, actual: Array, one: Array, other: Array) -> None:
        whole = moments("rmse", actual, one[:, None], other)
        difference, error = whole.differences(np.ones((1, whole.clusters)))
        self.squared_differences += float((difference * whole.units).item() ** 2)
        self.squared_errors += float((error * whole.units).item() ** 2)

    def as_dict(self) -> dict[str, Any]:
        """`variance_ratio`: the mean squared difference over splits and trainings in units of what the test
        rows account for; 1 for equal algorithms whose training adds nothing.
        """
        winners = sum(count for outcome, count in self.outcomes.items() if outcome.startswith("winner"))
        return {
            **self.outcomes,
            "winners": Rate(winners, RUNS).as_dict(),
            "winners_without_margin": Rate(self.without_margin, RUNS).as_dict(),
            "unlike_models": Rate(self.unlike_models, RUNS).as_dict(),
            "variance_ratio": self.squared_differences / self.squared_errors,
        }


def _wins_by_any_lead(run: Run, candidates: Sequence[Candidate]) -> bool:
    any_lead = VerdictOptions(equivalence_margin=0)
    return bool(reach_verdict(run.actual, candidates, run.train_rows, any_lead)["outcome"] == "winner")


def _three_rows(run: Run, draw: np.random.Generator) -> Counter[str]:
    """The sample's rule: each algorithm predicts three random rows of its own; the higher accuracy wins."""
    boosted, linear = (_accuracies(run.actual, values, draw) for values in (run.xgboost, run.least_squares))
    truth = _rmse(run.actual, run.xgboost) < _rmse(run.actual, run.least_squares)
    names_boosted = boosted > linear
    return Counter(
        names_xgboost=int(np.count_nonzero(names_boosted)),
        names_least_squares=int(np.count_nonzero(~names_boosted)),
        contradicts_the_whole_test_set=int(np.count_nonzero(names_boosted != truth)),
    )


def _accuracies(actual: Array, predicted: Array, draw: np.random.Generator) -> Array:
    rows = draw.random((DRAWS, len(actual))).argpartition(3, axis=1)[:, :3]
    shares = 100 * (1 - np.abs((predicted - actual) / actual))
    accuracies: Array = shares[rows].mean(axis=1)
    return accuracies


def _rmse(actual: Array, predicted: Array) -> float:
    return measure(actual.tolist(), predicted.tolist()).rmse
