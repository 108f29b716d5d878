"""Real tables with categories, dates and gaps, as the package vega_datasets ships them.

`make` downloads its wheel by requirements-tables.lock; it is read, never installed.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from zipfile import ZipFile

WHEELS = Path(sys.prefix) / "tables"


def real_table(name: str) -> bytes:
    """The table of that name, such as "cars" or "airports", as CSV with a header; gaps are empty cells."""
    [wheel] = WHEELS.glob("vega_datasets-*.whl")
    with ZipFile(wheel) as archive:
        folder = "vega_datasets/_data"
        if f"{folder}/{name}.csv" in archive.namelist():
            return archive.read(f"{folder}/{name}.csv")
        return _as_csv(json.loads(archive.read(f"{folder}/{name}.json")))


def _as_csv(records: list[dict[str, object]]) -> bytes:
    text = io.StringIO()
    names = list(dict.fromkeys(name for record in records for name in record))
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue().encode()
