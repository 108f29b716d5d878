from __future__ import annotations

import pytest

from bakeoff.domain.errors import AccessDenied, InconsistentPredictions, ServiceError, ServiceUnavailable
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.verdict.comparison import judge
from bakeoff.domain.verdict.headline import headline
from bakeoff.domain.verdict.options import VerdictOptions
from bakeoff.report.publishing import publish
from tests.fakes import FakeAccounts, RecordingNotifier
from tests.unit.bakeoff.domain.verdict.results import RUN, a_run, errors
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
    reason = comparison["verdict"]["reason"]
    told = f"{headline(comparison)}\n{reason}\nReport: s3://data-bucket/runs/{RUN}/report.html"
    assert notifier.messages == [(f"Bakeoff {RUN}", told)]


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

    assert published.receipt == store.read_json(f"runs/{RUN}/receipt.json")
    assert "Where the money went." in store.text(f"runs/{RUN}/report.html")
    [(_, message)] = notifier.messages
    assert "\nCost: $0.01 to $0.02 (at most $1.30 by the plan) by list prices\nReport: s3://" in message


def test_costs_that_nobody_can_tell_cost_no_finished_comparison() -> None:
    store, refusal = a_run({"knn": errors(1.0), "xgboost": errors(1.1)}), AccessDenied("No histories.")
    judge(WritableRunFiles(store, RUN), VerdictOptions())

    published = publish(WritableRunFiles(store, RUN), RecordingNotifier(), FakeAccounts(refusal=refusal))

    assert (published.receipt, published.unaccounted) == (None, refusal)
    assert f"runs/{RUN}/report.html" in store.stored_keys()
