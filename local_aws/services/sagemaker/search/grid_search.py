"""Grid search, which is for categories only."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from math import prod

from local_aws.services.sagemaker.search.ranges import CategoricalRange, Space
from local_aws.services.sagemaker.search.strategy import Observation


class GridSearch:
    """Every combination once, in the order of the request, the last range fastest."""

    def __init__(self, space: Space, seed: int | None) -> None:
        self._left = _combinations(space)

    def learns(self, count: int) -> bool:
        return False

    def next(self, seen: Sequence[Observation]) -> dict[str, str] | None:
        return next(self._left, None)


def combinations(space: Space) -> int:
    """How many training jobs a grid search of `space` takes."""
    return prod(len(values) for values in _categories(space))


def _combinations(space: Space) -> Iterator[dict[str, str]]:
    names = [each.name for each in space.ranges]
    for values in itertools.product(*_categories(space)):
        yield dict(zip(names, values, strict=True))


def _categories(space: Space) -> list[tuple[str, ...]]:
    return [each.values for each in space.ranges if isinstance(each, CategoricalRange)]
