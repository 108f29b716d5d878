"""All finished runs of a bucket: an entry of each, and the page that shows them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import cast

from bakeoff.domain.ports import ObjectReader, Objects
from bakeoff.domain.run.documents import PastRun

# No run can be called so (`domain.run.names.RUN_ID`), and all of it expires with what runs made.
ENTRIES = "runs/.history/"
PAGE = "runs/index.html"
MOST_ENTRIES = 200
"""So many runs are shown, the newest: each is an object of its own to be read."""


def entry_key(entry: PastRun) -> str:
    """In the order of the keys, entries stand in the order of their runs' plans."""
    moment = re.sub("[^0-9T]", "", entry["created_at"][:19])
    return f"{ENTRIES}{moment}-{entry['run_id']}.json"


def entry_keys(store: ObjectReader) -> list[str]:
    return sorted(store.sizes(ENTRIES))[-MOST_ENTRIES:]


def read_entries(store: ObjectReader, keys: Sequence[str]) -> list[PastRun]:
    """Oldest first; one that has expired since it was listed is left out."""
    entries = []
    for key in keys:
        try:
            entries.append(cast(PastRun, store.read_json(key)))
        except FileNotFoundError:
            continue
    return entries


def write_entry(store: Objects, entry: PastRun) -> None:
    """A run that is published again replaces its entry."""
    store.write_json(entry_key(entry), entry)


def write_page(store: Objects, page: str) -> None:
    store.write_text(PAGE, page, "text/html; charset=utf-8")
