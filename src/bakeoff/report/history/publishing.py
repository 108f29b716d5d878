"""The history, brought up to date by each run that ends."""

from __future__ import annotations

from bakeoff.domain.ports import Objects
from bakeoff.domain.run.documents import PastRun
from bakeoff.domain.run.history import entry_keys, read_entries, write_entry, write_page
from bakeoff.report.history.page import render_history

_ATTEMPTS = 5


def publish_history(store: Objects, entry: PastRun) -> None:
    """Store the run's entry, and the page of all.

    Runs that end at once write one page. Each lists the entries again when its page is written, and writes it
    anew with those that came meanwhile: whichever page is the last one then has all of them, as S3's listings
    are strongly consistent.
    """
    write_entry(store, entry)
    keys = entry_keys(store)
    for _ in range(_ATTEMPTS):
        write_page(store, render_history(read_entries(store, keys)))
        if (found := entry_keys(store)) == keys:
            return
        keys = found
