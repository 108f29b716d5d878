from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.datasets.test_rows import HeldOutSplit, read_test_rows, sample_positions
from bakeoff.domain.errors import (
    DatasetsNotPrepared,
    EndpointRefused,
    MalformedPrediction,
    ScoringTimedOut,
    TooFewRows,
)
from bakeoff.domain.run.documents import TrainingTimes
from bakeoff.domain.run.files import RunFiles, WritableRunFiles
from bakeoff.domain.scoring.importance import RESERVED_SECONDS
from bakeoff.domain.scoring.replies import MAX_BATCH_ROWS
from bakeoff.domain.scoring.scorer import Scorer
from bakeoff.domain.scoring.throughput import PASSES, ThroughputStudy, percentile
from tests.fakes import FakeEndpoint, InMemoryRunStore

CANDIDATE: Any = {
    "name": "xgboost",
    "algorithm": "xgboost",
    "resource_name": "bakeoff-1",
    "accept": "application/json",
    "prediction_path": "predictions[].score",
}
TRAINING: TrainingTimes = {"training_seconds": 61, "billable_seconds": 30}


def store_with(rows: Sequence[str], parts: int = 2) -> InMemoryRunStore:
    store = InMemoryRunStore()
    for part in range(parts):
        share = rows[part * len(rows) // parts : (part + 1) * len(rows) // parts]
        store.put(f"runs/run-1/datasets/csv/test/part-{part:05d}", "".join(f"{r}\n" for r in share).encode())
    return store


def score(
    store: InMemoryRunStore,
    endpoint: FakeEndpoint,
    max_rows: int = 0,
    seconds_left: Callable[[], float] = lambda: 900.0,
    latency_calls: int = 3,
) -> dict[str, str]:
    run = WritableRunFiles(store, "run-1")
    return Scorer(run, endpoint, max_rows, latency_calls, seconds_left).score(CANDIDATE, TRAINING)


def test_every_row_is_predicted_and_the_result_is_stored() -> None:
    # Given three rows whose label is the sum of the features, but for the last
    store = store_with(["3.0,1,2", "7.0,3,4", "10.0,5,6"])
    endpoint = FakeEndpoint.of_model(sum)

    # When they are scored
    answer = score(store, endpoint)

    # Then the result holds the metrics, and the predictions are stored in the order of the rows
    assert answer == {"name": "xgboost", "status": "completed"}
    result = store.read_json("runs/run-1/results/xgboost.json")
    assert result["metrics"]["rmse"] == pytest.approx((1 / 3) ** 0.5)
    assert result["latency_ms"]["p50"] > 0 and result["latency_ms"]["p95"] >= result["latency_ms"]["p50"]
    assert result["rows_per_second"] > 0
    measured = {"metrics", "latency_ms", "rows_per_second"}
    assert {key: value for key, value in result.items() if key not in measured} == {
        "name": "xgboost",
        "algorithm": "xgboost",
        "status": "completed",
        "error": None,
        "scored_rows": 3,
        "training_seconds": 61,
        "billable_seconds": 30,
    }
    assert store.text("runs/run-1/predictions/xgboost.csv") == (
        "row,actual,predicted,cluster\n0,3.0,3.0,0\n1,7.0,7.0,1\n2,10.0,11.0,2\n"
    )
    # One batch, then single rows for the latency
    assert endpoint.batches == [["1,2", "3,4", "5,6"], ["1,2"], ["3,4"], ["5,6"]]


def test_where_the_cost_of_predictions_decides_the_throughput_is_measured_again() -> None:
    store, endpoint = store_with(["3.0,1,2", "7.0,3,4", "10.0,5,6"]), FakeEndpoint.of_model(sum)
    run, repeated = WritableRunFiles(store, "run-1"), ThroughputStudy(lambda: 900.0)

    Scorer(run, endpoint, 0, 3, lambda: 900.0, repeated=repeated).score(CANDIDATE, TRAINING)

    result = store.read_json("runs/run-1/results/xgboost.json")
    assert (result["throughput"]["rows"], result["throughput"]["requests"]) == (3, 1)
    assert len(result["throughput"]["seconds"]) == PASSES and min(result["throughput"]["seconds"]) > 0
    assert endpoint.batches[4:] == [["1,2", "3,4", "5,6"]] * PASSES


@pytest.mark.parametrize(
    ("calls", "timed"), [(2, ["1", "3"]), (4, ["1", "2", "3", "4"]), (6, list("123412"))]
)
def test_latency_is_timed_on_rows_spread_over_the_split(calls: int, timed: list[str]) -> None:
    endpoint = FakeEndpoint.of_model(sum)

    score(store_with([f"{n}.0,{n}" for n in (1, 2, 3, 4)]), endpoint, latency_calls=calls)

    assert [row for batch in endpoint.batches[1:] for row in batch] == timed


def test_batches_answered_out_of_order_keep_the_order_of_the_rows() -> None:
    rows = [f"{number}.0,{number}" for number in range(2 * MAX_BATCH_ROWS + 5)]
    store = store_with(rows, parts=3)
    endpoint = FakeEndpoint.of_model(lambda features: features[0])

    score(store, endpoint)

    assert sorted(map(len, endpoint.batches))[3:] == [5, MAX_BATCH_ROWS, MAX_BATCH_ROWS]
    assert store.read_json("runs/run-1/results/xgboost.json")["metrics"]["rmse"] == 0


def test_a_cap_scores_the_same_sample_for_every_candidate() -> None:
    store = store_with([f"{number}.0,{number}" for number in range(10)])
    endpoint = FakeEndpoint.of_model(sum)

    score(store, endpoint, max_rows=4)

    assert endpoint.batches[0] == ["0", "2", "5", "7"]
    predictions = store.text("runs/run-1/predictions/xgboost.csv").splitlines()[1:]
    assert [line.split(",")[0] for line in predictions] == ["0", "2", "5", "7"]


def clusters(rows: Sequence[str], max_rows: int = 0) -> dict[int, int]:
    """What scoring stores of equal rows, by the number of each scored row."""
    store = store_with(rows)
    score(store, FakeEndpoint.of_model(sum), max_rows)
    lines = store.text("runs/run-1/predictions/xgboost.csv").splitlines()[1:]
    return {int(line.split(",")[0]): int(line.split(",")[3]) for line in lines}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3,1,2", "3,1,2"),
        ("3,1,2", "3.0,1e0,0.2E1"),
        ("0,0.0,2", "-0,-0.0,2"),
        ("1e18,0.30000000000000004,2", "1e18,0.300000000000000041,2"),
        ("18446744073709551616,1,2", "1.8446744073709552e19,1,2"),
    ],
)
def test_rows_of_the_same_numbers_are_a_cluster_however_they_are_spelled(one: str, other: str) -> None:
    assert clusters(["7,1,2", one, "7,2,1", other, one]) == {0: 0, 1: 1, 2: 2, 3: 1, 4: 1}


@pytest.mark.parametrize("other", ["4,1,2", "3,2,1", "3,1,2.0000000000000004", "3,12", "3,1,2,0", "-3,1,2"])
def test_rows_that_differ_in_any_number_are_no_cluster(other: str) -> None:
    endpoint = FakeEndpoint.of_model(sum)
    store = store_with(["3,1,2", other])
    score(store, endpoint)
    assert [line[-1] for line in store.text("runs/run-1/predictions/xgboost.csv").splitlines()[1:]] == [
        "0",
        "1",
    ]


def test_of_sampled_rows_a_cluster_is_named_by_the_first_that_was_scored() -> None:
    rows = ["1,1", "2,2", "2,2", "3,3", "2,2", "1,1", "3,3", "4,4"]

    assert clusters(rows, max_rows=4) == {0: 0, 2: 2, 4: 2, 6: 6}


def mixed_run(
    rows: Sequence[Sequence[str]], columns: dict[str, str], group: str = ""
) -> tuple[InMemoryRunStore, Any]:
    """A store and a plan: `rows` are label first, `columns` kinds by name; features have two views."""
    store = InMemoryRunStore()
    for place, row in enumerate(rows):
        prefix, part = "runs/run-1/datasets", f"part-{place:05d}"
        store.put(f"{prefix}/table/test/{part}", f"{json.dumps(row)}\n".encode())
        store.put(f"{prefix}/csv/test/{part}", f"{row[0]},{place},\n".encode())
        store.put(f"{prefix}/dense/test/{part}", f"{row[0]},{place},7\n".encode())
    named = [{"name": "price", "kind": "number", "role": "label"}] + [
        {"name": name, "kind": kind, "role": "group" if name == group else "feature"}
        for name, kind in columns.items()
    ]
    ignored = {"name": "id", "kind": "text", "role": "ignored", "why": "free text"}
    candidates = [{"name": "xgboost", "view": "csv"}, {"name": "linear-learner", "view": "dense"}]
    return store, {
        "table": {"columns": [*named, ignored]},
        "candidates": candidates,
        "formats": ["csv", "dense"],
    }


def score_mixed(store: InMemoryRunStore, plan: Any, name: str, endpoint: FakeEndpoint) -> list[str]:
    split = HeldOutSplit.of_candidate(plan, name)
    scorer = Scorer(WritableRunFiles(store, "run-1"), endpoint, 0, 3, lambda: 900.0, split)
    candidate: Any = {**CANDIDATE, "name": name}
    scorer.score(candidate, TRAINING)
    return store.text(f"runs/run-1/predictions/{name}.csv").splitlines()[1:]


@pytest.mark.parametrize(("name", "sent"), [("xgboost", "0,"), ("linear-learner", "0,7")])
def test_a_candidate_is_scored_on_its_own_view_and_empty_cells_stay_empty(name: str, sent: str) -> None:
    store, plan = mixed_run([["3", "a"], ["4", "b"]], {"kind": "category"})
    endpoint = FakeEndpoint(lambda rows: json.dumps({"predictions": [{"score": 1} for _ in rows]}))

    assert score_mixed(store, plan, name, endpoint) == ["0,3.0,1.0,0", "1,4.0,1.0,1"]
    assert endpoint.batches[0][0] == sent


def clusters_of(rows: Sequence[Sequence[str]], columns: dict[str, str], group: str = "") -> list[int]:
    store, plan = mixed_run(rows, columns, group)
    split = HeldOutSplit.of_any(plan)
    return read_test_rows(RunFiles(store, "run-1"), 0, split).clusters()


@pytest.mark.parametrize(
    ("other", "equal"),
    [
        (["3.0", "1e0", "a", "2020-01-01"], True),
        (["3", "01", "a", "2020-01-01"], True),
        (["3", "1", "a", "2020-01-02"], False),
        (["3", "1", "A", "2020-01-01"], False),
        (["3", "1", "", "2020-01-01"], False),
        (["3", "", "a", "2020-01-01"], False),
        (["4", "1", "a", "2020-01-01"], False),
    ],
)
def test_rows_of_a_mixed_table_are_equal_by_their_values(other: list[str], equal: bool) -> None:
    columns = {"area": "number", "kind": "category", "sold": "date"}

    found = clusters_of([["3", "1", "a", "2020-01-01"], ["5", "", "", ""], other], columns)

    assert found == [0, 1, 0 if equal else 2]


def test_missing_is_no_number_and_equals_only_missing() -> None:
    assert clusters_of([["3", ""], ["3", "0"], ["3", ""]], {"area": "number"}) == [0, 1, 0]


def test_the_same_texts_in_other_columns_are_other_rows() -> None:
    rows = [["3", "a", "b"], ["3", "b", "a"], ["3", 'a","b', ""], ["3", "a", 'b",""']]

    assert clusters_of(rows, {"one": "category", "two": "category"}) == [0, 1, 2, 3]


def test_rows_of_one_group_are_a_cluster_and_rows_without_one_are_by_their_content() -> None:
    rows = [
        ["3", "1", "7"],
        ["4", "2", "7.0"],
        ["5", "1", "8"],
        ["5", "1", ""],
        ["5", "1", ""],
        ["7", "1", ""],
    ]

    assert clusters_of(rows, {"area": "number", "patient": "number"}, "patient") == [0, 0, 2, 3, 3, 5]


def test_a_sample_of_a_mixed_table_knows_the_rows_that_it_has() -> None:
    store, plan = mixed_run([["3", kind] for kind in "abacadab"], {"kind": "category"})

    rows = read_test_rows(RunFiles(store, "run-1"), 4, HeldOutSplit.of_any(plan))

    assert (list(rows.numbers), rows.clusters()) == ([0, 2, 4, 6], [0, 0, 0, 0])


def test_views_with_other_rows_are_refused() -> None:
    store, plan = mixed_run([["3", "a"], ["4", "b"]], {"kind": "category"})
    store.delete("runs/run-1/datasets/table/test/part-00001")

    with pytest.raises(DatasetsNotPrepared, match=r"has 2 rows in a view, and 1 rows as they came"):
        read_test_rows(RunFiles(store, "run-1"), 0, HeldOutSplit.of_any(plan))


def refuse(rows: Sequence[str]) -> str:
    raise EndpointRefused("The model answered with an error: out of memory")


@pytest.mark.parametrize(
    ("endpoint", "error"),
    [
        (FakeEndpoint(refuse), EndpointRefused),
        (FakeEndpoint(lambda rows: "Bad gateway"), MalformedPrediction),
        (FakeEndpoint.of_model(lambda features: 1e200), MalformedPrediction),
    ],
)
def test_a_failed_scoring_stores_nothing(endpoint: FakeEndpoint, error: type[Exception]) -> None:
    store = store_with(["3.0,1,2"])
    before = store.stored_keys()

    with pytest.raises(error):
        score(store, endpoint)

    assert store.stored_keys() == before


def test_predictions_beyond_measure_name_cause_and_cure() -> None:
    with pytest.raises(MalformedPrediction) as refusal:
        score(store_with(["3.0,1", "4.0,2"]), FakeEndpoint.of_model(lambda features: -1e200 * features[0]))

    assert str(refusal.value) == (
        "The model predicts values as far off as -2e+200, too far to be measured: its training has probably "
        "diverged, so change its hyperparameters."
    )


def test_scoring_stops_before_the_function_is_stopped() -> None:
    endpoint = FakeEndpoint.of_model(sum)

    with pytest.raises(ScoringTimedOut, match="lower MaxScoredRows or take a larger endpoint instance"):
        score(store_with(["3.0,1,2"]), endpoint, seconds_left=lambda: RESERVED_SECONDS - 0.1)

    assert endpoint.batches == []


def test_time_is_looked_at_before_each_batch() -> None:
    left: Iterator[float] = iter([900.0, RESERVED_SECONDS, 0.0])
    store = store_with(["1.0,1"] * (3 * MAX_BATCH_ROWS))
    endpoint = FakeEndpoint.of_model(sum)

    with pytest.raises(ScoringTimedOut):
        score(store, endpoint, seconds_left=lambda: next(left))

    assert len(endpoint.batches) <= 2


def test_an_empty_test_split_is_refused() -> None:
    with pytest.raises(TooFewRows, match=r"^Run run-1 has no test rows"):
        read_test_rows(RunFiles(InMemoryRunStore(), "run-1"), 0)


@given(st.integers(1, 100_000), st.integers(1, 2_000))
def test_sampled_positions_are_sorted_unique_in_range_and_as_many_as_allowed(total: int, cap: int) -> None:
    found = list(sample_positions(total, cap))

    assert found == sorted(set(found))
    assert found[0] >= 0 and found[-1] < total
    assert len(found) == min(total, cap)


@given(st.integers(0, 10_000))
def test_without_a_cap_all_positions_are_kept(total: int) -> None:
    assert list(sample_positions(total, 0)) == list(range(total))


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=200),
    st.sampled_from([0.01, 0.25, 0.5, 0.9, 0.95, 0.99, 1.0]),
)
def test_percentiles_are_nearest_rank(values: list[float], share: float) -> None:
    assert percentile(values, share) == np.percentile(values, 100 * share, method="inverted_cdf")


def test_percentiles_of_every_count_of_requests_have_the_right_rank() -> None:
    for count in range(1, 3_000):
        assert percentile(range(1, count + 1), 0.5) == -(-count * 50 // 100)
        assert percentile(range(1, count + 1), 0.95) == -(-count * 95 // 100)
