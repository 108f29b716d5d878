from __future__ import annotations

import pytest

from bakeoff.domain.errors import AccessDenied, InconsistentPredictions, ServiceError, ServiceUnavailable
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.verdict.comparison import judge
from bakeoff.domain.verdict.headline import headline
from bakeoff.domain.verdict.options import VerdictOptions
from bakeoff.report.page import verdict_sentence
from bakeoff.report.publishing import publish
from tests.fakes import FakeAccounts, RecordingNotifier
from tests.unit.bakeoff.domain.verdict.fold_runs import a_run_in_folds
from tests.unit.bakeoff.domain.verdict.results import RUN, a_run, errors
from tests.unit.bakeoff.report.html import Page
from tests.unit.bakeoff_cli.receipts import receipt


@pytest.mark.parametrize(
    ("predictions", "failures"),
    [({"knn": errors(1.0), "xgboost": errors(1.1)}, ["mine"]), ({"knn": errors(1.0)}, []), ({}, ["knn"])],
)
def test_a_finished_run_stores_its_report_and_tells_the_topic(
    predictions: dict[str, list[float]], failures: list[str]
) -> None:
    store, notifier = a_run(predictions, failures), RecordingNotifier()
    judge(WritableRunFiles(store, RUN), VerdictOptions())

    published = publish(WritableRunFiles(store, RUN), notifier, FakeAccounts())

    comparison = published.comparison
    assert published.untold is None
    assert comparison == store.read_json(f"runs/{RUN}/comparison.json")
    page = store.text(f"runs/{RUN}/report.html")
    assert page.startswith("<!doctype html>")
    for name in (*predictions, *failures):
        assert name in page
    assert store.content_types[f"runs/{RUN}/report.html"] == "text/html; charset=utf-8"
    sentence = verdict_sentence(comparison, store.read_json(f"runs/{RUN}/plan.json"))
    told = f"{headline(comparison)}\n{sentence}\nReport: s3://data-bucket/runs/{RUN}/report.html"
    assert notifier.messages == [(f"Bakeoff {RUN}", told)]


def test_a_tie_on_one_split_is_told_with_what_folds_would_bring() -> None:
    store, notifier = a_run({"knn": errors(1.0), "xgboost": errors(1.1)}), RecordingNotifier()
    judge(WritableRunFiles(store, RUN), VerdictOptions())
    comparison = store.read_json(f"runs/{RUN}/comparison.json")
    comparison["verdict"].update(outcome="tie", rows_needed=2000)
    comparison["dataset"].update(test=330)
    store.write_json(f"runs/{RUN}/comparison.json", comparison)
    plan = store.read_json(f"runs/{RUN}/plan.json")
    store.write_json(f"runs/{RUN}/plan.json", plan | {"cost": {"amount": "2.401", "currency": "USD"}})

    publish(WritableRunFiles(store, RUN), notifier, FakeAccounts())

    [(_, told)] = notifier.messages
    assert (
        " With the setting folds: 10, 3,881 rows would judge instead of 330 for about ten times the" in told
    )
    assert "With the setting folds: 10" in store.text(f"runs/{RUN}/report.html")
    for text in (told, Page(store.text(f"runs/{RUN}/report.html")).words):
        assert "ten times the cost (at most $2.41 for this run, by its plan)." in text


def test_the_report_of_a_run_with_folds_tells_of_its_final_model() -> None:
    store = a_run_in_folds({"knn": errors(1.0), "xgboost": errors(1.5)})
    run = WritableRunFiles(store, RUN)
    judge(run, VerdictOptions())
    publish(run, RecordingNotifier(), FakeAccounts())
    assert "No final model was trained." in store.text(f"runs/{RUN}/report.html")

    run.write_final_model(
        {
            "candidate": "knn",
            "status": "completed",
            "error": None,
            "model_data_url": "s3://data-bucket/runs/run-1/models/knn/final/model.tar.gz",
            "training_seconds": 20,
            "billable_seconds": 20,
            "rows": {"train": 264, "validation": 66},
        }
    )
    publish(run, RecordingNotifier(), FakeAccounts())

    page = Page(store.text(f"runs/{RUN}/report.html"))
    assert "knn was trained once more on all rows (264 to learn from, 66 to validate)." in page.words
    assert "Fold by fold" in page.words and "Test rows 330 in 5 folds" in page.words


@pytest.mark.parametrize("kind", [ServiceError, ServiceUnavailable, AccessDenied])
def test_a_topic_that_cannot_be_told_costs_no_finished_comparison(kind: type[ServiceError]) -> None:
    store, refusal = a_run({"knn": errors(1.0), "xgboost": errors(1.1)}), kind("The topic is gone.")
    judge(WritableRunFiles(store, RUN), VerdictOptions())

    published = publish(WritableRunFiles(store, RUN), RecordingNotifier(refusal), FakeAccounts())

    assert published.untold is refusal
    assert f"runs/{RUN}/report.html" in store.stored_keys()
    assert published.comparison["verdict"]["outcome"]


def test_another_fault_of_a_notifier_is_no_refusal() -> None:
    store = a_run({"knn": errors(1.0)})
    judge(WritableRunFiles(store, RUN), VerdictOptions())

    with pytest.raises(InconsistentPredictions):
        notifier = RecordingNotifier(InconsistentPredictions("k", "is odd"))
        publish(WritableRunFiles(store, RUN), notifier, FakeAccounts())


def test_what_the_run_cost_is_stored_told_and_in_the_report() -> None:
    store, notifier = a_run({"knn": errors(1.0), "xgboost": errors(1.1)}), RecordingNotifier()
    judge(WritableRunFiles(store, RUN), VerdictOptions())

    published = publish(WritableRunFiles(store, RUN), notifier, FakeAccounts(receipt(RUN)))

    assert published.accounted is not None
    assert published.accounted.receipt == store.read_json(f"runs/{RUN}/receipt.json")
    assert "Where the money went." in store.text(f"runs/{RUN}/report.html")
    [(_, message)] = notifier.messages
    assert "\nCost: $0.01 to $0.02 (at most $1.30 by the plan) by list prices\nReport: s3://" in message


def test_costs_that_nobody_can_tell_cost_no_finished_comparison() -> None:
    store, refusal = a_run({"knn": errors(1.0), "xgboost": errors(1.1)}), AccessDenied("No histories.")
    judge(WritableRunFiles(store, RUN), VerdictOptions())

    published = publish(WritableRunFiles(store, RUN), RecordingNotifier(), FakeAccounts(refusal=refusal))

    assert (published.accounted, published.unaccounted) == (None, refusal)
    assert f"runs/{RUN}/report.html" in store.stored_keys()
