"""What an upload sends as bakeoff.yaml for options that say what holds for the data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bakeoff.domain.planning.settings import Said
from bakeoff_cli.data.choice import Choice, choose
from bakeoff_cli.data.reading import SETTINGS_NAME
from bakeoff_cli.settings.beside_data import settings_in
from bakeoff_cli.settings.of_data import COMMAND_LINE, settings_file_of, untold, with_options
from bakeoff_cli.settings.requests import GivenSettings


@dataclass(frozen=True)
class InStack:
    """What the data set's bakeoff.yaml in the bucket says, if there is one, and the stack's parameters."""

    said: Said
    parameters: Mapping[str, str]


def choice_with(choice: Choice, given: GivenSettings, below: str, in_stack: InStack, scratch: Path) -> Choice:
    """The choice, with a file of what options say of the data (`given.of_data`), unless all of it holds
    already; such a file replaces that of --settings.

    Raises BadInput, InvalidSettings or InvalidAlgorithms for what could not hold.
    """
    place = f"{below}{SETTINGS_NAME}"
    if given.file:
        said = with_options(settings_in(given.file), given.of_data)
    else:
        own = next((file.path for file in choice.files if file.name == place), None)
        there = settings_in(own) if own else in_stack.said
        said = Said(untold(there, given.of_data, in_stack.parameters), COMMAND_LINE)
    if not said.values:
        return choice
    made = choose([settings_file_of(said, scratch)], None, below).files[0]
    others = (file for file in choice.files if file.name != place)
    return replace(choice, files=(replace(made, source=str(said.source)), *others))
