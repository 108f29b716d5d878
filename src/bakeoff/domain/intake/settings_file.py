"""The file beside the data that says what they are and how to compare on them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bakeoff.domain.errors import InvalidSettings
from bakeoff.domain.intake.foreign import is_system_name
from bakeoff.domain.ports import StoredObject

INPUTS = "Inputs/"
SETTINGS_NAME = "bakeoff.yaml"
SETTINGS_KEY = f"{INPUTS}{SETTINGS_NAME}"
"""That of the default data set."""
_MEANT = re.compile(r"bakeoff\.ya?ml", re.IGNORECASE)


def is_settings_file(key: str) -> bool:
    """Whether it says how to compare on what lies in its folder, and is no data."""
    folder, slash, name = key.rpartition("/")
    return name == SETTINGS_NAME and f"{folder}{slash}".startswith(INPUTS) and not is_system_name(key)


def settings_file_among(listed: Iterable[StoredObject]) -> StoredObject | None:
    """The settings' file of a data set's uploads, if it has one.

    Raises InvalidSettings for an object that is named as if it were, which nothing would read.
    """
    found = None
    for item in listed:
        folder, slash, name = item.key.rpartition("/")
        if is_settings_file(item.key):
            found = item
        elif _MEANT.fullmatch(name) and not is_system_name(item.key):
            raise InvalidSettings(
                f"{item.key} is not named as settings are: upload it as {folder}{slash}{SETTINGS_NAME}, or "
                "delete it."
            )
    return found
