"""Promotions and rollbacks in the history of runs: what each adds, and how the page shows it."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.run.documents import PastChange
from bakeoff.domain.run.history import CHANGES, PAGE, change_key, change_keys, entry_key, entry_keys
from bakeoff.report.history.page import render_history
from bakeoff.report.history.production import spread
from bakeoff.report.history.publishing import publish_change, publish_history
from bakeoff.report.text import NOTHING
from tests.fakes import InMemoryRunStore
from tests.unit.bakeoff.report.html import Page
from tests.unit.bakeoff.report.test_history import past


def change(day: int, **changes: Any) -> PastChange:
    """At noon, where `past(number)` is planned at ten on the day after that number."""
    entry: Any = {
        "schema_version": 1,
        "execution": f"execution-{day}",
        "started_at": f"2026-11-{day:02}T11:30:00.000Z",
        "at": f"2026-11-{day:02}T12:00:00.000Z",
        "kind": "promotion",
        "config": f"live-{day}",
        "run_id": f"run-{day - 1}",
        "candidate": "knn",
        "data_set": "",
        "target": "price",
        "metric": "rmse",
        "previous": None,
        "before": None,
    }
    entry.update(changes)
    return cast(PastChange, entry)


BACK = change(
    4,
    kind="rollback",
    config="live-2",
    run_id="run-1",
    previous="live-3",
    before={"run_id": "run-2", "candidate": "forest"},
)


def test_a_change_lies_beside_the_runs_entries_and_is_none_of_them() -> None:
    store = InMemoryRunStore()
    publish_history(store, past(1))

    address = publish_change(store, change(2))

    assert address == "s3://data-bucket/runs/index.html"
    assert change_key(change(2)) == f"{CHANGES}20261102T113000-execution-2.json"
    assert (entry_keys(store), change_keys(store)) == ([entry_key(past(1))], [change_key(change(2))])


def test_a_repetition_of_the_same_execution_replaces_its_change() -> None:
    store = InMemoryRunStore()
    for at in ("2026-11-02T12:00:00.000Z", "2026-11-02T12:05:00.000Z"):
        publish_change(store, change(2, at=at))
    [key] = change_keys(store)
    assert store.read_json(key)["at"] == "2026-11-02T12:05:00.000Z"


def test_a_run_and_a_change_that_end_at_once_are_both_on_the_last_page() -> None:
    class Crowded(InMemoryRunStore):
        """When the first page is written, the other one has just written its entry."""

        def __init__(self, key: str, other: object) -> None:
            super().__init__()
            self.others = {key: other}

        def write_text(self, key: str, text: str, content_type: str) -> None:
            super().write_text(key, text, content_type)
            if key == PAGE and self.others:
                name, other = self.others.popitem()
                self.put(name, json.dumps(other).encode())

    of_run, of_change = Crowded(change_key(change(3)), change(3)), Crowded(entry_key(past(1)), past(1))
    publish_history(of_run, past(1))
    publish_change(of_change, change(3))

    for store in (of_run, of_change):
        page = Page(store.text(PAGE))
        assert "run-1/report.html" in store.text(PAGE) and "2026-11-03 12:00 UTC promotion" in page.words


def test_what_production_served_and_until_when_stands_in_a_table_newest_first() -> None:
    runs = [past(1), past(2)]
    changes = [change(2, candidate="<b>"), change(3, previous="by-hand"), BACK]
    page = render_history(runs, changes)

    assert (
        "When Change Serves Served before Served until "
        "2026-11-04 12:00 UTC rollback knn of run-1 forest of run-2 in production "
        "2026-11-03 12:00 UTC promotion knn of run-2 by-hand 2026-11-04 12:00 UTC "
        f"2026-11-02 12:00 UTC promotion <b> of run-1 {NOTHING} 2026-11-03 12:00 UTC" in Page(page).words
    )
    assert page.count('of <a href="run-1/report.html">run-1</a>') == 2
    assert page == render_history(runs, changes[::-1]), "in whatever order they are read"


def test_a_run_that_has_expired_is_named_without_a_link() -> None:
    page = render_history([past(5)], [change(2)])
    assert "knn of run-1<" in page and 'href="run-1/' not in page


def test_a_reign_ends_with_a_change_to_a_model_of_other_data() -> None:
    page = Page(render_history([past(1)], [change(2), change(3, data_set="Inputs/cars/")]))

    assert f"2026-11-02 12:00 UTC promotion knn of run-1 {NOTHING} 2026-11-03 12:00 UTC" in page.words
    assert page.words.index("All data: price") < page.words.index("cars: price by RMSE")


def test_changes_whose_runs_have_all_expired_have_a_page() -> None:
    page = render_history([], [change(2), BACK])

    assert "0 runs" in page and "<svg" not in page and "Verdict" not in page
    assert "rollback knn of run-1 forest of run-2 in production" in Page(page).words
    assert "History of runs" in render_history([])


def test_the_plot_marks_changes_between_the_runs_where_they_came() -> None:
    runs = [past(number) for number in range(1, 4)]
    page = render_history(runs, [change(1), change(2), BACK])

    told = ", promotion before run 1, promotion after run 1, rollback after run 3; in the last"
    assert f" over 3 runs{told}" in page
    assert page.count(">promotion<") - page.count(">promotion</td>") == 1
    assert page.count(">rollback<") - page.count(">rollback</td>") == 1
    only = render_history(runs, [change(2)])
    assert only.count(">rollback<") == 0


def test_that_production_changed_is_inferred_only_where_nothing_tells_how() -> None:
    champions = [
        {"run_id": run, "candidate": "knn", "since": "2026-11-01T00:00:00+00:00"} for run in ("a", "b", "c")
    ]
    runs = [past(number, champion=each) for number, each in enumerate(champions, 1)]

    page = render_history(runs, [change(3)])

    assert ", with another model in production from run 2, promotion after run 2; in the last" in page
    assert ">production changed<" in page
    assert "production changed" not in render_history(runs, [change(2), change(3)])


def test_without_changes_nothing_is_said_of_any() -> None:
    page = render_history([past(1), past(2)])
    assert page == render_history([past(1), past(2)], [])
    assert not any(word in page for word in ("promotion", "rollback", "Served", "<h3"))


@given(st.lists(st.integers(0, 5)).map(sorted))
def test_each_change_has_a_place_of_its_own_in_its_gap_and_in_order(gaps: list[int]) -> None:
    places = spread(gaps)
    assert all(gap < place < gap + 1 for gap, place in zip(gaps, places, strict=True))
    assert all(one < other for one, other in pairwise(places))
