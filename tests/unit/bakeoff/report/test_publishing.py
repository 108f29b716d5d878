from __future__ import annotations

import pytest

from bakeoff.domain.errors import AccessDenied, InconsistentPredictions, ServiceError, ServiceUnavailable
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.verdict.comparison import judge
from bakeoff.domain.verdict.headline import headline
from bakeoff.domain.verdict.options import VerdictOptions
from bakeoff.report.publishing import publish
from tests.fakes import RecordingNotifier
from tests.unit.bakeoff.domain.verdict.results import RUN, a_run, errors


@pytest.mark.parametrize(
    ("predictions", "failures"),
    [({"knn": errors(1.0), "xgboost": errors(1.1)}, ["mine"]), ({"knn": errors(1.0)}, []), ({}, ["knn"])],
)
def test_a_finished_run_stores_its_report_and_tells_the_topic(
    predictions: dict[str, list[float]], failures: list[str]
) -> None:
    store, notifier = a_run(predictions, failures), RecordingNotifier()
    judge(WritableRunFiles(store, RUN), VerdictOptions())

    published = publish(WritableRunFiles(store, RUN), notifier)

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

    published = publish(WritableRunFiles(store, RUN), RecordingNotifier(refusal))

    assert published.untold is refusal
    assert f"runs/{RUN}/report.html" in store.stored_keys()
    assert published.comparison["verdict"]["outcome"]


def test_another_fault_of_a_notifier_is_no_refusal() -> None:
    store = a_run({"knn": errors(1.0)})
    judge(WritableRunFiles(store, RUN), VerdictOptions())

    with pytest.raises(InconsistentPredictions):
        publish(WritableRunFiles(store, RUN), RecordingNotifier(InconsistentPredictions("k", "is odd")))
