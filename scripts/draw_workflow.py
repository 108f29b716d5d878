"""Draw the workflow file as a Mermaid flowchart into README.md, between its markers.

    python -m scripts.draw_workflow

A test compares README.md with the workflow file, so the picture cannot go stale.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from scripts.marked import embed

PROJECT = Path(__file__).resolve().parent.parent
WORKFLOW = PROJECT / "statemachine" / "bakeoff.asl.yaml"
README = PROJECT / "README.md"
NAME = "workflow"
_SHAPES = {
    "Task": '["{}"]',
    "Pass": '("{}")',
    "Choice": '{{"{}"}}',
    "Wait": '(["{}"])',
    "Succeed": '(("{}"))',
    "Fail": '{{{{"{}"}}}}',
}


def draw(workflow: Mapping[str, Any]) -> str:
    """The Mermaid text of a state machine: solid arrows for the way, dotted ones for caught errors."""
    lines = ["flowchart TD", *_machine(workflow, "    ")]
    return "\n".join(lines) + "\n"


def fenced(picture: str) -> str:
    return f"```mermaid\n{picture}```\n"


def _machine(machine: Mapping[str, Any], indent: str) -> Iterator[str]:
    for name, state in machine["States"].items():
        yield from _state(name, state, indent)
    for name, state in machine["States"].items():
        yield from (f"{indent}{line}" for line in _arrows(name, state))


def _state(name: str, state: Mapping[str, Any], indent: str) -> Iterator[str]:
    if state["Type"] != "Map":
        # Double braces would end the format field early, so Mermaid's own braces stand in the shapes.
        yield f"{indent}{_id(name)}{_SHAPES[state['Type']].format(name)}"
        return
    yield f'{indent}subgraph {_id(name)}["{name}: for each algorithm"]'
    yield from _machine(state["ItemProcessor"], indent + "    ")
    yield f"{indent}end"


def _arrows(name: str, state: Mapping[str, Any]) -> Iterator[str]:
    ways = [*state.get("Choices", ()), state, {"Next": state.get("Default")}]
    # Two choices may lead the same way.
    yield from dict.fromkeys(f"{_id(name)} --> {_id(way['Next'])}" for way in ways if way.get("Next"))
    yield from (f"{_id(name)} -. error .-> {_id(catch['Next'])}" for catch in state.get("Catch", ()))


def _id(name: str) -> str:
    # A question may be named as what it leads to: Train final model?
    return re.sub(r"[^A-Za-z]", "", name.title().replace("?", "Choice"))


def main() -> None:
    picture = draw(yaml.safe_load(WORKFLOW.read_text("utf-8")))
    README.write_text(embed(README.read_text("utf-8"), NAME, fenced(picture)), "utf-8")


if __name__ == "__main__":
    main()
