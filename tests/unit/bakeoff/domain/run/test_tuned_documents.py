"""The documents of a run with a tuned candidate, byte for byte but for what a clock says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bakeoff.domain.run.files import RunFiles, WritableRunFiles
from bakeoff.domain.scoring.scorer import Scorer
from bakeoff.domain.verdict.comparison import judge
from bakeoff.domain.verdict.options import VerdictOptions
from tests.fakes import FakeEndpoint, InMemoryRunStore
from tests.unit.bakeoff.domain.run.test_documents import (
    GOLDEN,
    RUN,
    planner_of,
    prepared,
    score,
    uploads,
    without_clocks,
)

TRIED = {
    "eta": "0.05",
    "max_depth": "4",
    "min_child_weight": "3",
    "subsample": "0.8",
    "lambda": "2",
    "num_round": "200",
}


def trial(number: int, objective: float, **values: str) -> dict[str, Any]:
    """A training job as the workflow tells of it."""
    return {
        "name": f"tuning-{number}",
        "status": "Completed",
        "values": {**TRIED, **values},
        "objective": objective,
        "started": "2026-11-23T20:05:00Z",
        "ended": f"2026-11-23T20:06:0{number}Z",
    }


@pytest.fixture(scope="module")
def store() -> InMemoryRunStore:
    store, endpoint = uploads(), FakeEndpoint.of_model(lambda row: 2 * row[0] + row[1] + 0.125)
    planner_of(store).plan(RUN, {"algorithms": ["xgboost", "xgboost:tuned"]}, "2026-11-23T20:00:00+00:00")
    plain, tuned = prepared(store)
    score(store, plain, 0.25, "registry/xgboost@sha256:1d24")
    trials = [trial(1, 0.5), trial(2, 0.25, eta="0.1")]
    training: Any = {"tuning": tuned["tuning"], "best": "tuning-2", "trials": trials}
    Scorer(WritableRunFiles(store, RUN), endpoint, 0, 2, lambda: 900.0).score(tuned, training, "")
    judge(WritableRunFiles(store, RUN), VerdictOptions())
    return store


@pytest.mark.parametrize("name", ["plan.json", "results/xgboost-tuned.json", "comparison.json"])
def test_a_document_has_the_bytes_that_it_had(store: InMemoryRunStore, name: str) -> None:
    document = without_clocks(store.read_json(f"runs/{RUN}/{name}"))

    found = json.dumps(document, indent=1, ensure_ascii=False) + "\n"

    assert found == (GOLDEN / "tuned" / name.replace("/", "-")).read_text("utf-8")


def test_the_plan_of_the_others_says_nothing_of_tuning(store: InMemoryRunStore) -> None:
    plain, tuned = RunFiles(store, RUN).plan()["candidates"]

    assert {"tuning", "tuning_name"} <= tuned.keys() - plain.keys()
