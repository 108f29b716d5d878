"""The file beside the data that says what they are and how to compare on them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bakeoff.domain.errors import InvalidSettings
from bakeoff.domain.intake.foreign import is_system_name
from bakeoff.domain.ports import StoredObject

SETTINGS_KEY = "Inputs/bakeoff.yaml"
_MEANT = re.compile(r"(?:.*/)?bakeoff\.ya?ml", re.IGNORECASE | re.DOTALL)


def settings_file_among(listed: Iterable[StoredObject]) -> StoredObject | None:
    """The settings' file of the uploads, if there is one.

    Raises InvalidSettings for an object that is named as if it were, which nothing would read.
    """
    found = None
    for item in listed:
        if item.key == SETTINGS_KEY:
            found = item
        elif _MEANT.fullmatch(item.key) and not is_system_name(item.key):
            raise InvalidSettings(
                f"{item.key} is not where settings are read: upload it as {SETTINGS_KEY}, or delete it."
            )
    return found
