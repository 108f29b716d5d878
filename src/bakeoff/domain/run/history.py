"""All finished runs of a bucket and all changes of production: an entry of each, and the page of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, cast

from bakeoff.domain.ports import ObjectReader, Objects
from bakeoff.domain.run.documents import PastChange, PastRun

# No run can be called so (`domain.run.names.RUN_ID`), and all of it expires with what runs made.
ENTRIES = "runs/.history/"
CHANGES = f"{ENTRIES}changes/"
PAGE = "runs/index.html"
MOST_ENTRIES = 200
"""So many runs are shown, and so many changes, the newest: each is an object of its own to be read."""


def entry_key(entry: PastRun) -> str:
    """In the order of the keys, entries stand in the order of their runs' plans."""
    return f"{ENTRIES}{_in_order(entry['created_at'])}-{entry['run_id']}.json"


def change_key(change: PastChange) -> str:
    """In the order in which the executions began, of which one changes production at a time."""
    return f"{CHANGES}{_in_order(change['started_at'])}-{change['execution']}.json"


def _in_order(moment: str) -> str:
    return re.sub("[^0-9T]", "", moment[:19])


def is_entry(key: str) -> bool:
    """Whether that key below ENTRIES is a run's."""
    return "/" not in key.removeprefix(ENTRIES)


def entry_keys(store: ObjectReader) -> list[str]:
    return sorted(filter(is_entry, store.sizes(ENTRIES)))[-MOST_ENTRIES:]


def change_keys(store: ObjectReader) -> list[str]:
    return sorted(store.sizes(CHANGES))[-MOST_ENTRIES:]


def read_entries(store: ObjectReader, keys: Sequence[str]) -> list[PastRun]:
    """Oldest first; one that has expired since it was listed is left out."""
    return [cast(PastRun, entry) for entry in _found(store, keys)]


def read_changes(store: ObjectReader, keys: Sequence[str]) -> list[PastChange]:
    """As `read_entries`."""
    return [cast(PastChange, change) for change in _found(store, keys)]


def _found(store: ObjectReader, keys: Sequence[str]) -> Iterator[Any]:
    for key in keys:
        try:
            yield store.read_json(key)
        except FileNotFoundError:
            continue


def write_entry(store: Objects, entry: PastRun) -> None:
    """A run that is published again replaces its entry."""
    store.write_json(entry_key(entry), entry)


def write_change(store: Objects, change: PastChange) -> None:
    """A repetition of the same execution replaces it."""
    store.write_json(change_key(change), change)


def write_page(store: Objects, page: str) -> None:
    store.write_text(PAGE, page, "text/html; charset=utf-8")
