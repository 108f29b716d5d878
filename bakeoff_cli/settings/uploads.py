"""What an upload sends as bakeoff.yaml for options that say what holds for the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bakeoff.domain.planning.settings import Said
from bakeoff_cli.data.choice import Choice, Chosen, choose
from bakeoff_cli.data.reading import SETTINGS_NAME
from bakeoff_cli.settings.beside_data import settings_in, settings_of
from bakeoff_cli.settings.of_data import COMMAND_LINE, settings_file_of, untold, with_options
from bakeoff_cli.stack.bucket import settings_above
from bakeoff_cli.stack.stack import INPUT_PREFIX

if TYPE_CHECKING:
    from bakeoff_cli.session import Session


def choice_with(
    choice: Choice,
    given: Mapping[str, Any],
    settings: Path | None,
    below: str,
    session: Session,
    scratch: Path,
) -> Choice:
    """The choice, with a file of the options `given`, unless all of them hold already; `settings` is
    --settings, which such a file replaces.

    Raises BadInput, InvalidSettings or InvalidAlgorithms for what could not hold.
    """
    place = f"{below}{SETTINGS_NAME}"
    if settings and given:
        said = with_options(settings_in(settings), given)
    elif missing := _untold(choice.files, place, given, session):
        said = Said(missing, COMMAND_LINE)
    else:
        return choice
    made = choose([settings_file_of(said, scratch)], None, below).files[0]
    others = (file for file in choice.files if file.name != place)
    return replace(choice, files=(replace(made, source=str(said.source)), *others))


def _untold(
    files: Sequence[Chosen], place: str, given: Mapping[str, Any], session: Session
) -> Mapping[str, Any]:
    if not given:
        return {}
    own = next((file.path for file in files if file.name == place), None)
    key = f"{INPUT_PREFIX}{place}"
    lying = settings_above(session.aws.s3, session.stack.bucket, [place])
    there = settings_in(own) if own else settings_of(key, lying[key]) if key in lying else Said({})
    return untold(there, given, session.stack.parameters)
