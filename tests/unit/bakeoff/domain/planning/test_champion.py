from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bakeoff.domain.errors import ConfigurationError, InvalidSettings
from bakeoff.domain.planning.champion import PromotionOptions, mode_of
from bakeoff.domain.planning.splits import split_by
from bakeoff.domain.run.documents import ProductionRecord
from bakeoff.domain.run.production import version_of
from tests.fakes import TIMING, FixedProduction, InMemoryRunStore
from tests.unit.bakeoff.domain.planning.test_planner import CREATED_AT, planner_of
from tests.unit.bakeoff.domain.promotion.runs import LIVE, a_record

SPLIT = {"split": split_by(0.7, 0.15).as_dict()}
TARGET = {"name": None, "position": 1, "source": "libsvm"}


def a_store(record: ProductionRecord | None = None) -> InMemoryRunStore:
    store = InMemoryRunStore()
    store.put("Inputs/dataset1.csv", b"15 1:0.4 2:0.3\n")
    if record:
        store.write_json(version_of(LIVE["config"]), record)
    return store


def a_comparable_record(**changes: Any) -> ProductionRecord:
    data: Any = {"target": TARGET, "feature_dim": 2, "features": None}
    return a_record(**{"data": data, "learnt_from": SPLIT, "environment": {"WORKERS": "1"}, **changes})


def planned(store: InMemoryRunStore, config: str | None, **given: Any) -> Any:
    promotion = PromotionOptions("Automatic", FixedProduction(config), TIMING)
    planner = replace(planner_of(store), promotion=promotion)
    planner.plan("run-1", {"algorithms": ["xgboost"], **given}, CREATED_AT)
    return store.read_json("runs/run-1/plan.json")["promotion"]


def test_without_promotion_the_plan_is_byte_for_byte_what_it_was() -> None:
    off, planned_too = a_store(), a_store()
    planner_of(off).plan("run-1", {}, CREATED_AT)
    planned(planned_too, None, algorithms=["xgboost", "linear-learner"])

    key = "runs/run-1/plan.json"
    plan = planned_too.read_json(key)
    del plan["promotion"]
    assert "promotion" not in off.text(key)
    for each in (plan, before := off.read_json(key)):
        del each["settings"]
    assert json.dumps(plan) == json.dumps(before)
    assert off.stored_keys() == planned_too.stored_keys()


def test_the_parameter_says_off_or_one_of_two_modes() -> None:
    assert [mode_of(each) for each in ("Off", "Propose", "Automatic")] == [None, "Propose", "Automatic"]
    with pytest.raises(ConfigurationError, match=r"must be Off, Propose or Automatic, not 'on'"):
        mode_of("on")


def test_where_nothing_is_in_production_there_is_no_champion() -> None:
    assert planned(a_store(), None) == {
        "mode": "Automatic",
        "live": None,
        "recorded": False,
        "incomparable": None,
    }


def test_the_model_in_production_is_planned_without_training() -> None:
    store = a_store(record := a_comparable_record())
    promotion = planned(store, LIVE["config"])

    assert (promotion["live"], promotion["incomparable"]) == (LIVE, None)
    champion = promotion["champion"]
    assert champion.pop("resource_name").startswith("bakeoff-1a2b3c4d-")
    assert champion == {
        "kind": "champion",
        "name": "champion",
        "algorithm": "knn",
        "image_uri": "knn@sha256:0",
        "model_data_url": record["model"]["url"],
        "serving_container": {"Environment": {"WORKERS": "1"}},
        "request_content_type": "text/csv",
        "accept": "application/json",
        "prediction_path": "predictions[*].score",
        "endpoint_instance_type": "ml.m5.large",
        "endpoint_volume": {},
    }
    # The run outlives what production runs.
    assert store.read_json("runs/run-1/champion.json") == record


def test_a_candidate_may_be_called_champion_too() -> None:
    algorithms = [{"name": "champion", "algorithm": "xgboost"}, {"name": "champion-2", "algorithm": "knn"}]
    promotion = planned(a_store(a_comparable_record()), LIVE["config"], algorithms=algorithms)

    assert promotion["champion"]["name"] == "champion-3"


def test_what_somebody_else_put_into_production_is_not_compared() -> None:
    store = a_store()
    promotion = planned(store, "by-hand")

    assert promotion == {
        "mode": "Automatic",
        "live": {"endpoint": "bakeoff-live", "config": "by-hand"},
        "recorded": False,
        "incomparable": "nothing is recorded of its endpoint configuration 'by-hand'",
    }
    assert "runs/run-1/champion.json" not in store.stored_keys()


@pytest.mark.parametrize("config", [None, LIVE["config"]])
def test_with_folds_the_plan_says_that_nothing_will_be_decided(config: str | None) -> None:
    store = a_store(a_comparable_record())
    store.put("Inputs/dataset1.csv", "".join(f"{n} 1:{n % 7} 2:{n % 5}\n" for n in range(600)).encode())
    promotion = planned(store, config, folds=5)

    assert promotion["incomparable"] == (
        "with folds, the model that would be served is trained once more after the judging, so that no row "
        "has judged it; a run without folds (folds: 0) decides"
    )
    assert "champion" not in promotion


def test_what_the_plan_knows_spares_an_endpoint() -> None:
    promotion = planned(a_store(a_comparable_record(data_set="Inputs/houses/")), LIVE["config"])

    assert promotion["incomparable"] == "it answers rows of the data set 'Inputs/houses/'"
    assert "champion" not in promotion


def test_a_run_whose_candidates_could_not_be_promoted_in_time_is_not_planned() -> None:
    store = a_store()
    short = PromotionOptions("Automatic", FixedProduction(None), replace(TIMING, bake_seconds=3600))
    planner = replace(planner_of(store), promotion=short)

    with pytest.raises(InvalidSettings, match="PromotionTimeoutSeconds is 3600"):
        planner.plan("run-1", {"algorithms": ["xgboost"]}, CREATED_AT)
