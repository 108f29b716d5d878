from __future__ import annotations

import json
from typing import Any

import pytest

from bakeoff.domain.datasets.champion import champion_units
from bakeoff.domain.datasets.encoding import Encoder
from bakeoff.domain.run.files import RunFiles, WritableRunFiles
from bakeoff.domain.scoring.scorer import Scorer
from tests.fakes import FakeEndpoint, InMemoryRunStore
from tests.mixed import fit
from tests.settings import held
from tests.unit.bakeoff.domain.promotion.runs import a_record
from tests.unit.bakeoff.domain.scoring.test_importance import ENCODING, KINDS, mixed_table
from tests.unit.bakeoff.domain.scoring.test_scorer import CANDIDATE, TRAINING, store_with

RUN = "runs/run-1"
CHAMPION = {"name": "champion", "kind": "champion", "algorithm": "knn", "resource_name": "b-champion"}
THEN = [("1.0", "b", "2026-01-01"), ("", "z", "2026-01-02")]
SPLIT = {"salt": "bakeoff", "buckets": 1000, "train_below": 700, "validation_below": 850}


def promoting(store: InMemoryRunStore, record: Any, **plan: Any) -> InMemoryRunStore:
    promotion = {"mode": "Propose", "live": {}, "recorded": True, "incomparable": None, "champion": CHAMPION}
    settings = held(importance=True)
    written = {"settings": settings, "data_set": "Inputs/", "feature_dim": 8, "split": SPLIT, **plan}
    store.write_json(f"{RUN}/plan.json", {**written, "promotion": promotion})
    store.write_json(f"{RUN}/champion.json", record)
    return store


def score(store: InMemoryRunStore, endpoint: FakeEndpoint, name: str = "champion") -> list[str]:
    run = WritableRunFiles(store, "run-1")
    scorer = Scorer.planned(run, endpoint, name, lambda: 900.0, lambda: 900.0)
    candidate: Any = {**CANDIDATE, "name": name}
    scorer.score(candidate, TRAINING)
    return store.text(f"{RUN}/predictions/{name}.csv").splitlines()[1:]


def a_table() -> tuple[InMemoryRunStore, Any, Any]:
    """Of two columns, whose encoding has changed since the champion was trained."""
    store, plan = mixed_table("dense")
    then = fit(list(KINDS.items()), [dict(zip(KINDS, row, strict=True)) for row in THEN])
    data = {"target": None, "feature_dim": 0, "features": None, "table": plan["table"], "view": "csv"}
    assert then["columns"] != ENCODING["columns"]
    return promoting(store, a_record(data={**data, "encoding": then}), **plan, formats=["dense"]), plan, then


def test_the_champion_of_numbers_reads_the_rows_of_all_candidates() -> None:
    store = promoting(store_with(["3.0,1,2", "7.0,3,4"]), a_record(), candidates=[{"name": "xgboost"}])
    endpoint = FakeEndpoint.of_model(sum)

    assert score(store, endpoint) == score(store, FakeEndpoint.of_model(sum), "xgboost")
    assert endpoint.batches[0] == ["1,2", "3,4"]


def test_of_a_mixed_table_it_reads_them_as_its_own_run_encoded_them() -> None:
    store, _, then = a_table()
    endpoint = FakeEndpoint(lambda rows: json.dumps({"predictions": [{"score": 1} for _ in rows]}))

    lines = score(store, endpoint)

    # The row numbers and labels are today's, the features are the old encoder's.
    own = [json.loads(line) for line in store.text(f"{RUN}/datasets/table/test/part-0").splitlines()]
    cells = [dict(zip(["house", *KINDS], row[1:], strict=True)) for row in own]
    assert endpoint.batches[0] == [",".join(Encoder(then, "csv").row(each)) for each in cells]
    assert [line.split(",")[:2] for line in lines] == [
        [str(place), str(float(row[0]))] for place, row in enumerate(own)
    ]


def test_a_sample_of_the_rows_is_the_same_sample() -> None:
    store, *_ = a_table()
    plan = store.read_json(f"{RUN}/plan.json")
    store.write_json(f"{RUN}/plan.json", {**plan, "settings": held(max_scored_rows=4)})
    endpoint = FakeEndpoint(lambda rows: json.dumps({"predictions": [{"score": 1} for _ in rows]}))

    assert [line.split(",")[0] for line in score(store, endpoint)] == ["0", "10", "20", "30"]
    assert len(endpoint.batches[0]) == 4


def test_nobody_measures_what_its_columns_are_worth() -> None:
    store = promoting(store_with(["3.0,1,2", "7.0,3,4"]), a_record(), candidates=[{"name": "xgboost"}])
    score(store, FakeEndpoint.of_model(sum))

    assert "importance" not in store.read_json(f"{RUN}/results/champion.json")


@pytest.mark.parametrize(("then", "planned"), [(850, [CHAMPION]), (900, [])])
def test_it_is_a_unit_only_if_the_prepared_data_can_judge_it(then: int, planned: list[Any]) -> None:
    record = a_record(learnt_from={"split": {**SPLIT, "validation_below": then}})
    run = RunFiles(promoting(InMemoryRunStore(), record, candidates=[]), "run-1")
    summary: Any = {"rows": {}}

    assert champion_units(run.plan(), summary, run) == planned


@pytest.mark.parametrize("keeps", [True, False])
def test_a_model_is_stored_only_where_a_run_decides_about_production(keeps: bool) -> None:
    store = store_with(["3.0,1,2", "7.0,3,4"])
    run = WritableRunFiles(store, "run-1")
    scorer = Scorer(run, FakeEndpoint.of_model(sum), 0, 3, lambda: 900.0, keeps_model=keeps)
    scorer.score(CANDIDATE, TRAINING, model="s3://bucket/model.tar.gz")

    result = store.read_json(f"{RUN}/results/xgboost.json")
    assert result.get("model_data_url") == ("s3://bucket/model.tar.gz" if keeps else None)


def test_a_planned_scorer_keeps_the_model_if_the_plan_decides_about_production() -> None:
    promotes = promoting(InMemoryRunStore(), a_record(), candidates=[{"name": "xgboost"}])
    plan = promotes.read_json(f"{RUN}/plan.json")
    without = InMemoryRunStore()
    without.write_json(f"{RUN}/plan.json", {name: plan[name] for name in plan if name != "promotion"})

    for store, keeps in ((promotes, True), (without, False)):
        run = WritableRunFiles(store, "run-1")
        endpoint = FakeEndpoint.of_model(sum)
        scorer = Scorer.planned(run, endpoint, "xgboost", lambda: 900.0, lambda: 900.0)
        assert scorer.keeps_model == keeps
