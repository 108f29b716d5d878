"""How many features a libsvm file has: a line leaves out what is zero, so only the whole file tells."""

from __future__ import annotations

import re
from pathlib import Path

from bakeoff.domain.reading.table import MAX_FEATURES
from bakeoff_cli.data.files import unpacked

_INDEX = re.compile(rb"[ \t]([0-9]{1,9}):")


def width_of(path: Path) -> int:
    """The largest index of any line, packed or not; indices beyond MAX_FEATURES make a row malformed."""
    with unpacked(path) as content:
        indices = (int(index) for line in content for index in _INDEX.findall(line.partition(b"#")[0]))
        return max((index for index in indices if index <= MAX_FEATURES), default=0)
