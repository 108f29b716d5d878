from __future__ import annotations

from typing import Any

import pytest

from bakeoff.domain.errors import InvalidEvent
from bakeoff.domain.promotion.judging import judge_run
from bakeoff.domain.promotion.record import Deployment, record_of
from bakeoff.domain.run.comparable import incomparable
from bakeoff.domain.run.files import RunFiles, WritableRunFiles
from bakeoff.domain.verdict.options import VerdictOptions
from tests.fakes import InMemoryRunStore
from tests.unit.bakeoff.domain.promotion.runs import a_promoting_run
from tests.unit.bakeoff.domain.verdict.results import ACTUAL, RUN, completed, errors

MODEL: Any = {"url": "s3://b/production/models/c/model.tar.gz", "etag": "e", "bytes": 9, "source": "s3://b/m"}
DEPLOYMENT = Deployment("live", "live-2", "live-1", "2026-11-30T12:00:00Z", "It was better.")


def a_judged_run(**changes: Any) -> InMemoryRunStore:
    store, prefix = a_promoting_run({"knn": errors(1.0)}), f"runs/{RUN}/"
    plan = store.read_json(f"{prefix}plan.json")
    reply = {"path": "p[*]", "kind": "value"}
    plan["candidates"][0] |= {
        "request_content_type": "text/csv",
        "accept": "application/json",
        "prediction_path": "p[*]",
        "reply": reply,
        "serving_container": {"Image": "serving:1", "Environment": {"WORKERS": "1"}},
    }
    store.write_json(f"{prefix}plan.json", plan | changes)
    result = {**completed("knn"), "resolved_image": "serving@sha256:1"}
    store.write_json(f"{prefix}results/knn.json", result)
    judge_run(WritableRunFiles(store, RUN), VerdictOptions())
    return store


def test_the_record_says_what_is_served_and_what_it_was_worth() -> None:
    run = RunFiles(a_judged_run(), RUN)
    record = record_of(run, "knn", MODEL, DEPLOYMENT)

    assert (record["config"], record["previous"], record["why"]) == ("live-2", "live-1", "It was better.")
    assert (record["run"], record["candidate"], record["algorithm"]) == (RUN, "knn", "knn")
    assert (record["image"], record["environment"]) == ("serving@sha256:1", {"WORKERS": "1"})
    assert (record["accept"], record["prediction_path"]) == ("application/json", "p[*]")
    assert (record["model"], record["reply"]) == (MODEL, {"path": "p[*]", "kind": "value"})
    assert record["learnt_from"] == {"split": run.plan()["split"]}
    assert record["test_rows"] == len(ACTUAL)
    assert record["value"] == pytest.approx(1.04, abs=0.01)


def test_the_next_run_of_the_same_data_can_judge_what_is_recorded() -> None:
    run = RunFiles(a_judged_run(), RUN)

    assert incomparable(run.plan(), run.summary(), record_of(run, "knn", MODEL, DEPLOYMENT)) is None


def test_of_classes_it_has_their_order_and_those_that_trained_altogether() -> None:
    store = a_judged_run()
    key = f"runs/{RUN}/datasets/summary.json"
    rows = [
        {"name": "no", "train": 9, "validation": 1, "test": 1},
        {"name": "yes", "train": 2, "validation": 0, "test": 0, "moved": 2},
    ]
    store.write_json(key, {**store.read_json(key), "classes": rows})
    record = record_of(RunFiles(store, RUN), "knn", MODEL, DEPLOYMENT)

    assert record["data"]["classes"] == ["no", "yes"]
    assert record["learnt_from"]["moved"] == ["yes"]


def test_a_final_model_was_judged_by_no_row() -> None:
    store = a_judged_run()
    key = f"runs/{RUN}/plan.json"
    plan = store.read_json(key)
    store.write_json(key, {**plan, "split": {**plan["split"], "folds": 5}})
    record = record_of(RunFiles(store, RUN), "knn", MODEL, DEPLOYMENT)

    assert (record["value"], record["test_rows"]) == (None, 0)
    assert record["learnt_from"]["split"]["folds"] == 5


def test_only_what_finished_goes_to_production() -> None:
    with pytest.raises(InvalidEvent, match=r"^Run run-1 has no finished candidate 'xgboost'\.$"):
        record_of(RunFiles(a_judged_run(), RUN), "xgboost", MODEL, DEPLOYMENT)
