from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff.domain.promotion.decision import decide
from bakeoff.domain.promotion.judging import judge_run
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.scoring.results import failed_result
from bakeoff.domain.statistics.holm import adjust
from bakeoff.domain.verdict.comparison import judge
from bakeoff.domain.verdict.options import VerdictOptions
from tests.unit.bakeoff.domain.promotion.runs import CHAMPION, LIVE, a_promoting_run, a_record, decided
from tests.unit.bakeoff.domain.verdict.results import ACTUAL, MEAN, RUN, a_run, completed, errors

GOOD, FAIR, POOR = errors(1.0), errors(1.5), errors(9.0)
ROWS = len(ACTUAL)


def noisy(size: float, seed: int) -> list[float]:
    found: list[float] = np.random.default_rng(seed).normal(0, size, ROWS).tolist()
    return found


def test_a_clearly_better_candidate_replaces_the_champion() -> None:
    promotion = decided(a_promoting_run({"xgboost": GOOD, "linear": POOR}, champion=FAIR))

    assert (promotion["decision"], promotion["candidate"]) == ("promote", "xgboost")
    assert (promotion["champion"], promotion["against"]) == (LIVE, CHAMPION)
    assert promotion["reason"].startswith(
        "xgboost should replace knn of run run-0: it has an RMSE of 1.04 against 1.57 on the same 330 "
        "test rows, significantly better by more than the margin of 0.0157 (1%) (p = 0.0002"
    )


def test_the_first_must_be_better_than_the_baseline() -> None:
    better = decided(a_promoting_run({"xgboost": GOOD}))
    no_better = decided(a_promoting_run({"linear": [MEAN - actual for actual in ACTUAL]}))

    assert (better["decision"], better["candidate"], better["champion"]) == ("first", "xgboost", None)
    assert better["against"] == "training mean"
    assert (no_better["decision"], no_better["candidate"]) == ("keep", None)
    assert no_better["reason"].startswith("Nothing goes to production: no candidate is significantly better")


@given(seed=st.integers(0, 10_000), size=st.floats(0.5, 5.0), margin=st.sampled_from([0.0, 0.01, 0.3]))
@settings(max_examples=15, deadline=None)
def test_the_same_predictions_never_replace_the_champion(seed: int, size: float, margin: float) -> None:
    same = noisy(size, seed)
    promotion = decided(
        a_promoting_run({"xgboost": same, "linear": same}, champion=same),
        equivalence_margin=margin,
    )

    assert promotion["decision"] == "keep"


@given(seeds=st.lists(st.integers(0, 10_000), min_size=2, max_size=5, unique=True))
@settings(max_examples=15, deadline=None)
def test_holm_adjusts_for_all_finished_candidates(seeds: list[int]) -> None:
    field = {f"candidate-{place}": noisy(1.4, seed) for place, seed in enumerate(seeds)}
    promotion = decided(a_promoting_run(field, champion=noisy(1.5, 99_999)))

    comparisons = promotion["comparisons"]
    assert sorted(each["candidate"] for each in comparisons) == sorted(field)
    raw: list[Any] = [each["p_value"] for each in comparisons]
    assert [each["p_value_adjusted"] for each in comparisons] == adjust(raw)
    significant = any(each <= 0.05 for each in adjust(raw))
    assert promotion["decision"] == ("promote" if significant else "keep")


@given(seed=st.integers(0, 10_000), shift=st.floats(-0.6, 0.6), wide=st.floats(0.0, 0.5))
@settings(max_examples=20, deadline=None)
def test_whoever_replaces_the_champion_is_better_by_more_than_the_margin(
    seed: int, shift: float, wide: float
) -> None:
    store = a_promoting_run({"xgboost": noisy(1.5 + shift, seed)}, champion=noisy(1.5, seed + 1))
    promotion = decided(store, equivalence_margin=wide)

    margin: Any = promotion["margin"]
    if promotion["decision"] == "promote":
        assert -promotion["comparisons"][0]["difference"] > margin


def test_a_lead_within_the_margin_keeps_however_certain_it_is() -> None:
    champion = errors(1.5)
    slightly = [0.995 * each for each in champion]
    kept = decided(a_promoting_run({"xgboost": slightly}, champion=champion))
    promoted = decided(a_promoting_run({"xgboost": slightly}, champion=champion), equivalence_margin=0)

    assert (kept["decision"], promoted["decision"]) == ("keep", "promote")


def test_fewer_than_50_distinct_rows_decide_nothing() -> None:
    store = a_promoting_run({"xgboost": GOOD}, champion=POOR)
    for name in ("xgboost", CHAMPION):
        key = f"runs/{RUN}/predictions/{name}.csv"
        heading, *rows = store.text(key).splitlines()
        lines = [f"{heading},cluster", *(f"{row},{place % 49}" for place, row in enumerate(rows))]
        store.put(key, "\n".join(lines).encode())

    promotion = decided(store)

    assert (promotion["decision"], promotion["distinct"], promotion["rows"]) == ("keep", 49, ROWS)
    assert promotion["comparisons"][0]["p_value"] is None
    assert "a decision takes 50 distinct test rows, and there are 49" in promotion["reason"]


def test_fewer_than_50_groups_decide_nothing() -> None:
    columns = [
        {"name": "price", "role": "label", "kind": "number"},
        {"name": "house", "role": "group", "kind": "text"},
    ]
    table: Any = {"columns": columns, "missing": []}
    record = a_record(data={"target": None, "feature_dim": 8, "features": None, "table": table})
    store = a_promoting_run({"xgboost": GOOD}, champion=POOR, record=record)
    plan = store.read_json(f"runs/{RUN}/plan.json")
    store.write_json(f"runs/{RUN}/plan.json", {**plan, "table": table})
    for name in ("xgboost", CHAMPION):
        key = f"runs/{RUN}/predictions/{name}.csv"
        heading, *rows = store.text(key).splitlines()
        lines = [f"{heading},cluster", *(f"{row},{place % 49}" for place, row in enumerate(rows))]
        store.put(key, "\n".join(lines).encode())

    reason = decided(store)["reason"]

    assert "a decision takes 50 groups of test rows, and there are 49" in reason


def test_the_very_model_that_runs_is_not_promoted_again() -> None:
    record = a_record()
    store = a_promoting_run({"xgboost": GOOD}, champion=FAIR, record=record)
    own = {**completed("xgboost"), "model_data_url": record["model"]["source"]}
    store.write_json(f"runs/{RUN}/results/xgboost.json", own)

    promotion = decided(store)

    assert promotion["decision"] == "keep"
    assert promotion["reason"].endswith("xgboost is the very model that it runs.")


def test_a_champion_that_cannot_be_asked_stays() -> None:
    store = a_promoting_run({"xgboost": GOOD}, champion=POOR)
    failure = failed_result({"name": CHAMPION, "algorithm": "knn"}, "Create endpoint: no capacity.")
    store.write_json(f"runs/{RUN}/results/{CHAMPION}.json", failure)

    promotion = decided(store)

    assert (promotion["decision"], promotion["comparisons"]) == ("keep", [])
    assert promotion["reason"] == (
        "Production keeps knn of run run-0: its model could not be asked today "
        "(Create endpoint: no capacity)."
    )


def test_where_no_candidate_finished_production_stays() -> None:
    assert decided(a_promoting_run({}, champion=FAIR, failures=["xgboost"]))["decision"] == "keep"
    assert decided(a_promoting_run({}, failures=["xgboost"]))["reason"] == (
        "Nothing goes to production: no candidate finished."
    )


def test_what_cannot_be_compared_promotes_nothing_and_says_why() -> None:
    split: Any = {"salt": "bakeoff", "buckets": 1000, "train_below": 800, "validation_below": 900}
    seen = a_record(learnt_from={"split": split})
    found = decided(a_promoting_run({"xgboost": GOOD}, champion=POOR, record=seen))
    foreign = decided(a_promoting_run({"xgboost": GOOD}, live=LIVE, incomparable="nothing is recorded of it"))

    assert (found["decision"], found["candidate"]) == ("incomparable", None)
    assert "it has seen some of today's test rows" in found["reason"]
    assert foreign["reason"] == (
        "Nothing is promoted, because the model in production was not compared: nothing is recorded of it."
    )


def test_with_folds_no_row_has_judged_what_would_be_served() -> None:
    store = a_promoting_run({"xgboost": GOOD})
    plan = store.read_json(f"runs/{RUN}/plan.json")
    comparison: Any = {"run_id": RUN, "candidates": [], "dataset": {"scored": 330}, "verdict": {}}
    store.write_json(f"runs/{RUN}/plan.json", plan | {"split": {**plan["split"], "folds": 5}})
    promotion = decide(WritableRunFiles(store, RUN), comparison, VerdictOptions())

    assert promotion["decision"] == "incomparable"
    assert "trained once more after the judging, so that no row has judged it" in promotion["reason"]


@pytest.mark.parametrize(
    ("preference", "latencies", "chosen"),
    [
        ("lowest-error", {"a": 9.0, "b": 1.0, "c": 0.1}, "a"),
        ("lowest-latency", {"a": 9.0, "b": 1.0, "c": 0.1}, "b"),
    ],
)
def test_the_preference_chooses_among_winners_that_cannot_be_told_apart(
    preference: str, latencies: dict[str, float], chosen: str
) -> None:
    # c wins too, and answers fastest, but it is worse than a beyond doubt.
    tied = [1.001 * each for each in GOOD]
    store = a_promoting_run({"a": GOOD, "b": tied, "c": FAIR}, champion=POOR)
    for name, latency in latencies.items():
        store.write_json(f"runs/{RUN}/results/{name}.json", completed(name, latency))

    promotion = decided(store, preference=preference)

    assert all(each["p_value_adjusted"] < 0.01 for each in promotion["comparisons"])  # type: ignore[operator]
    assert (promotion["decision"], promotion["candidate"]) == ("promote", chosen)


def test_the_lowest_cost_chooses_among_them_as_well() -> None:
    store = a_promoting_run({"a": GOOD, "b": [1.001 * each for each in GOOD], "c": FAIR}, champion=POOR)
    plan = store.read_json(f"runs/{RUN}/plan.json")
    types = {"a": "ml.m5.xlarge", "b": "ml.m5.large", "c": "ml.t2.medium"}
    for planned in plan["candidates"]:
        planned["endpoint_instance_type"] = types[planned["name"]]
    prices = {"ml.m5.xlarge": "0.23", "ml.m5.large": "0.115", "ml.t2.medium": "0.056"}
    note = {"currency": "USD", "region": "us-east-1", "published": "2026-08-11", "source": "a list"}
    plan["cost"] = {"serving": {name: {**note, "amount": amount} for name, amount in prices.items()}}
    store.write_json(f"runs/{RUN}/plan.json", plan)

    promotion = decided(store, preference="lowest-cost")

    assert (promotion["decision"], promotion["candidate"]) == ("promote", "b")


@given(order=st.permutations(["a", "b", "c"]))
@settings(max_examples=6, deadline=None)
def test_the_order_of_the_candidates_changes_nothing(order: list[str]) -> None:
    found = {"a": noisy(1.3, 1), "b": noisy(1.4, 2), "c": noisy(1.5, 3)}
    decision = decided(a_promoting_run({name: found[name] for name in order}, champion=noisy(1.6, 4)))

    assert decision == decided(a_promoting_run(found, champion=noisy(1.6, 4)))


def test_judging_stores_the_decision_and_tells_the_workflow_of_it() -> None:
    store = a_promoting_run({"xgboost": GOOD}, champion=FAIR)
    answer = judge_run(WritableRunFiles(store, RUN), VerdictOptions())

    assert answer == {
        "finished": 1,
        "best": "xgboost",
        "final": None,
        "promotion": {"mode": "Propose", "decision": "promote", "candidate": "xgboost"},
    }
    assert store.read_json(f"runs/{RUN}/promotion.json") == decided(store)


def test_the_champion_takes_no_part_in_the_verdict() -> None:
    alone, with_champion = (
        a_run({"xgboost": GOOD, "linear": FAIR}),
        a_promoting_run({"xgboost": GOOD, "linear": FAIR}, champion=GOOD),
    )
    for store in (alone, with_champion):
        judge_run(WritableRunFiles(store, RUN), VerdictOptions())

    key = f"runs/{RUN}/comparison.json"
    assert store.text(key) == alone.text(key)


def test_without_promotion_judging_is_what_it_was() -> None:
    before, now = a_run({"xgboost": GOOD}), a_run({"xgboost": GOOD})

    assert judge_run(WritableRunFiles(now, RUN), VerdictOptions()) == judge(
        WritableRunFiles(before, RUN), VerdictOptions()
    )
    assert now.stored_keys() == before.stored_keys()
    assert [now.text(key) for key in now.stored_keys()] == [before.text(key) for key in before.stored_keys()]


def test_the_document_is_json_without_nan() -> None:
    promotion = decided(a_promoting_run({"xgboost": GOOD}, champion=FAIR))

    assert json.loads(json.dumps(promotion, allow_nan=False)) == promotion
