from __future__ import annotations

from bakeoff.domain.comparison import compare
from bakeoff.domain.publishing import publish
from bakeoff.domain.report import render, verdict_sentence
from tests.fakes import InMemoryRunStore, RecordingNotifier
from tests.unit.bakeoff.domain.results import DATASET, completed


def test_a_finished_run_stores_its_report_and_tells_the_topic() -> None:
    store, notifier = InMemoryRunStore(), RecordingNotifier()
    comparison = compare("run-1", DATASET, [completed("knn", 2.0)])
    store.write_json("runs/run-1/comparison.json", comparison)

    assert publish(store, notifier, "run-1") == comparison

    assert store.text("runs/run-1/report.html") == render(comparison)
    assert store.content_types["runs/run-1/report.html"] == "text/html; charset=utf-8"
    assert notifier.messages == [
        (
            "Bakeoff run-1",
            f"{verdict_sentence(comparison)}\nReport: s3://data-bucket/runs/run-1/report.html",
        )
    ]
