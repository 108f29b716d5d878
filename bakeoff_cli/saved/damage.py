"""Which file of a saved run keeps it from being read, by the shapes that documents have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from bakeoff.domain.run.documents import (
    CompletedResult,
    Encoding,
    FailedResult,
    FinalModel,
    Plan,
    Summary,
)
from bakeoff.domain.run.files import (
    FINAL_MODEL,
    PLAN,
    SUMMARY,
    RunFiles,
    encoding_of,
    fold_name,
    result_of,
)
from bakeoff_cli.errors import BadInput
from bakeoff_cli.saved.folder import FolderStore, read_object
from bakeoff_cli.shapes import Flaw, flaws


def damage(store: FolderStore, run: RunFiles, err: Exception) -> str | None:
    """One sentence on what `err` came of: of a key that was not found, the first document that lacks it, else
    the first that holds another kind of value. None where every document has its shape.
    """
    found: list[tuple[Path, Flaw]] = []
    for path, shape in _documents(store, run):
        # Of a file that is not there, or is no JSON, other sentences tell.
        with suppress(BadInput, OSError):
            found += [(path, flaw) for flaw in flaws(read_object(path), shape)]
    if isinstance(err, KeyError):
        wanted = [each for each in found if each[1].missing == err.args[0]]
        # What an earlier release left out is no flaw.
        found = wanted or [each for each in found if each[1].missing is None]
    else:
        found = [each for each in found if each[1].missing is None]
    return f"{found[0][0]} is damaged: {found[0][1].told}." if found else None


def _documents(store: FolderStore, run: RunFiles) -> Iterator[tuple[Path, Any]]:
    """Those that are recomputed from, as far as the folder has them."""
    yield store.path(run.key(PLAN)), Plan
    yield store.path(run.key(SUMMARY)), Summary
    results = store.path(run.key(result_of("x"))).parent
    for path in sorted(results.rglob("*.json")):
        yield path, CompletedResult | FailedResult
    yield store.path(run.key(encoding_of())), Encoding
    for path in sorted(store.path(run.key(encoding_of())).parent.glob(f"{fold_name(0)[:-1]}*/encoding.json")):
        yield path, Encoding
    yield store.path(run.key(FINAL_MODEL)), FinalModel
