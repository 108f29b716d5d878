from __future__ import annotations

from typing import Any

import pytest

from bakeoff_cli.show.run_data import run_data
from bakeoff_cli.show.tuned import tuned_in

TUNING: dict[str, Any] = {
    "objective": {"metric": "validation:rmse", "goal": "minimize"},
    "ranges": {"eta": {"continuous": ["0.1", "0.3"]}},
    "jobs": 20,
    "parallel": 2,
    "strategy": "Bayesian",
    "seed": 1,
    "job_seconds": 600,
}
WORDS = (
    "20 training jobs, 2 at a time, each of at most 600 seconds: at worst 6,000 seconds, and 12,000 billed; "
    "Bayesian, seed 1, by validation:rmse"
)


def test_a_tuned_candidate_s_jobs_and_worst_seconds_are_told_with_the_data() -> None:
    plan = {"target": {"position": 1}, "candidates": [{"name": "a"}, {"name": "b", "tuning": TUNING}]}

    told = run_data(plan)

    assert told is not None and f"b is tuned: {WORDS}." in list(told.lines())
    assert told.as_json()["tuned"] == {"b": WORDS}


def test_on_classes_it_goes_by_what_their_sections_say() -> None:
    sections = {
        name: {"tuning": {**TUNING, "objective": {"metric": metric, "goal": "minimize"}, **more}}
        for name, metric, more in (
            ("binary", "validation:logloss", {"instead_of": {"eta": "0.05"}}),
            ("multiclass", "validation:mlogloss", {"instead_of": {"eta": "0.05"}}),
        )
    }

    [(_, words)] = tuned_in([{"name": "a", "tuning": TUNING, "tasks": sections}])

    assert words.endswith(
        "by validation:logloss or validation:mlogloss; varied instead of fixed at the catalogue's eta=0.05"
    )


@pytest.mark.parametrize("tasks", [None, 7, {}, {"binary": {}}, {"binary": {"tuning": None}}])
def test_sections_that_no_plan_has_are_left_out(tasks: Any) -> None:
    assert list(tuned_in([{"name": "a", "tuning": TUNING, "tasks": tasks}])) == []


@pytest.mark.parametrize(
    "tuning", [None, 7, {}, {**TUNING, "parallel": 0}, {**TUNING, "jobs": "x"}, {**TUNING, "objective": []}]
)
def test_what_no_plan_says_is_left_out(tuning: Any) -> None:
    assert list(tuned_in([{"name": "a", "tuning": tuning}, "b"])) == []
