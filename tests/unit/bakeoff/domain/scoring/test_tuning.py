"""What a tuning job's training jobs say, as a result has it."""

from __future__ import annotations

from typing import Any

import pytest

from bakeoff.domain.run.documents import TunedRange
from bakeoff.domain.scoring.tuning import accounted, on_edge

RANGES: dict[str, TunedRange] = {
    "eta": {"continuous": ["0.01", "0.3"], "scale": "logarithmic"},
    "depth": {"integer": ["2", "10"]},
    "share": {"continuous": ["0.5", "1"]},
    "kind": {"categorical": ["a", "b"]},
}
PLANNED: dict[str, Any] = {
    "objective": {"metric": "validation:rmse", "goal": "minimize"},
    "ranges": RANGES,
    "jobs": 3,
    "parallel": 2,
    "strategy": "Bayesian",
    "seed": 1,
    "job_seconds": 600,
}


def summary(name: str, objective: float | None, seconds: int | None, **values: str) -> dict[str, Any]:
    times = {"started": "2026-11-29T10:00:00Z", "ended": f"2026-11-29T10:00:{seconds}.500Z"}
    return {
        "name": name,
        "status": "Completed",
        "values": values,
        **({} if objective is None else {"objective": objective}),
        **({} if seconds is None else times),
    }


def test_an_ordinary_candidate_s_times_are_its_own() -> None:
    times = {"training_seconds": 61, "billable_seconds": 30}
    assert accounted(times) == (times, None)


def test_a_tuned_candidate_is_billed_for_all_that_it_tried() -> None:
    trials = [summary("a", 2.5, 10, eta="0.3"), summary("b", 2.0, 20, eta="0.1"), summary("c", None, None)]

    times, tuning = accounted({"tuning": PLANNED, "best": "b", "trials": trials})

    assert times == {"training_seconds": 20.5, "billable_seconds": 31.0}
    assert tuning is not None
    assert [(each["name"], each["objective"], each["seconds"]) for each in tuning["trials"]] == [
        ("a", 2.5, 10.5),
        ("b", 2.0, 20.5),
        ("c", None, None),
    ]
    assert (tuning["best"], tuning["on_edge"]) == ("b", [])


def test_of_what_nobody_says_nothing_is_made_up() -> None:
    times, tuning = accounted({"tuning": PLANNED, "best": "gone", "trials": []})

    assert times == {"training_seconds": None, "billable_seconds": None}
    assert tuning and tuning["on_edge"] == []


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"eta": "0.0101"}, ["eta"]),
        ({"eta": "0.012"}, []),
        ({"eta": "0.2995"}, ["eta"]),
        ({"depth": "2"}, ["depth"]),
        ({"depth": "3"}, []),
        ({"depth": "10"}, ["depth"]),
        ({"share": "0.504"}, ["share"]),
        ({"share": "0.75"}, []),
        ({"kind": "a"}, []),
    ],
)
def test_a_value_at_the_end_of_its_range_is_told(values: dict[str, str], found: list[str]) -> None:
    assert on_edge(RANGES, values) == found
