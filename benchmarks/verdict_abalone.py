"""Verdicts on many random 70/15/15 splits of Abalone, beside the sample's rule of three random rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xgboost
import yaml
from sklearn.datasets import load_svmlight_file

from bakeoff.domain.metrics import measure
from bakeoff.domain.resampling import Array
from bakeoff.domain.verdict import Contender, reach_verdict
from benchmarks.rates import Rate

RUNS = 200
SEED = 20261123
TRAIN_SHARE, TEST_SHARE = 0.70, 0.15
XGBOOST_SEEDS = (20, 21)
DRAWS = 1000  # of three rows, in each run
CATALOGUE = Path(__file__).parents[1] / "src" / "bakeoff" / "catalogue" / "algorithms.yaml"


@dataclass(frozen=True)
class Run:
    """The test labels of one split and everybody's predictions of them, all of shape (n,)."""

    actual: Array
    xgboost: Array
    xgboost_again: Array
    least_squares: Array
    mean: Array


def runs(data: Path, seed: int) -> Iterator[Run]:
    features, labels = load_svmlight_file(str(data))
    table = features.toarray()
    for number in range(RUNS):
        order = np.random.default_rng([seed, number]).permutation(len(labels))
        train = order[: int(TRAIN_SHARE * len(labels))]
        test = order[-int(TEST_SHARE * len(labels)) :]
        yield _run(table[train], labels[train], table[test], labels[test])


def _run(features: Array, labels: Array, test_features: Array, test_labels: Array) -> Run:
    first, second = (_boosted(features, labels, test_features, seed) for seed in XGBOOST_SEEDS)
    weights = np.linalg.lstsq(_with_intercept(features), labels, rcond=None)[0]
    return Run(
        actual=test_labels,
        xgboost=first,
        xgboost_again=second,
        least_squares=_with_intercept(test_features) @ weights,
        mean=np.full(len(test_labels), labels.mean()),
    )


def _boosted(features: Array, labels: Array, test_features: Array, seed: int) -> Array:
    parameters = dict(yaml.safe_load(CATALOGUE.read_text("utf-8"))["xgboost"]["hyperparameters"])
    rounds = int(parameters.pop("num_round"))
    parameters |= {"seed": seed, "nthread": 1, "tree_method": "hist"}
    model = xgboost.train(parameters, xgboost.DMatrix(features, labels), rounds)
    return np.asarray(model.predict(xgboost.DMatrix(test_features)), dtype=np.float64)


def _with_intercept(features: Array) -> Array:
    return np.column_stack([np.ones(len(features)), features])


def judge_runs(data: Path, seed: int) -> dict[str, Any]:
    """How often each verdict falls, over all runs."""
    same, plain, rivals, rule = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for number, run in enumerate(runs(data, seed)):
        same[_verdict(run.actual, seed_20=run.xgboost, seed_21=run.xgboost_again)] += 1
        plain[_verdict(run.actual, least_squares=run.least_squares, mean=run.mean)] += 1
        rivals[_verdict(run.actual, xgboost=run.xgboost, least_squares=run.least_squares)] += 1
        rule.update(_three_rows(run, np.random.default_rng([seed, number, 3])))
    false_winners = RUNS - same["tie"] - same["inconclusive"]
    draws = RUNS * DRAWS
    return {
        "runs": RUNS,
        "seed": seed,
        "xgboost_seeds": XGBOOST_SEEDS,
        "same_algorithm_twice": {**same, "false_winners": Rate(false_winners, RUNS).as_dict()},
        "least_squares_against_mean": dict(plain),
        "xgboost_against_least_squares": dict(rivals),
        "three_row_rule": {"draws": draws, **{key: count / draws for key, count in rule.items()}},
    }


def _verdict(actual: Array, **predicted: Array) -> str:
    """The winner, or else the outcome."""
    verdict = reach_verdict(actual, [Contender(name, values) for name, values in predicted.items()])
    return f"winner: {verdict['best']}" if verdict["outcome"] == "winner" else str(verdict["outcome"])


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
