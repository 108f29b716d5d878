"""Which candidates a plan tunes, and what that costs at most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from bakeoff.domain.planning.tuning import told
from bakeoff.domain.run.documents import PlannedTuning
from bakeoff_cli.text import one_line


def tuned_in(candidates: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """Names and words; a candidate that a plan does not describe as it should is left out."""
    for candidate in candidates:
        if not isinstance(candidate, dict) or "tuning" not in candidate:
            continue
        try:
            words = told(*_forms(candidate))
        except (AttributeError, LookupError, TypeError, ValueError, ZeroDivisionError):
            # Others may write to the bucket.
            continue
        yield one_line(str(candidate.get("name"))), one_line(words)


def _forms(candidate: Any) -> list[PlannedTuning]:
    """Of classes, for two of them and for more."""
    sections = candidate["tasks"].values() if "tasks" in candidate else [candidate]
    return [cast(PlannedTuning, section["tuning"]) for section in sections]
