from __future__ import annotations

from bakeoff.domain.run.files import RunFiles
from bakeoff.domain.verdict.comparison import compare_run
from bakeoff.domain.verdict.options import VerdictOptions
from bakeoff.report.run_metrics import leaked_resources, measurements_of, undelivered_notifications
from tests.unit.bakeoff.domain.verdict.results import RUN, a_run, errors


def test_what_was_left_behind_is_counted() -> None:
    found = [leaked_resources(names) for names in ([], ["run-alpha", "run-beta"])]

    assert [(item.name, item.unit, item.value) for item in found] == [
        ("LeakedResources", "Count", 0.0),
        ("LeakedResources", "Count", 2.0),
    ]


def test_what_nobody_was_told_is_counted() -> None:
    found = undelivered_notifications(1)

    assert (found.name, found.unit, found.value) == ("UndeliveredNotifications", "Count", 1.0)


def test_a_run_measures_its_outcome_and_each_candidate() -> None:
    store = a_run({"knn": errors(1.0), "xgboost": errors(1.5)}, failures=["mine"])

    found = list(measurements_of(compare_run(RunFiles(store, RUN), VerdictOptions())))

    outcome = {item.name: item.value for item in found if item.candidate is None}
    assert outcome == {"OutcomeWinner": 1.0, "OutcomeTie": 0.0, "OutcomeInconclusive": 0.0}
    knn = {item.name: item.unit for item in found if item.candidate == "knn"}
    assert knn == {
        "CandidateFailed": "Count",
        "rmse": "None",
        "mae": "None",
        "r2": "None",
        "relative_accuracy": "None",
        "LatencyP50": "Milliseconds",
        "LatencyP95": "Milliseconds",
        "TrainingTime": "Seconds",
    }
    assert [(item.name, item.value) for item in found if item.candidate == "mine"] == [("CandidateFailed", 1)]
