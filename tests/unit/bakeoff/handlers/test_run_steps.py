"""The functions that read and write a run's files, each with the event of events/."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from bakeoff.domain.errors import AccessDenied, DatasetsNotPrepared, InvalidEvent
from tests.fakes import (
    FakeAccounts,
    FakeEndpoint,
    FakeHosting,
    FakeTrainingJobs,
    InMemoryRunStore,
    RecordingNotifier,
)
from tests.handlers import Loaded
from tests.settings import held
from tests.template import TEMPLATE
from tests.unit.bakeoff.domain.verdict.results import DATASET, a_run, errors
from tests.unit.bakeoff.handlers.conftest import Load
from tests.unit.bakeoff_cli.receipts import receipt

Events = Callable[[str], dict[str, Any]]
RUN_ID = "dataset1-0123456789abcdef"
RUN = f"runs/{RUN_ID}"
LABEL = {"min": 1.0, "max": 29.0}
HYPERPARAMETERS = {"xgboost": {"num_round": "150"}, "knn": {"feature_dim": "{feature_dim}"}}
CANDIDATES = [
    {
        "name": name,
        "algorithm": name,
        "hyperparameters": hyperparameters,
        "resource_name": f"bakeoff-1a2b3c4d-0123456789-{name}",
    }
    for name, hyperparameters in HYPERPARAMETERS.items()
]


@pytest.fixture
def load_with_store(load: Load, store: InMemoryRunStore, monkeypatch: pytest.MonkeyPatch) -> Load:
    """A function whose store is `store`, in which a run is prepared."""
    uploaded = DATASET["objects"][0]
    inputs = [{**uploaded, "uri": f"s3://data-bucket/{uploaded['key']}", "format": "libsvm"}]
    plan = {
        "settings": held(),
        "inputs": inputs,
        "candidates": CANDIDATES,
        "split": {},
        "max_rejected_share": 0.01,
    }
    rows = {name: DATASET[name] for name in ("train", "validation", "test")}
    rejected = {"total": 3, "reasons": {"the label is not a number": 3}, "examples": []}
    store.write_json(f"{RUN}/plan.json", plan)
    summary = {"feature_dim": 8, "rows": rows, "rejected": rejected, "label": dict.fromkeys(rows, LABEL)}
    store.write_json(f"{RUN}/datasets/summary.json", summary)

    def load_function(function: str) -> Loaded:
        loaded = load(function)
        assert loaded.module.STORE.bucket == "data-bucket"
        monkeypatch.setattr(loaded.module, "STORE", store)
        return loaded

    return load_function


def test_check_datasets_tells_the_sentence_that_the_spark_job_left(
    load_with_store: Load, event_of: Events
) -> None:
    event = event_of("CheckDatasetsFunction") | {"exit_message": "Mend the line."}

    with pytest.raises(DatasetsNotPrepared, match=r"^Mend the line\.$"):
        load_with_store("CheckDatasetsFunction")(event)


def test_check_datasets_serves_a_run_that_began_before_an_update(
    load_with_store: Load, event_of: Events
) -> None:
    event = event_of("CheckDatasetsFunction")
    del event["exit_message"], event["status"]

    assert load_with_store("CheckDatasetsFunction")(event)["units"]


def test_check_datasets_takes_no_stopped_job_for_a_success(load_with_store: Load, event_of: Events) -> None:
    event = event_of("CheckDatasetsFunction") | {"status": "Stopped"}

    with pytest.raises(DatasetsNotPrepared, match="as Stopped"):
        load_with_store("CheckDatasetsFunction")(event)


def test_check_datasets_stores_filled_candidates_and_answers_with_their_names(
    load_with_store: Load, event_of: Events, store: InMemoryRunStore
) -> None:
    answer = load_with_store("CheckDatasetsFunction")(event_of("CheckDatasetsFunction"))

    assert answer["units"] == [
        {"candidate": name, "fold": None, "resource_name": f"bakeoff-1a2b3c4d-0123456789-{name}"}
        for name in ("xgboost", "knn")
    ]
    assert [item["hyperparameters"] for item in store.read_json(f"{RUN}/units.json")] == [
        {"num_round": "150"},
        {"feature_dim": "8"},
    ]


def test_score_candidate_asks_the_candidate_s_endpoint(
    load_with_store: Load,
    event_of: Events,
    store: InMemoryRunStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given a live endpoint
    asked: list[tuple[str, ...]] = []

    def live_endpoint(*arguments: str) -> FakeEndpoint:
        asked.append(arguments)
        return FakeEndpoint.of_model(sum)

    store.put(f"{RUN}/datasets/csv/test/part-00000.csv", b"3.0,1,2\n")
    score = load_with_store("ScoreCandidateFunction")
    monkeypatch.setattr(score.module, "LiveEndpoint", live_endpoint)

    # When the function is invoked
    answer = score(event_of("ScoreCandidateFunction"))

    # Then that endpoint was asked, in the candidate's own format
    assert answer == {"name": "xgboost", "status": "completed"}
    assert asked == [("bakeoff-1a2b3c4d-0123456789-xgboost", "text/csv", "application/json")]
    assert store.read_json(f"{RUN}/results/xgboost.json")["training_seconds"] == 61


@pytest.mark.parametrize(
    ("changes", "measured"),
    [({"seconds": 930}, 2), ({"seconds": 100}, 0), ({}, 0)],
    ids=["time enough", "the state ends soon", "an execution of before an update"],
)
def test_score_candidate_measures_what_matters_if_asked_and_in_time(
    load_with_store: Load,
    event_of: Events,
    store: InMemoryRunStore,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, int],
    measured: int,
) -> None:
    store.put(f"{RUN}/datasets/csv/test/part-00000.csv", b"3.0,1,2\n4.0,2,2\n5.0,2,3\n")
    score = load_with_store("ScoreCandidateFunction")
    plan = store.read_json(f"{RUN}/plan.json")
    store.write_json(f"{RUN}/plan.json", {**plan, "settings": held(importance=True)})
    monkeypatch.setattr(score.module, "LiveEndpoint", lambda *_: FakeEndpoint.of_model(sum))
    event = event_of("ScoreCandidateFunction")
    del event["seconds"]

    score({**event, **changes})

    importance = store.read_json(f"{RUN}/results/xgboost.json")["importance"]
    assert len(importance["columns"]) == measured


def in_fold(event: dict[str, Any], fold: int) -> dict[str, Any]:
    return {**event, "candidate": {**event["candidate"], "fold": fold}}


def test_score_candidate_scores_the_fold_that_the_candidate_names(
    load_with_store: Load, event_of: Events, store: InMemoryRunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    score = load_with_store("ScoreCandidateFunction")
    plan = store.read_json(f"{RUN}/plan.json")
    store.write_json(f"{RUN}/plan.json", {**plan, "split": {"folds": 3}})
    store.put(f"{RUN}/datasets/csv/fold-2-part-00000.csv", b"3.0,1,2\n4.0,2,2\n")
    monkeypatch.setattr(score.module, "LiveEndpoint", lambda *_: FakeEndpoint.of_model(sum))

    score(in_fold(event_of("ScoreCandidateFunction"), 2))

    assert store.read_json(f"{RUN}/results/xgboost/fold-2.json")["scored_rows"] == 2


def test_record_failure_of_a_fold_leaves_those_of_others(
    load_with_store: Load, event_of: Events, store: InMemoryRunStore
) -> None:
    load_with_store("RecordFailureFunction")(in_fold(event_of("RecordFailureFunction"), 0))

    assert [key for key in store.stored_keys() if "results/" in key] == [f"{RUN}/results/xgboost/fold-0.json"]


def test_record_failure_stores_why(load_with_store: Load, event_of: Events, store: InMemoryRunStore) -> None:
    answer = load_with_store("RecordFailureFunction")(event_of("RecordFailureFunction"))

    assert answer == {"name": "xgboost", "status": "failed"}
    assert store.read_json(f"{RUN}/results/xgboost.json")["error"] == (
        "Train model: AlgorithmError: unknown hyperparameter"
    )


@pytest.mark.parametrize(
    ("hosting", "released"), [(FakeHosting(), True), (FakeHosting(["InService"]), False)]
)
def test_release_resources_says_whether_everything_is_gone(
    load: Load,
    event_of: Events,
    monkeypatch: pytest.MonkeyPatch,
    hosting: FakeHosting,
    released: bool,
) -> None:
    release = load("ReleaseResourcesFunction")
    monkeypatch.setattr(release.module, "HOSTING", hosting)
    monkeypatch.setattr(release.module, "JOBS", FakeTrainingJobs())

    assert release(event_of("ReleaseResourcesFunction")) == {"released": released}


@pytest.fixture
def load_with_run(load: Load, monkeypatch: pytest.MonkeyPatch) -> tuple[Load, InMemoryRunStore]:
    """A function whose store holds a scored run with one failure."""
    scored = a_run({"knn": errors(1.0), "xgboost": errors(1.5)}, failures=["mine"], run_id=RUN_ID)

    def load_function(function: str) -> Loaded:
        loaded = load(function)
        monkeypatch.setattr(loaded.module, "STORE", scored)
        if hasattr(loaded.module, "ACCOUNTING"):
            monkeypatch.setattr(loaded.module, "ACCOUNTING", FakeAccounts(receipt(RUN_ID)))
        return loaded

    return load_function, scored


@pytest.fixture
def publish(
    load_with_run: tuple[Load, InMemoryRunStore], event_of: Events, monkeypatch: pytest.MonkeyPatch
) -> Loaded:
    """The function that reports the run, which is judged; whom it tells listens."""
    load_function, _ = load_with_run
    load_function("JudgeCandidatesFunction")(event_of("JudgeCandidatesFunction"))
    loaded = load_function("PublishReportFunction")
    monkeypatch.setattr(loaded.module, "NOTIFIER", RecordingNotifier())
    return loaded


def test_judge_candidates_stores_the_comparison(
    load_with_run: tuple[Load, InMemoryRunStore], event_of: Events
) -> None:
    load_function, scored = load_with_run

    answer = load_function("JudgeCandidatesFunction")(event_of("JudgeCandidatesFunction"))

    assert answer == {"finished": 2, "best": "knn", "final": None}
    assert scored.read_json(f"{RUN}/comparison.json")["verdict"]["confidence"] == 0.95


def test_publish_report_stores_tells_and_measures(
    load_with_run: tuple[Load, InMemoryRunStore],
    publish: Loaded,
    event_of: Events,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Given the comparison of a scored run
    scored, notifier = load_with_run[1], publish.module.NOTIFIER
    capsys.readouterr()

    # When it is published
    answer = publish({**event_of("PublishReportFunction"), "leftovers": ["run-mine"]})

    # Then the report is named, people are told, and CloudWatch finds the metrics in the log
    assert answer == {"report_uri": f"s3://data-bucket/{RUN}/report.html", "notified": True}
    assert f"{RUN}/report.html" in scored.stored_keys()
    assert len(notifier.messages) == 1
    measured, blobs = measured_in(capsys)
    assert measured[None, "OutcomeWinner"] == 1.0
    assert measured[None, "LeakedResources"] == 1.0
    assert measured[None, "RunCost"] == pytest.approx(0.01825, rel=1e-4)
    assert measured["mine", "CandidateFailed"] == 1.0
    assert measured["knn", "LatencyP50"] == 12.5
    assert measured["knn", "rmse"] < measured["xgboost", "rmse"]
    assert measured[None, "UndeliveredNotifications"] == 0.0
    # What was left behind comes first and alone; then one document for the run, and one for each candidate.
    assert [sorted(dimensions_of(blob)) for blob in blobs] == 2 * [["service"]] + 3 * [
        ["Candidate", "service"]
    ]


def test_what_became_of_the_final_model_is_stored_with_the_report(
    load_with_run: tuple[Load, InMemoryRunStore], publish: Loaded, event_of: Events
) -> None:
    _, scored = load_with_run
    event, failure = event_of("PublishReportFunction"), event_of("RecordFailureFunction")["failure"]
    final = {"candidate": "knn", "model_data_url": None, "training": None, "failure": failure}

    # Without folds, there is none.
    publish(event)
    assert f"{RUN}/final.json" not in scored.stored_keys()
    publish(event | {"final": final})

    told = scored.read_json(f"{RUN}/final.json")
    assert (told["candidate"], told["status"]) == ("knn", "failed")
    assert told["error"] == "Train model: AlgorithmError: unknown hyperparameter"
    assert f"{RUN}/report.html" in scored.stored_keys()


@pytest.mark.parametrize("final", ["knn", {"candidate": "knn"}, {"failure": 1}])
def test_a_final_model_of_another_shape_is_an_invalid_event(
    load_with_run: tuple[Load, InMemoryRunStore], event_of: Events, final: Any
) -> None:
    load_function, _ = load_with_run

    with pytest.raises(InvalidEvent, match="no field"):
        load_function("PublishReportFunction")(event_of("PublishReportFunction") | {"final": final})


def with_its_error(publish: Loaded, event: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any]:
    """What the function answers, and the one error in its log."""
    stream = io.StringIO()
    for handler in publish.module.logger.handlers:
        monkeypatch.setattr(handler, "stream", stream)
    answer = publish(event)
    [line] = [each for each in map(json.loads, stream.getvalue().splitlines()) if each["level"] == "ERROR"]
    return answer, line


def test_a_topic_that_cannot_be_told_is_logged_and_counted(
    load_with_run: tuple[Load, InMemoryRunStore],
    publish: Loaded,
    event_of: Events,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(publish.module, "NOTIFIER", RecordingNotifier(AccessDenied("The key is gone.")))

    answer, line = with_its_error(publish, event_of("PublishReportFunction"), monkeypatch)

    assert answer["notified"] is False and f"{RUN}/report.html" in load_with_run[1].stored_keys()
    assert line["message"] == "Nobody was told of this run: The key is gone."
    assert line["exception_name"] == "AccessDenied"
    assert measured_in(capsys)[0][None, "UndeliveredNotifications"] == 1.0


def measured_in(capsys: pytest.CaptureFixture[str]) -> tuple[dict[Any, float], list[dict[str, Any]]]:
    """The metrics in what was printed, by candidate and name, and the documents that hold them."""
    blobs = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    return {
        (blob.get("Candidate"), name): value for blob in blobs for name, value in measures_of(blob)
    }, blobs


def dimensions_of(blob: dict[str, Any]) -> list[str]:
    [directive] = blob["_aws"]["CloudWatchMetrics"]
    [dimensions] = directive["Dimensions"]
    return list(dimensions)


def measures_of(blob: dict[str, Any]) -> list[tuple[str, float]]:
    """Name and value of each embedded metric, which must be in the namespace that the template names."""
    [directive] = blob["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Bakeoff"
    return [(metric["Name"], value) for metric in directive["Metrics"] for value in blob[metric["Name"]]]


def test_the_dashboard_shows_what_is_measured(
    publish: Loaded, event_of: Events, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every metric of the dashboard, under the dimensions that it searches."""
    publish(event_of("PublishReportFunction"))
    measured = measured_in(capsys)[0]
    body, _ = TEMPLATE["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    body = body.replace("${OfNumbers}", TEMPLATE["Parameters"]["Metric"]["Default"])

    searched = re.findall(r"{Bakeoff,service,Candidate} service=[^ ]+ MetricName=..(\w+)", body)
    named = re.findall(r'\["Bakeoff", "(\w+)", "service", "\$', body)

    assert len(searched) == 4 and len(named) == 3
    assert {("knn", name) for name in searched} | {(None, name) for name in named} <= measured.keys()


def test_a_run_that_nobody_can_account_for_is_logged(
    publish: Loaded,
    event_of: Events,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(publish.module, "ACCOUNTING", FakeAccounts(refusal=AccessDenied("No histories.")))

    answer, line = with_its_error(publish, event_of("PublishReportFunction"), monkeypatch)

    assert answer["notified"] is True
    assert line["message"] == "This run has no receipt: No histories."
    assert (None, "RunCost") not in measured_in(capsys)[0]
