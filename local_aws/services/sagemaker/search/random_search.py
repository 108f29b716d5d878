"""Random search."""

from __future__ import annotations

import random
from collections.abc import Sequence

from local_aws.services.sagemaker.search.ranges import Space
from local_aws.services.sagemaker.search.strategy import Observation


class RandomSearch:
    """Independent draws: the same seed gives the same values in the same order."""

    def __init__(self, space: Space, seed: int | None) -> None:
        self._space, self._random = space, random.Random(seed)

    def learns(self, count: int) -> bool:
        return False

    def next(self, seen: Sequence[Observation]) -> dict[str, str] | None:
        return self._space.at([self._random.random() for _ in self._space.ranges])
