"""Pages of runs, drawn once: `render` gives the same text for the same run, which a test of it holds."""

from __future__ import annotations

from bakeoff.report.page import render
from tests.unit.bakeoff.report.examples import Run

_PAGES: dict[str, str] = {}


def rendered(run: Run) -> str:
    """The page of a run; as expensive as `render` only for a run that no test of this process has drawn."""
    content = repr(run.parts)
    if content not in _PAGES:
        _PAGES[content] = render(*run.parts)
    return _PAGES[content]
