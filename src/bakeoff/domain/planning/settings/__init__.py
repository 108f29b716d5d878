"""What a person says of their data: one vocabulary, said in three places.

The execution's input goes before bakeoff.yaml beside the data, and that before the stack's parameters. The
plan records each value with its place, and what reads a setting later reads the plan: why so, docs/adr/0033.
"""

from bakeoff.domain.planning.settings.resolving import Resolved, columns_of, entries_of, resolve
from bakeoff.domain.planning.settings.vocabulary import Said, Vocabulary
from bakeoff.domain.planning.settings.yaml_file import MAX_BYTES, read_settings

__all__ = [
    "MAX_BYTES",
    "Resolved",
    "Said",
    "Vocabulary",
    "columns_of",
    "entries_of",
    "read_settings",
    "resolve",
]
