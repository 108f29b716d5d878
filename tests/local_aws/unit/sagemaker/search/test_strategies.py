"""Random search repeats, grid search is complete, Bayesian optimization learns."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping

import numpy as np
import pytest

from local_aws.services.sagemaker.search.grid_search import combinations
from local_aws.services.sagemaker.search.ranges import (
    CategoricalRange,
    ContinuousRange,
    IntegerRange,
    Space,
)
from local_aws.services.sagemaker.search.strategies import STRATEGIES
from local_aws.services.sagemaker.search.strategy import Observation, Strategy

MIXED = Space(
    (
        ContinuousRange("eta", 0.001, 1, "Logarithmic"),
        IntegerRange("depth", 1, 10, "Linear"),
        CategoricalRange("kind", ("a", "b", "c")),
    )
)
SEEDS = range(5)


def smooth(values: Mapping[str, str]) -> float:
    """Least, 0, at eta 0.05, depth 6, kind b."""
    eta, depth = np.log10(float(values["eta"]) / 0.05), (int(values["depth"]) - 6) / 9
    return float(eta**2 + 2 * depth**2 + (0.3 if values["kind"] != "b" else 0))


def search(
    strategy: Strategy, loss: Callable[[Mapping[str, str]], float | None], jobs: int
) -> list[Observation]:
    seen: list[Observation] = []
    while len(seen) < jobs and (values := strategy.next(seen)) is not None:
        seen.append(Observation(values, loss(values)))
    return seen


@pytest.mark.parametrize("name", ["Random", "Bayesian"])
def test_the_same_seed_searches_the_same_values(name: str) -> None:
    first, again, other = (search(STRATEGIES[name](MIXED, seed), smooth, 10) for seed in (3, 3, 4))

    assert first == again
    assert first != other


def test_without_a_seed_a_search_is_new_each_time() -> None:
    first, again = (STRATEGIES["Random"](MIXED, None).next([]) for _ in range(2))

    assert first != again


def test_a_grid_holds_every_combination_once() -> None:
    space = Space((CategoricalRange("a", ("1", "2", "3")), CategoricalRange("b", ("x", "y"))))

    seen = search(STRATEGIES["Grid"](space, None), smooth_of_nothing, 100)

    pairs = [(each.values["a"], each.values["b"]) for each in seen]
    assert pairs == [("1", "x"), ("1", "y"), ("2", "x"), ("2", "y"), ("3", "x"), ("3", "y")]
    assert combinations(space) == 6


def test_bayesian_optimization_beats_random_search_on_a_smooth_function() -> None:
    best = {
        name: np.array([_best(STRATEGIES[name](MIXED, seed)) for seed in SEEDS])
        for name in ("Random", "Bayesian")
    }

    assert np.median(best["Bayesian"]) < 0.2 * np.median(best["Random"])
    assert np.mean(best["Bayesian"] < best["Random"]) >= 0.75


def test_bayesian_optimization_begins_at_random() -> None:
    first = 2 * len(MIXED.ranges) + 1

    random, bayesian = (
        search(STRATEGIES[name](MIXED, 5), smooth, first + 1) for name in ("Random", "Bayesian")
    )

    assert random[:first] == bayesian[:first]
    assert random[first] != bayesian[first]


@pytest.mark.parametrize(
    "loss",
    [
        lambda values: 1.0,
        lambda values: None,
        lambda values: None if values["kind"] == "a" else smooth(values),
        lambda values: 1e12 * smooth(values),
        lambda values: -1e-12 * smooth(values),
    ],
    ids=["flat", "never told", "sometimes told", "large", "small"],
)
def test_any_objective_can_be_searched_without_a_warning(
    loss: Callable[[Mapping[str, str]], float | None],
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        seen = search(STRATEGIES["Bayesian"](MIXED, 1), loss, 10)

    assert len(seen) == 10


def test_jobs_that_still_run_keep_their_neighbours_away() -> None:
    # Given a model of the objective
    strategy = STRATEGIES["Bayesian"](MIXED, 2)
    seen = search(strategy, smooth, 10)

    # When several jobs are chosen before any of them has told its value
    for _ in range(4):
        values = strategy.next(seen)
        assert values is not None
        seen.append(Observation(values))

    # Then none of them is another's
    chosen = [tuple(each.values.values()) for each in seen[10:]]
    assert len(set(chosen)) == 4


def test_a_small_space_can_be_searched_beyond_its_size() -> None:
    space = Space((CategoricalRange("kind", ("a", "b")),))

    seen = search(STRATEGIES["Bayesian"](space, 1), smooth_of_nothing, 8)

    assert len(seen) == 8


def smooth_of_nothing(values: Mapping[str, str]) -> float:
    return float(len(values))


def _best(strategy: Strategy) -> float:
    losses = [each.loss for each in search(strategy, smooth, 15)]
    return min(loss for loss in losses if loss is not None)
