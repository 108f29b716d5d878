from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

import pytest

from bakeoff.domain.datasets.encoding import Encoder
from bakeoff.domain.datasets.test_rows import HeldOutSplit, read_test_rows
from bakeoff.domain.errors import EndpointRefused
from bakeoff.domain.run.documents import Importance
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.scoring.answering import VALUES, ClassReplies
from bakeoff.domain.scoring.importance import (
    MAX_COLUMNS,
    MAX_ROWS,
    REPEATS,
    RESERVED_SECONDS,
    ImportanceStudy,
)
from bakeoff.domain.scoring.permuted import EncodedRows
from bakeoff.domain.scoring.reply_kinds import Reply
from bakeoff.domain.scoring.scorer import Scorer
from bakeoff.domain.statistics.registry import METRICS_OF
from tests.fakes import FakeEndpoint, InMemoryRunStore
from tests.mixed import fit, table_line
from tests.settings import held

CANDIDATE: Any = {
    "name": "xgboost",
    "algorithm": "xgboost",
    "accept": "application/json",
    "prediction_path": "predictions[].score",
}
RUN = "runs/run-1"
KINDS = {"area": "number", "kind": "category", "sold": "date"}
TRAIN = [
    {"area": "1.5", "kind": kind, "sold": f"2026-01-{day:02}"}
    for kind, day in zip("aabbc", range(1, 6), strict=True)
] + [{"area": "", "kind": "", "sold": ""}] * 2
ENCODING = fit(list(KINDS.items()), TRAIN)


def studied(
    store: InMemoryRunStore,
    plan: dict[str, Any],
    endpoint: FakeEndpoint,
    seconds_left: Callable[[], float] = lambda: 900.0,
    answering: Any = VALUES,
) -> Importance:
    """What is stored of a candidate that was scored with a study."""
    run = WritableRunFiles(store, "run-1")
    complete: Any = {"settings": held(), "candidates": [{"name": "xgboost", "view": "csv"}], **plan}
    split = HeldOutSplit.of_candidate(complete, "xgboost")
    study = ImportanceStudy(run, complete, split, seconds_left, answering)
    Scorer(run, endpoint, 0, 3, lambda: 900.0, split, study, answering).score(
        CANDIDATE, {"training_seconds": 1, "billable_seconds": 1}
    )
    importance: Importance = store.read_json(f"{RUN}/results/xgboost.json")["importance"]
    return importance


def plain(rows: Sequence[Sequence[float]]) -> InMemoryRunStore:
    """Rows label first."""
    store = InMemoryRunStore()
    text = "".join(f"{','.join(map(str, row))}\n" for row in rows)
    store.put(f"{RUN}/datasets/csv/test/part-0", text.encode())
    return store


def of_two(rows: int = 60) -> InMemoryRunStore:
    """The label is the first feature, roughly; the second one says nothing."""
    return plain([(10 + place % 7 + place % 2 / 10, 10 + place % 7, place % 5) for place in range(rows)])


def first(row: list[float]) -> float:
    return row[0]


def increases(importance: Importance) -> dict[str, float]:
    return {item["column"]: item["increase"] for item in importance["columns"]}


def test_what_the_model_hangs_on_is_found_with_its_interval_and_what_it_ignores_is_worth_nothing() -> None:
    importance = studied(of_two(), {"features": ["size", "colour"]}, FakeEndpoint.of_model(first))

    size, colour = importance["columns"]
    assert size["column"] == "size" and size["ci_low"] and size["ci_high"]
    assert 1 < size["ci_low"] < size["increase"] < size["ci_high"] < 4
    assert colour == {"column": "colour", "increase": 0, "ci_low": 0, "ci_high": 0}
    assert {key: value for key, value in importance.items() if key != "columns"} == {
        "metric": "rmse",
        "confidence": 0.95,
        "rows": 60,
        "repeats": REPEATS,
    }


def test_features_without_names_are_numbered() -> None:
    importance = studied(of_two(), {"features": None}, FakeEndpoint.of_model(first))

    assert [item["column"] for item in importance["columns"]] == ["feature 1", "feature 2"]


@pytest.mark.parametrize("metric", ["mae", "r2", "relative_accuracy"])
def test_the_deciding_metric_measures_it(metric: str) -> None:
    plan = {"settings": held(metric=metric), "features": ["size", "colour"]}

    importance = studied(of_two(), plan, FakeEndpoint.of_model(first))

    assert importance["metric"] == metric
    assert increases(importance)["size"] > 0.2 and increases(importance)["colour"] == 0


def test_the_same_rows_give_the_same_importance_and_the_same_requests() -> None:
    one, other = FakeEndpoint.of_model(first), FakeEndpoint.of_model(first)

    assert studied(of_two(), {}, one) == studied(of_two(), {}, other)
    assert sorted(map(tuple, one.batches)) == sorted(map(tuple, other.batches))


def test_a_permuted_column_keeps_its_values_and_its_neighbours() -> None:
    endpoint = FakeEndpoint.of_model(first)
    studied(of_two(), {}, endpoint)
    sent = [row.split(",") for row in endpoint.batches[4]]  # after all rows once and three single ones

    for start in range(0, len(sent), 60):
        repeat = sent[start : start + 60]
        assert [row[1] for row in repeat] == [str(place % 5) for place in range(60)]
        assert sorted(row[0] for row in repeat) == sorted(str(10 + place % 7) for place in range(60))


def test_a_sample_of_the_rows_is_enough() -> None:
    endpoint = FakeEndpoint.of_model(first)

    importance = studied(of_two(rows=3 * MAX_ROWS), {}, endpoint)

    assert importance["rows"] == MAX_ROWS
    assert sum(map(len, endpoint.batches)) == 3 * MAX_ROWS + 3 + 2 * MAX_ROWS * REPEATS


def test_copies_of_rows_are_no_more_evidence() -> None:
    rows = [(10 + place % 7 + place % 2 / 10, 10 + place % 7, place) for place in range(40)]

    once = studied(plain(rows), {}, FakeEndpoint.of_model(first))["columns"][0]
    often = studied(plain(rows * 10), {}, FakeEndpoint.of_model(first))["columns"][0]

    assert once["ci_high"] and often["ci_high"]
    width = once["ci_high"] - once["increase"]
    assert 0.5 * width < often["ci_high"] - often["increase"] < 2 * width


def test_of_many_columns_some_tens_are_measured_and_the_rest_is_told() -> None:
    names = [f"c{place}" for place in range(300)]
    store = plain([[place, *([place] * 300)] for place in range(10)])

    importance = studied(store, {"features": names}, FakeEndpoint.of_model(first))

    assert len(importance["columns"]) == MAX_COLUMNS
    assert importance["unmeasured"] == {
        "count": 300 - MAX_COLUMNS,
        "first": names[MAX_COLUMNS : MAX_COLUMNS + 10],
        "why": f"no more than {MAX_COLUMNS} columns are measured",
    }


@pytest.mark.parametrize("left", [RESERVED_SECONDS - 1, 0.0, -5.0])
def test_without_time_nothing_is_measured_and_the_score_stands(left: float) -> None:
    store = of_two()

    importance = studied(store, {"features": ["a", "b"]}, FakeEndpoint.of_model(first), lambda: left)

    assert importance["columns"] == []
    assert importance["unmeasured"] == {
        "count": 2,
        "first": ["a", "b"],
        "why": "there was no time for more",
    }
    assert store.read_json(f"{RUN}/results/xgboost.json")["status"] == "completed"


def test_when_time_runs_out_what_was_measured_is_kept() -> None:
    # Each look at the clock is 20 seconds later: 40 for a column.
    clock: Iterator[int] = count(900, -20)

    importance = studied(
        of_two(), {"features": ["a", "b", "c"][:2]}, FakeEndpoint.of_model(first), lambda: next(clock)
    )
    short: Iterator[int] = count(int(RESERVED_SECONDS) + 45, -20)
    cut = studied(of_two(), {"features": ["a", "b"]}, FakeEndpoint.of_model(first), lambda: next(short))

    assert len(importance["columns"]) == 2 and "unmeasured" not in importance
    assert [item["column"] for item in cut["columns"]] == ["a"]
    assert cut["unmeasured"] == {"count": 1, "first": ["b"], "why": "there was no time for more"}


def test_an_endpoint_that_refuses_leaves_the_score_and_the_reason() -> None:
    store, asked = of_two(), count()

    def reply(rows: Sequence[str]) -> str:
        if next(asked) > 4:
            raise EndpointRefused("The model answered with an error: out of memory.")
        return json.dumps({"predictions": [{"score": 1} for _ in rows]})

    importance = studied(store, {"features": ["a", "b"]}, FakeEndpoint(reply))

    assert [item["column"] for item in importance["columns"]] == ["a"]
    assert importance["unmeasured"]["why"] == "The model answered with an error: out of memory."
    assert store.read_json(f"{RUN}/results/xgboost.json")["metrics"]["rmse"] > 0


def test_an_undefined_metric_is_no_importance() -> None:
    plan = {"settings": held(metric="r2"), "features": ["a"]}

    importance = studied(plain([(7, place) for place in range(20)]), plan, FakeEndpoint.of_model(first))

    assert importance["columns"] == []
    assert importance["unmeasured"]["why"] == "without it the metric is undefined or beyond measure"


def test_a_metric_without_a_loss_is_told_and_never_taken_for_another() -> None:
    plan = {"settings": held(metric="log_loss"), "features": ["size", "colour"]}

    importance = studied(of_two(), plan, FakeEndpoint.of_model(first))

    assert (importance["metric"], importance["columns"]) == ("log_loss", [])
    assert importance["unmeasured"] == {
        "count": 2,
        "first": ["size", "colour"],
        "why": "importance is measured by rmse, mae, r2, relative_accuracy only",
    }


def test_a_candidate_is_not_studied_unless_somebody_asks() -> None:
    store = of_two()
    scorer = Scorer(WritableRunFiles(store, "run-1"), FakeEndpoint.of_model(first), 0, 3, lambda: 900.0)

    scorer.score(CANDIDATE, {"training_seconds": 1, "billable_seconds": 1})

    assert "importance" not in store.read_json(f"{RUN}/results/xgboost.json")


def mixed_table(view: str, rows: int = 40) -> tuple[InMemoryRunStore, dict[str, Any]]:
    """The label is 5 where the kind is a, whatever else there is; a group comes before the features."""
    store, encoder = InMemoryRunStore(), Encoder(ENCODING, view)
    table, prepared = [], []
    for place in range(rows):
        cells = {"area": f"{place}.0", "kind": "abcz"[place % 4], "sold": f"2026-03-{place % 28 + 1:02}"}
        label = f"{5 * (cells['kind'] == 'a') + place % 2 / 10}"
        table.append(table_line(label, [f"group {place}", *cells.values()]))
        prepared.append(",".join([label, *encoder.row(cells)]))
    store.put(f"{RUN}/datasets/table/test/part-0", "".join(f"{line}\n" for line in table).encode())
    store.put(f"{RUN}/datasets/{view}/test/part-0", "".join(f"{line}\n" for line in prepared).encode())
    store.write_json(f"{RUN}/datasets/encoding.json", ENCODING)
    columns = [{"name": "price", "role": "label", "kind": "number"}]
    columns += [{"name": "house", "role": "group", "kind": "category"}]
    columns += [{"name": name, "role": "feature", "kind": kind} for name, kind in KINDS.items()]
    plan = {"table": {"columns": columns}, "candidates": [{"name": "xgboost", "view": view}]}
    return store, plan


@pytest.mark.parametrize("view", ["csv", "dense", "coded"])
def test_all_features_of_a_column_move_together(view: str) -> None:
    store, plan = mixed_table(view)
    start = Encoder(ENCODING, view).places["kind"].start
    is_a = 1.0 if view != "coded" else 0.0

    endpoint = FakeEndpoint.of_model(lambda row: 5.0 * (row[start] == is_a))
    importance = studied(store, plan, endpoint)

    found = increases(importance)
    assert list(found) == ["kind", "area", "sold"]
    assert found["kind"] > 1 and found["area"] == found["sold"] == 0
    legal = {",".join(Encoder(ENCODING, view).cell(ENCODING["columns"][1], kind)) for kind in "abcz"}
    place = Encoder(ENCODING, view).places["kind"]
    sent = [row.split(",") for batch in endpoint.batches for row in batch]
    assert {",".join(row[place]) for row in sent} == legal


def test_rows_in_their_own_order_are_the_rows_that_were_written() -> None:
    store, plan = mixed_table("dense")
    complete: Any = plan
    split = HeldOutSplit.of_candidate(complete, "xgboost")
    run = WritableRunFiles(store, "run-1")
    rows = read_test_rows(run, 0, split).at(range(3, 30, 2))
    permutable = EncodedRows.of(run, complete, rows, split)

    for place in range(len(permutable.columns())):
        assert permutable.permuted(place, range(14)) == list(rows.features)


def test_a_run_that_lost_its_encoding_says_so() -> None:
    store, plan = mixed_table("csv")
    store.delete(f"{RUN}/datasets/encoding.json")

    importance = studied(
        store, plan, FakeEndpoint(lambda rows: json.dumps({"predictions": [{"score": 1}] * len(rows)}))
    )

    assert importance["columns"] == []
    assert importance["unmeasured"]["first"] == ["area", "kind", "sold"]
    assert "encoding.json" in importance["unmeasured"]["why"]


def of_classes(rows: int = 120) -> InMemoryRunStore:
    """The first feature tells the class of most rows; the second one says nothing."""
    return plain([(int((place % 7 > 3) ^ (place % 11 == 0)), place % 7, place % 5) for place in range(rows)])


def likely(row: list[float]) -> float:
    """The probability of the second class."""
    return 0.9 if row[0] > 3 else 0.1


def of_classes_studied(
    metric: str, kind: Any = "positive_probability", model: Callable[[list[float]], float] = likely
) -> Importance:
    answering = ClassReplies(Reply("predictions[].score", kind), ["no", "yes"])
    plan = {"settings": held(metric=metric), "features": ["size", "colour"]}
    return studied(of_classes(), plan, FakeEndpoint.of_model(model), answering=answering)


@pytest.mark.parametrize("metric", list(METRICS_OF["classification"]))
def test_of_classes_the_deciding_metric_measures_it(metric: str) -> None:
    importance = of_classes_studied(metric)

    size, colour = importance["columns"]
    assert (importance["metric"], importance["rows"], size["column"]) == (metric, 120, "size")
    assert size["ci_low"] and size["ci_high"] and 0.1 < size["ci_low"] < size["increase"] < size["ci_high"]
    assert colour == {"column": "colour", "increase": 0, "ci_low": 0, "ci_high": 0}


def test_a_model_that_names_classes_only_is_measured_by_them_or_the_reason_is_told() -> None:
    def named(row: list[float]) -> float:
        return float(row[0] > 3)

    by_labels = of_classes_studied("accuracy", "label", named)
    by_probabilities = of_classes_studied("log_loss", "label", named)

    assert increases(by_labels)["size"] > 0.2
    assert by_probabilities["columns"] == []
    assert by_probabilities.get("unmeasured") == {
        "count": 2,
        "first": ["size", "colour"],
        "why": "it answers without the probabilities that the log loss is measured by",
    }
