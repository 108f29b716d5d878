"""Verdicts under folds where the truth is known: the same algorithm twice, and two that are equally good.

Every draw has rows of its own, so that what training on other rows changes is part of it. Candidates keep
their seed in all folds, as a run's do; each draw has other seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bakeoff.domain.statistics.bootstrap import bootstrap_moments
from bakeoff.domain.statistics.clusters import Clusters, Numbers
from bakeoff.domain.statistics.resampling import Array
from bakeoff.domain.verdict.measuring import measuring
from bakeoff.domain.verdict.options import Candidate, VerdictOptions
from benchmarks.verdict.abalone import SEED
from benchmarks.verdict.folds.drawn import (
    GROUPS,
    Data,
    Learner,
    boosted,
    classes,
    groups,
    least_squares,
    numbers,
    random_tree,
)
from benchmarks.verdict.folds.rules import TRAINED_OF_TWO, Judged, cell

DRAWS = 240
FOLDS, TWO = (5, 10), (2,)
# Fewer than the product's change single p-values, not how often they are right (benchmarks.verdict.classes).
RESAMPLES = 999
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Case:
    """Of the `kind` "equal" are pairs that are equally good by construction, of "seeded" those that one seed
    sets apart in all folds, and of "contest" others.
    """

    name: str
    rows: int
    draw: Callable[[int, np.random.Generator], Data]
    one: Learner
    other: Learner
    metrics: tuple[str, ...] = ("rmse",)
    task: Any = "regression"
    kind: str = "equal"
    seed_by_fold: bool = False


CLASS_METRICS = ("log_loss", "roc_auc", "accuracy")
FIRST, SECOND = slice(0, 4), slice(4, 8)
NORMAL = numbers(lambda draw, rows: draw.normal(0, 1.5, rows))
HEAVY = numbers(lambda draw, rows: draw.standard_t(2.5, rows))
LOGISTIC = "binary:logistic"
CASES = (
    Case("XGBoost twice, normal errors", 600, NORMAL, boosted(), boosted(), ("rmse", "mae", "r2")),
    Case("XGBoost twice, heavy-tailed errors", 600, HEAVY, boosted(), boosted(), ("rmse", "mae")),
    Case("a random tree twice", 600, NORMAL, random_tree, random_tree, seed_by_fold=True),
    Case("XGBoost on exchangeable columns", 600, NORMAL, boosted(FIRST), boosted(SECOND)),
    Case(
        f"least squares on exchangeable columns, {GROUPS} groups",
        600,
        groups,
        least_squares(FIRST),
        least_squares(SECOND),
    ),
    Case(
        "two classes, 1 : 1, XGBoost twice",
        600,
        classes,
        boosted(objective=LOGISTIC),
        boosted(objective=LOGISTIC),
        CLASS_METRICS,
        "classification",
    ),
    Case("a random tree twice, one seed in all folds", 600, NORMAL, random_tree, random_tree, kind="seeded"),
)


def fold_of(clusters: Numbers, folds: int, draw: np.random.Generator) -> Numbers:
    """Rows in equal numbers; groups as wholes at random, as a hash does, so that each fold has some."""
    groups = int(clusters.max()) + 1
    places: Numbers = draw.integers(0, folds, groups)
    while groups < len(clusters) and len(np.unique(places[clusters])) < folds:
        places = draw.integers(0, folds, groups)
    if groups == len(clusters):
        places = draw.permutation(groups) % folds
    return places[clusters]


def trained_on(clusters: Numbers, folds: Numbers, count: int, draw: np.random.Generator) -> list[Mask]:
    """For each fold the rows that its model learns from: what neither tests nor validates it. Of two folds,
    whole groups of the other one validate.
    """
    if count > 2:
        return [(folds != fold) & (folds != (fold + 1) % count) for fold in range(count)]
    trains = (draw.random(int(clusters.max()) + 1) < TRAINED_OF_TWO)[clusters]
    return [(folds != fold) & trains for fold in range(count)]


def _seeds(case: Case, seed: int, count: int) -> list[int]:
    return [1000 * fold + seed if case.seed_by_fold else seed for fold in range(count)]


def out_of_fold(
    data: Data, folds: Numbers, trained: Sequence[Mask], learner: Learner, seeds: Sequence[int]
) -> Array:
    """Predictions of every row by a model that learned from the `trained` rows of its fold, shape (n,)."""
    predicted = np.empty(len(data.labels))
    for fold, train in enumerate(trained):
        test = folds == fold
        predicted[test] = learner(data.features[train], data.labels[train], data.features[test], seeds[fold])
    return predicted


def judge_case(case: Case, count: int, draws: int = DRAWS) -> dict[str, list[Judged]]:
    """By metric, what each draw says of the pair under `count` folds."""
    found: dict[str, list[Judged]] = {metric: [] for metric in case.metrics}
    for number in range(draws):
        draw = np.random.default_rng([SEED, count, number, case.rows])
        data = case.draw(case.rows, draw)
        folds = fold_of(data.clusters, count, draw)
        trained = trained_on(data.clusters, folds, count, draw)
        pair = [
            out_of_fold(data, folds, trained, learner, _seeds(case, 2 * number + place, count))
            for place, learner in enumerate((case.one, case.other))
        ]
        for metric in case.metrics:
            found[metric].append(judged(case.task, metric, data, folds, pair, number))
    return found


def judged(task: Any, metric: str, data: Data, folds: Numbers, pair: Sequence[Array], seed: int) -> Judged:
    """The pair's difference on all rows, and in each fold."""
    options = VerdictOptions(metric=metric, task=task)
    names = ("no", "yes") if task == "classification" else ()
    whole = measuring(data.labels, options, names)
    one, other = (whole.measured(_candidate(task, own)) for own in pair)
    assert one.value is not None and other.value is not None
    sign = 1 if options.measured.lower_is_better else -1
    best, rival = (one, other) if sign * one.value <= sign * other.value else (other, one)
    clusters = Clusters.of(data.clusters, len(data.labels))
    moments = whole.moments(rival.by_row[:, None], best.by_row, clusters)
    [found] = bootstrap_moments(moments, confidence=0.95, resamples=RESAMPLES, seed=seed)
    by_fold = []
    for fold in range(int(folds.max()) + 1):
        own = folds == fold
        part = measuring(data.labels[own], options, names)
        values = [part.measured(_candidate(task, each[own])).value for each in pair]
        by_fold.append(np.nan if None in values else values[0] - values[1])  # type: ignore[operator]
    return Judged(
        found.difference,
        found.standard_error,
        found.half_width,
        options.measured.error_of(float(best.value or 0.0)),
        np.array(by_fold),
    )


def _candidate(task: Any, predicted: Array) -> Candidate:
    if task == "regression":
        return Candidate("one", predicted)
    probabilities = np.column_stack([1 - predicted, predicted])
    return Candidate("one", np.argmax(probabilities, axis=1).astype(float), probabilities=probabilities)


def records(found: Mapping[str, Sequence[Judged]], case: Case) -> Iterator[dict[str, Any]]:
    """What is kept of a case, one record a metric."""
    for metric, judgements in found.items():
        yield {"kind": case.kind, "case": case.name, "metric": metric, "rows": case.rows} | cell(judgements)


def judge_cases(counts: Sequence[int] = FOLDS) -> Iterator[dict[str, Any]]:
    for case in CASES:
        for count in counts:
            yield from records(judge_case(case, count), case)
