"""The history, brought up to date by each run that ends, and by each promotion and rollback."""

from __future__ import annotations

from bakeoff.domain.ports import Objects
from bakeoff.domain.run.documents import PastChange, PastRun
from bakeoff.domain.run.history import (
    PAGE,
    change_keys,
    entry_keys,
    read_changes,
    read_entries,
    write_change,
    write_entry,
    write_page,
)
from bakeoff.report.history.page import render_history

_ATTEMPTS = 5


def publish_history(store: Objects, entry: PastRun) -> None:
    """Store the run's entry, and the page of all."""
    write_entry(store, entry)
    _publish_page(store)


def publish_change(store: Objects, change: PastChange) -> str:
    """Store the change of production, and the page of all, whose address is returned."""
    write_change(store, change)
    _publish_page(store)
    return f"s3://{store.bucket}/{PAGE}"


def _publish_page(store: Objects) -> None:
    """Runs and changes that end at once write one page. Each lists the entries again when its page is
    written, and writes it anew with those that came meanwhile: whichever page is the last one then has all of
    them, as S3's listings are strongly consistent.
    """
    keys = entry_keys(store), change_keys(store)
    for _ in range(_ATTEMPTS):
        runs, changes = keys
        write_page(store, render_history(read_entries(store, runs), read_changes(store, changes)))
        if (found := (entry_keys(store), change_keys(store))) == keys:
            return
        keys = found
