"""Where the speed decides, it is measured more than once, and its spread is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from bakeoff.domain.errors import EndpointRefused
from bakeoff.domain.scoring.importance import RESERVED_SECONDS
from bakeoff.domain.scoring.replies import MAX_BATCH_ROWS
from bakeoff.domain.scoring.throughput import MAX_REQUESTS, MAX_SECONDS, PASSES, ThroughputStudy


class Clock:
    """Seconds pass while rows are predicted, each pass as long as the next of `seconds`."""

    def __init__(self, *seconds: float) -> None:
        self.now, self._seconds = 0.0, iter(seconds)
        self.asked: list[Sequence[str]] = []

    def predict(self, rows: Sequence[str]) -> None:
        self.asked.append(rows)
        self.now += next(self._seconds)

    def study(self, left: Callable[[float], float] = lambda now: 900.0 - now) -> ThroughputStudy:
        return ThroughputStudy(lambda: left(self.now), lambda: self.now)


def test_the_same_rows_are_answered_again_and_again_and_each_pass_is_timed() -> None:
    clock = Clock(0.5, 0.25, 0.125, 0.25, 0.25)
    found = clock.study().measure(["1", "2", "3"], clock.predict)
    assert found == {"rows": 3, "requests": 1, "seconds": [0.5, 0.25, 0.125, 0.25, 0.25]}
    assert clock.asked == [["1", "2", "3"]] * PASSES


def test_of_many_rows_the_first_requests_do() -> None:
    clock = Clock(*[1.0] * PASSES)
    rows = [str(number) for number in range((MAX_REQUESTS + 1) * MAX_BATCH_ROWS)]
    found: Any = clock.study().measure(rows, clock.predict)
    assert (found["requests"], found["rows"]) == (MAX_REQUESTS, MAX_REQUESTS * MAX_BATCH_ROWS)


@pytest.mark.parametrize("slow", [MAX_SECONDS / 3, MAX_SECONDS / 2])
def test_it_ends_before_it_costs_too_much(slow: float) -> None:
    clock = Clock(*[slow] * PASSES)
    found: Any = clock.study().measure(["1"], clock.predict)
    assert len(found["seconds"]) == MAX_SECONDS / slow


def test_one_pass_tells_nothing_of_its_spread() -> None:
    clock = Clock(MAX_SECONDS, MAX_SECONDS)
    assert clock.study().measure(["1"], clock.predict) is None


def test_without_time_nothing_is_asked() -> None:
    clock = Clock()
    assert clock.study(lambda _: RESERVED_SECONDS - 1).measure(["1"], clock.predict) is None
    assert clock.asked == []


def failing(after: int) -> Iterator[float]:
    yield from [0.5] * after
    raise EndpointRefused("The model is busy.")


@pytest.mark.parametrize(("after", "passes"), [(0, None), (1, None), (3, 3)])
def test_a_request_that_fails_ends_it_and_fails_nothing(after: int, passes: int | None) -> None:
    clock = Clock()
    answers = failing(after)

    def predict(_: Sequence[str]) -> None:
        clock.now += next(answers)

    found = clock.study().measure(["1"], predict)
    assert (found and len(found["seconds"])) == passes
