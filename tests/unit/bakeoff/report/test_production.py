"""What the report says of production."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bakeoff.domain.promotion.judging import judge_run
from bakeoff.domain.run.documents import PastRun
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.run.history import PAGE, entry_keys, read_entries
from bakeoff.domain.verdict.options import VerdictOptions
from bakeoff.report.production import InProduction
from bakeoff.report.publishing import publish
from tests.fakes import FakeAccounts, InMemoryRunStore, RecordingNotifier
from tests.unit.bakeoff.domain.promotion.runs import LIVE, a_promoting_run, a_record, decided
from tests.unit.bakeoff.domain.verdict.results import RUN, a_run, errors
from tests.unit.bakeoff.report import examples
from tests.unit.bakeoff.report.html import Page
from tests.unit.bakeoff.report.pages import rendered


def page_of(store: InMemoryRunStore, record: Any = None) -> Page:
    return Page(rendered(replace(examples.tie(), production=InProduction(decided(store), record))))


def listed(champion: Any) -> tuple[PastRun, Page]:
    """What a run adds to the history of runs, with a champion of such errors, and the history's page."""
    store = a_promoting_run({"xgboost": errors(1.0)}, champion=champion)
    judge_run(WritableRunFiles(store, RUN), VerdictOptions())
    publish(WritableRunFiles(store, RUN), RecordingNotifier(), FakeAccounts(), store)
    [entry] = read_entries(store, entry_keys(store))
    return entry, Page(store.text(PAGE))


def test_a_run_that_decides_nothing_about_production_does_not_mention_it() -> None:
    assert "production" not in rendered(examples.tie()).casefold()


def test_the_decision_stands_in_one_sentence_beside_what_production_runs() -> None:
    page = page_of(a_promoting_run({"xgboost": errors(1.0)}, champion=errors(1.5)), a_record())

    assert (
        "Promote. xgboost should replace knn of run run-0: it has an RMSE of 1.04 against 1.57" in page.words
    )
    assert (
        "Production runs knn of run run-0 , promoted 2026-11-01 00:00 UTC , as endpoint configuration "
        "bakeoff-live-1 . Its RMSE was 2 then, on 300 test rows, and is 1.567 on this run's. Why: It was "
        "better." in page.words
    )
    assert "Candidate RMSE Minus that of production p, one-sided p, adjusted xgboost 1.045" in page.words


def test_its_link_stands_where_its_section_does() -> None:
    store = a_promoting_run({"xgboost": errors(1.0)})
    page = rendered(replace(examples.folded(), production=InProduction(decided(store), None)))

    links = re.findall(r'<li><a href="#([a-z]+)">', page)
    assert links == [each for each in re.findall(r'<h2 id="([a-z]+)">', page) if each in links]
    assert "production" in links


def test_the_first_is_compared_with_the_baseline() -> None:
    page = page_of(a_promoting_run({"xgboost": errors(1.0)}))

    assert "First model. xgboost should be the first model in production" in page.words
    assert "Nothing is in production yet." in page.words
    assert "Minus that of the baseline" in page.words


def test_what_somebody_else_put_there_is_named() -> None:
    store = a_promoting_run({"xgboost": errors(1.0)}, live=LIVE, incomparable="nothing is recorded of it")
    page = page_of(store)

    assert (
        "Not comparable. Nothing is promoted, because the model in production was not compared" in page.words
    )
    assert (
        "Production runs the endpoint configuration bakeoff-live-1 , of which nothing is recorded."
        in page.words
    )


def test_a_hostile_record_is_text() -> None:
    store = a_promoting_run({"xgboost": errors(1.0)}, champion=errors(1.5))
    record = a_record(candidate=examples.HOSTILE, why=examples.HOSTILE)

    assert "<script>" not in rendered(
        replace(examples.tie(), production=InProduction(decided(store), record))
    )


def test_publishing_reads_the_decision_and_tells_it() -> None:
    store, notifier = a_promoting_run({"xgboost": errors(1.0)}, champion=errors(1.5)), RecordingNotifier()
    judge_run(WritableRunFiles(store, RUN), VerdictOptions())

    publish(WritableRunFiles(store, RUN), notifier, FakeAccounts())

    assert "xgboost should replace knn of run run-0" in store.text(f"runs/{RUN}/report.html")
    [(_, told)] = notifier.messages
    assert "\nDecision about production: xgboost should replace knn of run run-0" in told


def test_the_history_tells_what_was_in_production_when_a_run_was_planned() -> None:
    (before, page_before), (entry, page) = map(listed, (None, errors(1.5)))

    assert before["champion"] is None and "promoted" not in page_before.words
    assert entry["champion"] == {
        "run_id": "run-0",
        "candidate": "knn",
        "since": "2026-11-01T00:00:00Z",
    }
    assert "In production" in page.words and "knn of run-0, promoted 2026-11-01 00:00 UTC" in page.words


def test_without_promotion_report_and_message_are_byte_for_byte_what_they_were() -> None:
    without, with_it = RecordingNotifier(), RecordingNotifier()
    plain = a_run({"xgboost": errors(1.0)})
    promoting = a_promoting_run({"xgboost": errors(1.0)})
    for store, notifier in ((plain, without), (promoting, with_it)):
        judge_run(WritableRunFiles(store, RUN), VerdictOptions())
        publish(WritableRunFiles(store, RUN), notifier, FakeAccounts())

    key = f"runs/{RUN}/report.html"
    assert "production" not in plain.text(key).casefold()
    [(_, told)], [(_, told_too)] = without.messages, with_it.messages
    lines = told_too.splitlines()
    assert [line for line in lines if not line.startswith("Decision about production: ")] == told.splitlines()
