"""The history of runs: what each adds, and the page that shows them."""

from __future__ import annotations

import json
import math
import random
from typing import Any, cast

import pytest

from bakeoff.domain.errors import AccessDenied
from bakeoff.domain.run.documents import PastRun
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.run.history import ENTRIES, MOST_ENTRIES, PAGE, entry_key, entry_keys, read_entries
from bakeoff.domain.statistics.clusters import Clusters
from bakeoff.domain.verdict.comparison import judge
from bakeoff.domain.verdict.measuring import column, measuring
from bakeoff.domain.verdict.options import Candidate, VerdictOptions
from bakeoff.domain.verdict.past import half_width
from bakeoff.report.history.page import render_history
from bakeoff.report.history.publishing import publish_history
from bakeoff.report.publishing import publish
from tests.fakes import FakeAccounts, InMemoryRunStore, RecordingNotifier
from tests.unit.bakeoff.domain.verdict.results import RUN, a_run, errors
from tests.unit.bakeoff.report.html import Page


def past(number: int, **changes: Any) -> PastRun:
    entry: Any = {
        "schema_version": 1,
        "run_id": f"run-{number}",
        "created_at": f"2026-11-{number % 28 + 1:02}T10:{number // 28:02}:00+00:00",
        "data_set": "",
        "target": "price",
        "metric": "rmse",
        "confidence": 0.95,
        "rows": 300 + number,
        "train_rows": 900,
        "baseline": 4.0,
        "candidates": [
            {"name": "knn", "algorithm": "knn", "value": 2.5, "ci_low": 2.25, "ci_high": 2.75},
            {"name": "forest", "algorithm": "forest", "value": None, "ci_low": None, "ci_high": None},
        ],
        "outcome": "winner",
        "recommended": "knn",
        "headline": "Winner: knn predicts better than forest.",
    }
    entry.update(changes)
    return cast(PastRun, entry)


def test_a_finished_run_adds_its_entry_and_writes_the_page() -> None:
    store = a_run({"knn": errors(1.0), "xgboost": errors(1.5)}, ["mine"])
    run = WritableRunFiles(store, RUN)
    judge(run, VerdictOptions())

    published = publish(run, RecordingNotifier(), FakeAccounts(), store)

    [entry] = read_entries(store, entry_keys(store))
    comparison = published.comparison
    assert published.unlisted is None
    assert (entry["run_id"], entry["metric"], entry["rows"]) == (RUN, "rmse", 330)
    assert entry["recommended"] == comparison["verdict"]["recommended"]
    values = {each["name"]: each for each in entry["candidates"]}
    for each in comparison["candidates"]:
        told = values[each["name"]]
        if each["metrics"] is None:
            assert (told["value"], told["ci_low"], told["ci_high"]) == (None, None, None)
        else:
            assert told["value"] == each["metrics"]["rmse"]
            assert told["ci_low"] is not None and told["ci_high"] is not None
            assert 0 < told["ci_low"] < each["metrics"]["rmse"] < told["ci_high"]  # type: ignore[operator]
    page = Page(store.text(PAGE))
    assert "History of runs" in page.words and entry["headline"] in page.words
    assert store.content_types[PAGE] == "text/html; charset=utf-8"


def test_a_run_that_is_published_again_has_one_entry() -> None:
    store = InMemoryRunStore()
    for rows in (1, 2):
        publish_history(store, past(3, rows=rows))
    [entry] = read_entries(store, entry_keys(store))
    assert entry["rows"] == 2


def test_no_entry_lies_where_a_run_could() -> None:
    assert entry_key(past(3)) == f"{ENTRIES}20261104T100000-run-3.json"
    assert ENTRIES.removeprefix("runs/").startswith(".")


def test_of_runs_that_end_at_once_the_last_page_has_all() -> None:
    class Crowded(InMemoryRunStore):
        """Whenever a page is written, another run has just written its entry."""

        def __init__(self) -> None:
            super().__init__()
            self.others = [past(7), past(8)]

        def write_text(self, key: str, text: str, content_type: str) -> None:
            super().write_text(key, text, content_type)
            if key == PAGE and self.others:
                other = self.others.pop()
                self.put(entry_key(other), json.dumps(other).encode())

    store = Crowded()
    publish_history(store, past(6))
    page = store.text(PAGE)
    assert all(f"run-{number}/report.html" in page for number in (6, 7, 8))


def test_an_entry_that_expires_meanwhile_is_left_out() -> None:
    store = InMemoryRunStore()
    publish_history(store, past(1))
    assert read_entries(store, [f"{ENTRIES}gone.json", *entry_keys(store)]) == [past(1)]


def test_a_history_that_may_not_be_written_costs_no_finished_comparison() -> None:
    class Refusing(InMemoryRunStore):
        def write_json(self, key: str, value: object) -> None:
            raise AccessDenied(f"No writing of {key}.")

    store, notifier = a_run({"knn": errors(1.0)}), RecordingNotifier()
    run = WritableRunFiles(store, RUN)
    judge(run, VerdictOptions())
    published = publish(run, notifier, FakeAccounts(), Refusing())

    assert "No writing" in str(published.unlisted)
    assert notifier.messages and f"runs/{RUN}/report.html" in store.stored_keys()


def test_the_page_shows_the_newest_runs_only_and_says_so() -> None:
    store = InMemoryRunStore()
    for number in range(MOST_ENTRIES + 3):
        store.write_json(entry_key(past(number)), past(number))
    keys = entry_keys(store)
    assert len(keys) == MOST_ENTRIES
    page = Page(render_history(read_entries(store, keys)))
    assert f"any but the newest {MOST_ENTRIES}" in page.words


def test_each_data_set_target_and_metric_has_a_section_newest_first() -> None:
    runs = [
        past(1, data_set="Inputs/cars/", metric="mae"),
        past(2),
        past(3, target="rent"),
        past(4, data_set="Inputs/cars/", metric="mae"),
    ]
    page = render_history(runs)

    headings = [line for line in page.splitlines() if line.startswith("<h2")]
    assert ["cars: price by MAE" in headings[0], "rent" in headings[1], "All data: price" in headings[2]] == [
        True
    ] * 3
    assert page.count("<svg") == 3
    assert page == render_history(runs)


def test_values_intervals_and_verdicts_stand_in_the_table() -> None:
    page = Page(render_history([past(1), past(2, candidates=[], recommended=None, baseline=None, folds=5)]))
    assert "2.500 2.25 to 2.75" in page.words
    assert "no value" in page.words and "5 folds" in page.words and "301" in page.words


def test_runs_without_any_value_have_a_table_and_no_picture() -> None:
    page = render_history([past(1, candidates=[], recommended=None)])
    assert "<svg" not in page and "run-1/report.html" in page


def test_what_production_ran_is_shown_where_it_is_known() -> None:
    champion = {"run_id": "run-0", "candidate": "knn", "since": "2026-11-01T00:00:00+00:00"}
    page = Page(render_history([past(0), past(1, champion=None), past(2, champion=champion)]))
    assert "In production" in page.words
    assert "knn of run-0, promoted 2026-11-01 00:00 UTC" in page.words
    assert "In production" not in Page(render_history([past(1)])).words


def test_the_plot_shows_where_production_changed() -> None:
    champions = [
        {"run_id": run, "candidate": "knn", "since": "2026-11-01T00:00:00+00:00"} for run in ("a", "a", "b")
    ]
    runs = [past(0), *(past(number, champion=each) for number, each in enumerate(champions, 1))]
    page = render_history(runs)

    assert (
        " over 4 runs, with another model in production from run 2, 4; in the last" in page
        and ">production changed<" in page
    )
    assert "production changed" not in render_history(runs[:1])


def test_nothing_in_an_entry_can_break_the_page() -> None:
    bad = '<script>"&'
    page = render_history(
        [past(1, target=bad, headline=bad, data_set=f"Inputs/{bad}/", recommended=bad, run_id='a"b')]
    )
    assert "<script" not in page and 'href="a%22b/report.html"' in page


@pytest.mark.parametrize("metric", ["rmse", "mae", "r2", "relative_accuracy"])
def test_intervals_cover_as_often_as_they_say(metric: str) -> None:
    """Of 400 rows each, about a metric that 200,000 rows tell."""
    chance = random.Random(5)

    def drawn(rows: int) -> tuple[list[float], list[float]]:
        actual = [chance.uniform(5, 15) for _ in range(rows)]
        return actual, [value + chance.gauss(0, 1) for value in actual]

    options = VerdictOptions(metric=metric)

    def measured(rows: int) -> tuple[float, float]:
        actual, predicted = drawn(rows)
        measure, candidate = measuring(column("a", actual), options, ()), Candidate("knn", predicted)
        half = half_width(measure, candidate, Clusters.of(None, rows), 0.95)
        value = measure.measured(candidate).value
        assert half is not None and value is not None
        return value, half

    truth, _ = measured(200_000)
    covered = sum(abs(value - truth) <= half for value, half in (measured(400) for _ in range(300)))
    assert 0.95 - 4 * math.sqrt(0.95 * 0.05 / 300) < covered / 300 <= 0.995


def test_too_few_rows_have_no_interval() -> None:
    actual = [float(row) for row in range(49)]
    measure = measuring(column("a", actual), VerdictOptions(), ())
    candidate = Candidate("knn", [value + 1 for value in actual])
    assert half_width(measure, candidate, Clusters.of(None, 49), 0.95) is None
