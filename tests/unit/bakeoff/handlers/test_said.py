"""Every function tells in one line of its log what it did."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import pytest

from tests.template import FUNCTIONS, module_of

Events = Callable[[str], dict[str, Any]]
RUN = "dataset1-0123456789abcdef"
ANSWERS: dict[str, list[tuple[Any, str]]] = {
    "StartRunFunction": [
        (
            {"started": ["a", "b"], "repeated": [], "ignored": ["Inputs/x/"]},
            "started 2: a, b; ignored 1: Inputs/x/",
        ),
        ({"started": [], "repeated": [], "ignored": []}, "the event tells of no upload"),
    ],
    "TakeTurnFunction": [
        ({"turn": "ours"}, f"run {RUN} has its turn"),
        ({"turn": "unsettled", "wait_seconds": 9}, f"run {RUN} waits (unsettled) and asks again in 9 s"),
        (
            {"turn": "superseded", "superseded_by": "other"},
            f"run {RUN} need not run: other has its upload in its plan",
        ),
    ],
    "PlanRunFunction": [
        (
            {"inputs": 2, "candidates": 3},
            f"planned run {RUN}: 2 inputs, 3 candidates; it may cost at most unknown",
        ),
        (
            {"inputs": 1, "candidates": 1, "most": "$2.41"},
            f"planned run {RUN}: 1 input, 1 candidate; it may cost at most $2.41",
        ),
        (
            {"inputs": 1, "candidates": 2, "folds": 5, "units": 10, "training_jobs": 11, "most": "$9.00"},
            f"planned run {RUN}: 1 input, 2 candidates in 5 folds, at most 11 training jobs; it may cost at "
            "most $9.00",
        ),
    ],
    "CheckDatasetsFunction": [
        (
            {"units": [{"candidate": name, "fold": None} for name in ("knn", "xgboost")]},
            f"run {RUN}: the data sets allow a comparison of 2 candidates",
        ),
        (
            {"units": [{"candidate": "knn", "fold": fold} for fold in range(3)]},
            f"run {RUN}: the data sets allow a comparison of 1 candidate in 3 folds",
        ),
    ],
    "ScoreCandidateFunction": [({"name": "knn", "status": "completed"}, f"scored knn of run {RUN}")],
    "RecordFailureFunction": [
        ({"name": "knn", "status": "failed"}, f"run {RUN}: knn failed in Train model (States.TaskFailed)")
    ],
    "ReleaseResourcesFunction": [
        ({"released": True}, "nothing is left of bakeoff-1a2b3c4d-0123456789-xgboost"),
        ({"released": False}, "something is left of bakeoff-1a2b3c4d-0123456789-xgboost and has yet to go"),
    ],
    "JudgeCandidatesFunction": [
        ({"finished": 2, "best": "knn"}, f"judged run {RUN}: 2 candidates finished, best is knn")
    ],
    "PublishReportFunction": [
        ({"report_uri": "s3://b/r.html", "notified": True}, "published s3://b/r.html and told the topic"),
        ({"report_uri": "s3://b/r.html", "notified": False}, "published s3://b/r.html"),
    ],
    "SweepResourcesFunction": [({"found": 2}, f"swept after run {RUN}, which is ABORTED: 2 things left")],
    "PublishVersionsFunction": [
        (
            {"TakeTurn": "arn:1", "PlanRun": "arn:2"},
            "published the versions of 2 functions for CloudFormation's Update of FunctionVersions",
        ),
        ({}, "published nothing for CloudFormation's Update of FunctionVersions"),
    ],
    "TakeProductionFunction": [
        ({"turn": "waits"}, "bakeoff-live-1a2b3c4d-1: the turn is waits, production unchanged"),
        ({"turn": "ours", "config": "new"}, "bakeoff-live-1a2b3c4d-1: the turn is ours, production new"),
    ],
    "ProbeProductionFunction": [({"rows": 100}, "bakeoff-live-1a2b3c4d answers 100 rows as it was judged")],
    "RecordProductionFunction": [
        (
            {"deleted": ["old"], "notified": True},
            "production serves bakeoff-live-1a2b3c4d-0123456789; deleted 1 version",
        )
    ],
    "PublishHistoryFunction": [
        (
            {"page_uri": "s3://bucket/runs/index.html"},
            "bakeoff-live-1a2b3c4d-1-2026-11-01T00-00-00Z stands on s3://bucket/runs/index.html",
        )
    ],
    "DiscardVersionFunction": [
        ({"discarded": True}, "nothing is left of it"),
        ({"discarded": False}, "something is left of it and has yet to go"),
    ],
    "RegisterModelFunction": [
        ({"model_package_arn": "arn:1"}, "run abalone-0123456789abcdef proposes arn:1"),
        ({"model_package_arn": None}, "production stays as it is"),
    ],
    "StartPromotionFunction": [
        ({"execution": "live-1", "started": True}, "started promotion live-1"),
        ({"execution": "live-1", "started": False}, "has been started before: promotion live-1"),
    ],
    "RemoveProductionFunction": [(None, "answered CloudFormation's Delete of Production")],
    "EmptyBucketFunction": [(None, "answered CloudFormation's Delete of EmptyBucket")],
}


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_function_says_what_it_did(function: str, load: Any, event_of: Events) -> None:
    module = load(function).module

    for answer, words in ANSWERS[function]:
        assert module._said(event_of(function), answer) == words


def test_every_handler_is_instrumented_with_its_own_words(monkeypatch: pytest.MonkeyPatch, load: Any) -> None:
    from bakeoff.handlers import telemetry

    used: list[Any] = []
    instrumented = telemetry.instrumented

    def recording(says: Any) -> Any:
        used.append(says)
        return instrumented(says)

    monkeypatch.setattr(telemetry, "instrumented", recording)
    for function in FUNCTIONS:
        assert load(function).module._said is used[-1]
    assert len(used) == len(FUNCTIONS)


def test_every_function_has_its_event_here() -> None:
    assert {module_of(name) for name in ANSWERS} == {module_of(name) for name in FUNCTIONS}
    assert all(importlib.util.find_spec(FUNCTIONS[name]["Handler"].rpartition(".")[0]) for name in ANSWERS)


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("ScoreCandidateFunction", f"scored knn in fold-0 of run {RUN}"),
        ("RecordFailureFunction", f"run {RUN}: knn in fold-0 failed in Train model (States.TaskFailed)"),
    ],
)
def test_what_is_done_in_a_fold_says_in_which(function: str, words: str, load: Any, event_of: Events) -> None:
    event = event_of(function)
    event["candidate"]["fold"] = 0

    assert load(function).module._said(event, {"name": "knn"}) == words
