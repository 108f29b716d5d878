"""Where states lead: AWS refuses targets that do not exist and states that cannot be reached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def problems(program: dict[str, Any], path: str = "") -> list[str]:
    """One sentence for every dangling transition and unreachable state, also inside Map and Parallel."""
    states: dict[str, Any] = program["States"]
    found = [f"Missing 'StartAt' target: {program['StartAt']}"] if program["StartAt"] not in states else []
    for name, state in states.items():
        where = f"{path}/States/{name}"
        found += [
            f"Missing 'Next' target: {target} at {where}" for target in targets(state) if target not in states
        ]
        for part, inner in _inner_programs(state):
            found += problems(inner, f"{where}/{part}")
    unreachable = states.keys() - _reachable(program)
    return found + [
        f'State "{name}" is not reachable at {path}/States' for name in states if name in unreachable
    ]


def targets(state: dict[str, Any]) -> Iterator[str]:
    """The names of the states that `state` may lead to."""
    for key in ("Next", "Default"):
        if key in state:
            yield state[key]
    for rule in [*state.get("Choices", []), *state.get("Catch", [])]:
        yield rule["Next"]


def _reachable(program: dict[str, Any]) -> set[str]:
    reached: set[str] = set()
    waiting = [program["StartAt"]]
    while waiting:
        name = waiting.pop()
        if name in program["States"] and name not in reached:
            reached.add(name)
            waiting.extend(targets(program["States"][name]))
    return reached


def _inner_programs(state: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for key in ("ItemProcessor", "Iterator"):
        if key in state:
            yield key, state[key]
    for index, branch in enumerate(state.get("Branches", [])):
        yield f"Branches[{index}]", branch
