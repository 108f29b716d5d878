"""What is said of steps is said of the workflow's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bakeoff_cli.show.durations import _MINUTES, RUN_MINUTES, usually, waits
from bakeoff_cli.show.fold_lines import PHASES
from bakeoff_cli.show.watching import PLANNED_BY, PREPARED_BY
from bakeoff_cli.stack.progress import RECORD_FAILURE
from tests.template import WORKFLOW


def _states(machine: Mapping[str, Any] = WORKFLOW) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, state in machine["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from _states(state["ItemProcessor"])


STATES = dict(_states())


def test_every_state_that_waits_says_until_when() -> None:
    waiting = [name for name, state in STATES.items() if state["Type"] == "Wait"]
    assert waiting and all(waits(name) for name in waiting)


def test_a_state_that_does_something_waits_for_nothing() -> None:
    assert not any(waits(name) for name, state in STATES.items() if state["Type"] != "Wait")


def test_the_states_that_this_program_knows_by_name_are_there() -> None:
    assert {*_MINUTES, RECORD_FAILURE, PLANNED_BY, PREPARED_BY} <= set(STATES)


def test_every_state_of_a_unit_is_one_phase_of_it() -> None:
    of_a_unit = [*WORKFLOW["States"]["Compare candidates"]["ItemProcessor"]["States"]]
    assert sorted(state for states in PHASES.values() for state in states) == sorted(of_a_unit)


def test_the_steps_of_a_candidate_fit_into_the_run() -> None:
    assert (usually("Prepare datasets"), usually("Score candidate")) == ("5 to 8 min", "up to 1 min")
    assert usually("Plan run") is None
    once = ("Prepare datasets", "Compare candidates", "Judge candidates")
    assert RUN_MINUTES[0] >= sum(_MINUTES[name][0] for name in once)
    inside = ("Train model", "Wait for endpoint", "Score candidate", "Wait for release")
    for end in (0, 1):
        assert _MINUTES["Compare candidates"][end] >= sum(_MINUTES[name][end] for name in inside)
