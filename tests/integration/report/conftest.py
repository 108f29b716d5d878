"""One headless Chromium for all tests of the page, and a fresh tab for each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bakeoff.domain.run.documents import PastChange, PastRun
from bakeoff.report.history.page import render_history
from scripts.chromium import NAMES, Page, Pipe, find_chromium, open_browser, open_page
from tests.unit.bakeoff.report import examples
from tests.unit.bakeoff.report.class_examples import FIVE, TWO, classified
from tests.unit.bakeoff.report.examples import Run
from tests.unit.bakeoff.report.pages import rendered
from tests.unit.bakeoff.report.test_history import past
from tests.unit.bakeoff.report.test_production_history import BACK, change

RUNS: dict[str, Callable[[], Run]] = {
    "winner": examples.winner,
    "tie": examples.tie,
    "inconclusive": examples.inconclusive,
    "nothing-finished": examples.nothing_finished,
    "too-few-rows": examples.too_few_rows,
    "hostile": examples.hostile,
    "mixed": examples.mixed,
    "wide": lambda: examples.mixed(more_numbers=3000),
    "two-classes": lambda: classified(TWO, labels_only=["knn"]),
    "five-classes": lambda: classified(FIVE),
    "hundred-classes": lambda: classified([f"{'long ' * 20}<{place}>" for place in range(100)], rows=1500),
    "one-row": lambda: examples.crowd(candidates=3, rows=1),
    "crowd": lambda: examples.crowd(candidates=40, rows=5000),
    "folds": examples.folded,
    "crowd-in-folds": lambda: examples.folded(candidates=[f"candidate-{place:02}" for place in range(40)]),
}

HISTORIES: dict[str, Callable[[], tuple[list[PastRun], list[PastChange]]]] = {
    "one-run": lambda: ([past(1)], []),
    "many-runs": lambda: (
        [
            past(number, run_id=f"dataset-second-half-{number:016}", headline="Tie: " + "long words " * 6)
            for number in range(60)
        ],
        [],
    ),
    "hostile-history": lambda: (
        [past(1, target="<script>", headline="wide" * 200, data_set="Inputs/" + "x" * 300)],
        [],
    ),
    "promotions": lambda: ([past(number) for number in range(1, 6)], [change(2), change(3), BACK, change(6)]),
    "promotions-of-runs-that-expired": lambda: ([], [change(2, candidate="<script>" * 50), BACK]),
}


@pytest.fixture(scope="session")
def browser() -> Iterator[Pipe]:
    executable = find_chromium()
    if executable is None and "CI" not in os.environ:
        pytest.skip(f"none of {', '.join(NAMES)} is on the PATH: apt-get install chromium")
    assert executable, "CI must have a Chromium: apt-get install chromium"
    with open_browser(executable) as pipe:
        yield pipe


@pytest.fixture
def tab(browser: Pipe) -> Iterator[Page]:
    with open_page(browser) as page:
        yield page


@pytest.fixture(scope="session")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Of a page for each run, by the run's kind."""
    folder = tmp_path_factory.mktemp("reports")
    pages = {kind: _written(folder / f"{kind}.html", make()) for kind, make in RUNS.items()}
    for kind, make_history in HISTORIES.items():
        file = folder / f"{kind}.html"
        file.write_text(render_history(*make_history()))
        pages[kind] = file.as_uri()
    return pages


def _written(file: Path, run: Run) -> str:
    file.write_text(rendered(run))
    return file.as_uri()
