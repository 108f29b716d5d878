"""Verdicts under folds on shuffles of Abalone: the catalogue's XGBoost twice, and against least squares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_svmlight_file

from bakeoff.domain.statistics.clusters import Numbers
from bakeoff.domain.statistics.resampling import Array
from benchmarks.verdict.abalone import SEED, XGBOOST_SEEDS, Split
from benchmarks.verdict.folds.cases import FOLDS, Mask, fold_of, judged, trained_on
from benchmarks.verdict.folds.drawn import Data
from benchmarks.verdict.folds.rules import Judged, cell

SHUFFLES = 40
SAME, RIVALS = "XGBoost twice", "XGBoost against least squares"
KINDS = {SAME: "equal", RIVALS: "contest"}


def judge_abalone(data: Path, counts: Sequence[int] = FOLDS) -> Iterator[dict[str, Any]]:
    for count in counts:
        yield from records_of_shuffles(judge_shuffles(data, count))


def records_of_shuffles(found: Mapping[str, Sequence[Judged]]) -> Iterator[dict[str, Any]]:
    for pair, judgements in found.items():
        told = {"kind": KINDS[pair], "case": f"Abalone: {pair}", "metric": "rmse", "rows": 4177}
        yield told | cell(judgements)


def judge_shuffles(data: Path, count: int, shuffles: int = SHUFFLES) -> dict[str, list[Judged]]:
    """What each shuffle says of the same algorithm twice, and of the two algorithms."""
    features, labels = load_svmlight_file(str(data))
    known = Data(features.toarray(), labels, np.arange(len(labels)))
    same, rivals = [], []
    for number in range(shuffles):
        draw = np.random.default_rng([SEED, count, number])
        folds = fold_of(known.clusters, count, draw)
        trained = trained_on(known.clusters, folds, count, draw)
        first, second, linear = _out_of_fold(known, folds, trained)
        same.append(judged("regression", "rmse", known, folds, [first, second], number))
        rivals.append(judged("regression", "rmse", known, folds, [first, linear], number))
    return {SAME: same, RIVALS: rivals}


def _out_of_fold(data: Data, folds: Numbers, trained: Sequence[Mask]) -> list[Array]:
    found = [np.empty(len(data.labels)) for _ in range(3)]
    for fold, train in enumerate(trained):
        test = folds == fold
        split = Split(data.features[train], data.labels[train], data.features[test], data.labels[test])
        for own, predicted in zip(
            found, (*(split.boosted(seed) for seed in XGBOOST_SEEDS), split.least_squares()), strict=True
        ):
            own[test] = predicted
    return found
