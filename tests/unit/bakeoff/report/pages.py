"""Pages of runs, each plot drawn once.

`render` gives the same text for the same run, which a test of it holds.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from bakeoff.report import folds, sections
from bakeoff.report.classification import probabilities
from bakeoff.report.page import render
from tests.unit.bakeoff.report.examples import Run

_PLOTS = [
    (module, name)
    for module in (sections, probabilities, folds)
    for name in vars(module)
    if name.startswith("draw_")
]
_PAGES: dict[str, str] = {}
_DRAWN: dict[bytes, Any] = {}


def rendered(run: Run) -> str:
    """The page of a run; as expensive as `render` only for what no test of this process has drawn."""
    content = repr(run.reported)
    if content not in _PAGES:
        with pytest.MonkeyPatch.context() as patch:
            for module, name in _PLOTS:
                patch.setattr(module, name, partial(_drawn, getattr(module, name)))
            _PAGES[content] = render(run.reported)
    return _PAGES[content]


def _drawn(draw: Callable[..., Any], *given: Any, **options: Any) -> Any:
    """Most pages differ in their words only, and plots are nine tenths of the work."""
    content = pickle.dumps((draw, given, options))
    if content not in _DRAWN:
        _DRAWN[content] = draw(*given, **options)
    return _DRAWN[content]
