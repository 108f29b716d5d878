"""Options that say what holds for data, and the bakeoff.yaml that they make."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bakeoff.domain.planning.settings import Said
from bakeoff.domain.planning.settings.vocabulary import parameter_of
from bakeoff_cli.data.reading import SETTINGS_NAME
from bakeoff_cli.errors import BadInput
from bakeoff_cli.settings.beside_data import checked, value_of

COMMAND_LINE = "the command line"


def options_of_data(options: Mapping[str, str | None]) -> dict[str, Any]:
    """The settings that were given, by their names; lists are separated by commas.

    Raises InvalidSettings or InvalidAlgorithms, naming the option, for what could not hold.
    """
    given = {name: value_of(name, text) for name, text in options.items() if text is not None}
    for name, value in given.items():
        checked(Said({name: value}, option_of(name)))
    return given


def option_of(name: str) -> str:
    """The option of a setting: --max-cost for max_cost."""
    return f"--{name.replace('_', '-')}"


def with_options(said: Said, given: Mapping[str, Any]) -> Said:
    """What a file says and the options, which add to it. Raises BadInput for what both say otherwise."""
    if not given:
        return said
    refuse_contradictions(said, given)
    return Said(
        {**said.values, **given}, f"{said.source} with {COMMAND_LINE}" if said.source else COMMAND_LINE
    )


def refuse_contradictions(said: Said, given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        theirs = said.values.get(name)
        if theirs is not None and _texts(theirs) != _texts(value):
            raise BadInput(
                f"{option_of(name)} says {_worded(value)}, but {said.source} says {_worded(theirs)}: keep "
                "one of them."
            )


def untold(said: Said, given: Mapping[str, Any], parameters: Mapping[str, str]) -> dict[str, Any]:
    """The options that neither a data set's bakeoff.yaml says already nor the stack's parameters.

    Raises BadInput for what the file says otherwise, and where there is one, which is somebody's own, for
    what it lacks.
    """
    refuse_contradictions(said, given)
    missing = {
        name: value
        for name, value in given.items()
        if name not in said.values and _worded(value) != parameters.get(parameter_of(name))
    }
    for name, value in missing.items() if said.source else ():
        line = f"{name}: {json.dumps(value, ensure_ascii=False)}"
        raise BadInput(
            f"{option_of(name)} is for a bakeoff.yaml to say, and {said.source}, which there is already, "
            f"does not: write the line `{line}` there, or leave {option_of(name)} out."
        )
    return missing


def settings_file_of(said: Said, folder: Path) -> Path:
    """A file in the folder that says so, each value as JSON, which YAML reads as the same."""
    path = folder / SETTINGS_NAME
    path.write_text("".join(f"{name}: {json.dumps(value)}\n" for name, value in said.values.items()), "ascii")
    return path


def _texts(value: Any) -> Any:
    """Position 3 and the text "3" say the same."""
    return [*map(str, value)] if isinstance(value, list) else str(value)


def _worded(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
