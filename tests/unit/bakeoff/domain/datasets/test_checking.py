from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.datasets.checking import JobEnd, check_datasets
from bakeoff.domain.datasets.rejected import CURES, ZERO_INDEX
from bakeoff.domain.errors import (
    ConstantLabel,
    DatasetsNotPrepared,
    HyperparameterTooLong,
    InputOverwritten,
    TooFewRows,
    TooManyRejectedRows,
)
from bakeoff.domain.reading.mixed.settings import ColumnSettings
from bakeoff.domain.run.files import WritableRunFiles
from preparation.reasons import REASONS
from tests.fakes import InMemoryRunStore
from tests.unit.bakeoff.domain.reading.uploads import csv_of, rows_of, snapshot_of
from tests.units import checked_units

COMPLETE = JobEnd()
ROWS = {"train": 70, "validation": 15, "test": 15}
LABEL = {split: {"min": 1.0, "max": 9.0} for split in ROWS}


def store_with(
    rows: dict[str, int] | None = None,
    reasons: dict[str, int] | None = None,
    tolerated: float = 0.01,
    candidates: list[dict[str, Any]] | None = None,
    inputs: list[dict[str, Any]] | None = None,
    label: dict[str, Any] | None = None,
    examples: list[dict[str, str]] | None = None,
    table: dict[str, Any] | None = None,
    **found: Any,
) -> InMemoryRunStore:
    reasons = reasons or {}
    store = InMemoryRunStore()
    plan: dict[str, Any] = {"target": {"name": "price"}}
    plan |= {"max_rejected_share": tolerated, "inputs": inputs or [], "split": {}}
    plan["candidates"] = [{"resource_name": f"bakeoff-{each['name']}", **each} for each in candidates or []]
    if table:
        plan["table"] = table
    summary = {
        **found,
        "feature_dim": 8,
        "rows": rows or ROWS,
        "label": label or LABEL,
        "rejected": {"total": sum(reasons.values()), "reasons": reasons, "examples": examples or []},
    }
    store.write_json("runs/run-1/plan.json", plan)
    store.write_json("runs/run-1/datasets/summary.json", summary)
    return store


def checked_datasets(store: InMemoryRunStore, ended: JobEnd = COMPLETE) -> Any:
    return check_datasets(store, WritableRunFiles(store, "run-1"), ended)


def test_facts_of_the_data_are_filled_into_hyperparameters() -> None:
    candidate = {
        "name": "knn",
        "hyperparameters": {"feature_dim": "{feature_dim}", "sample_size": "{train_rows}", "k": "20"},
    }

    checked: Any = checked_units(store_with(candidates=[candidate]), "run-1")

    assert checked == [
        {
            "name": "knn",
            "resource_name": "bakeoff-knn",
            "hyperparameters": {"feature_dim": "8", "sample_size": "70", "k": "20"},
        }
    ]


def mixed(**roles: str) -> dict[str, Any]:
    """The plan of a mixed table with columns of these names, by their roles."""
    columns = [{"name": name, "role": role, "kind": "number"} for role, name in roles.items()]
    return {"columns": [{"name": "price", "role": "label", "kind": "number"}, *columns]}


def test_each_candidate_is_told_the_features_of_its_own_view() -> None:
    views = {"one": "csv", "two": "dense", "three": "csv"}
    candidates = [
        {"name": name, "view": view, "hyperparameters": {"feature_dim": "{feature_dim}"}}
        for name, view in views.items()
    ]
    sizes = {"csv": {"features": 31}, "dense": {"features": 40}}

    checked = checked_units(store_with(candidates=candidates, table=mixed(), views=sizes), "run-1")

    assert [each["hyperparameters"]["feature_dim"] for each in checked] == ["31", "40", "31"]


def test_a_candidate_is_told_where_the_codes_of_its_own_view_stand() -> None:
    candidates = [
        {"name": view, "view": view, "hyperparameters": {"categorical": "{categorical}"}}
        for view in ("csv", "coded")
    ]
    sizes = {"csv": {"features": 31}, "coded": {"features": 4, "categorical": [1, 4]}}
    store = store_with(candidates=candidates, table=mixed(), views=sizes)

    checked = checked_units(store, "run-1")

    assert [each["hyperparameters"] for each in checked] == [
        {"categorical": "[]"},
        {"categorical": "[0, 3]"},
    ]


def test_a_plain_table_has_no_codes() -> None:
    candidate = {"name": "boost", "hyperparameters": {"categorical": "{categorical}"}}

    [checked] = checked_units(store_with(candidates=[candidate]), "run-1")

    assert checked["hyperparameters"] == {"categorical": "[]"}


def test_more_codes_than_a_hyperparameter_can_hold_are_refused() -> None:
    candidate = {"name": "boost", "view": "coded", "hyperparameters": {"categorical": "{categorical}"}}
    sizes = {"coded": {"features": 900, "categorical": [*range(1, 901)]}}
    store = store_with(candidates=[candidate], table=mixed(), views=sizes)

    with pytest.raises(HyperparameterTooLong) as refusal:
        checked_datasets(store)

    assert str(refusal.value) == (
        "Algorithm 'boost': with the facts of these data, hyperparameters.categorical has 4390 characters, "
        "more than the 2500 that SageMaker takes: set its training_format to csv, which holds no codes of "
        "categories."
    )


def test_rows_without_a_label_are_no_malformed_rows() -> None:
    store = store_with(tolerated=0, table=mixed(), unlabelled=10_000)

    assert checked_datasets(store) == {"units": []}


def test_of_rows_without_labels_alone_there_is_nothing_to_learn() -> None:
    store = store_with(rows=dict.fromkeys(ROWS, 0), table=mixed(), unlabelled=104)

    with pytest.raises(TooFewRows) as refusal:
        checked_datasets(store)

    assert str(refusal.value) == (
        "None of 104 rows has a label (price), so there is nothing to learn from: set Target to the column "
        "to predict, or upload rows with their labels."
    )


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (mixed(), ""),
        (mixed(group="patient"), ", where rows with the same patient share a split"),
        (mixed(time="sold"), ", where the latest rows by sold are the test split"),
    ],
)
def test_a_split_without_rows_is_told_what_keeps_rows_together(table: dict[str, Any], why: str) -> None:
    store = store_with(rows={"train": 100, "validation": 0, "test": 0}, table=table)

    with pytest.raises(TooFewRows) as refusal:
        checked_datasets(store)

    assert str(refusal.value) == (
        f"The validation split has 0 of 100 rows and needs at least 2{why}: upload more data or change the "
        "split fractions."
    )


@pytest.mark.parametrize("value", ['{"a": [1]}', "{unknown}", "{", "{}", "{feature_dim", "%s"])
def test_other_braces_are_left_alone(value: str) -> None:
    candidate = {"name": "own", "hyperparameters": {"layers": value}}

    [checked] = checked_units(store_with(candidates=[candidate]), "run-1")

    assert checked["hyperparameters"] == {"layers": value}


def test_a_sentence_of_the_spark_job_is_told_before_anything_is_read() -> None:
    with pytest.raises(DatasetsNotPrepared) as refusal:
        checked_datasets(InMemoryRunStore(), JobEnd(message="Mend the line, then start a new run."))

    assert str(refusal.value) == "Mend the line, then start a new run."


@pytest.mark.parametrize("status", ["Stopped", "Failed", "InProgress", None])
def test_a_spark_job_that_did_not_complete_leaves_nothing_to_compare(status: str | None) -> None:
    """Also with data sets that look whole: somebody else may have written them."""
    with pytest.raises(
        DatasetsNotPrepared, match=f"the processing job as {status}, so .* somebody stopped it"
    ):
        checked_datasets(store_with(), JobEnd(status))


@given(st.integers(2, 100_000))
def test_a_mini_batch_is_smaller_than_the_training_data(train_rows: int) -> None:
    candidate = {"name": "linear-learner", "hyperparameters": {"mini_batch_size": "{mini_batch}"}}
    store = store_with(rows={**ROWS, "train": train_rows}, candidates=[candidate])

    [checked] = checked_units(store, "run-1")

    rows = int(checked["hyperparameters"]["mini_batch_size"])
    assert 1 <= rows < train_rows
    assert rows == 100 or train_rows < 200


def test_more_rejected_rows_than_tolerated_are_refused_with_their_reasons() -> None:
    store = store_with(reasons={"the label is not a number": 3, "10 columns instead of 9": 1})

    with pytest.raises(TooManyRejectedRows) as refusal:
        checked_datasets(store)

    assert str(refusal.value) == (
        "4 of 104 rows are malformed, more than the tolerated share of 0.01: the label is not a number (3), "
        "10 columns instead of 9 (1). See s3://data-bucket/runs/run-1/datasets/rejected/; mend or remove "
        "such rows, or raise MaxRejectedShare."
    )


def test_a_refusal_quotes_a_row_of_the_commonest_reason_and_names_its_cure() -> None:
    reasons = {"the label is not a number": 1, "a libsvm index is above the number of features": 9}
    examples = [
        {"object": "s3://b/Inputs/a.svm", "line": line, "reason": reason}
        for line, reason in zip(["x 1:1", "7 1:1 12:5"], reasons, strict=True)
    ]

    with pytest.raises(TooManyRejectedRows) as refusal:
        checked_datasets(store_with(reasons=reasons, examples=examples))

    assert "; for example, s3://b/Inputs/a.svm has the line '7 1:1 12:5'." in str(refusal.value)
    assert "set FeatureCount to the number of all features, or raise MaxRejectedShare." in str(refusal.value)


def test_gaps_that_no_head_showed_are_refused_with_the_setting_that_takes_them() -> None:
    with pytest.raises(TooManyRejectedRows) as refusal:
        checked_datasets(store_with(reasons={"a feature is not a number": 9}))

    assert "name such a cell in the setting missing if it stands for no value (missing: ['']" in str(
        refusal.value
    )
    with_gaps = snapshot_of({"a.csv": csv_of(rows_of())}, columns=ColumnSettings(missing=("",)))
    assert with_gaps.table is not None


def test_one_row_with_features_from_zero_refuses_all_however_many_are_tolerated() -> None:
    store = store_with(
        reasons={ZERO_INDEX: 1},
        tolerated=1,
        examples=[{"object": "s3://b/a", "line": "7 0:1", "reason": ZERO_INDEX}],
    )

    with pytest.raises(TooManyRejectedRows) as refusal:
        checked_datasets(store)

    assert str(refusal.value) == (
        "1 of 101 rows number their libsvm features from 0, but the first one must be 1; for example, "
        "s3://b/a has the line '7 0:1': write them with dump_svmlight_file(..., zero_based=False)."
    )


def test_every_reason_with_a_cure_is_one_of_the_spark_job() -> None:
    assert {ZERO_INDEX, *CURES} <= set(REASONS)


@pytest.mark.parametrize(
    ("everywhere", "sentence"),
    [
        ((7.0, 7.0), "Every label (price) is 7: there is nothing to predict."),
        ((1e9, 1e9 + 1), "Every label (price) is 1e+09 in single precision: there is nothing to predict."),
    ],
)
def test_labels_that_are_all_the_same_are_refused(everywhere: tuple[float, float], sentence: str) -> None:
    label = {split: {"min": everywhere[0], "max": everywhere[1]} for split in ROWS}

    with pytest.raises(ConstantLabel) as refusal:
        checked_datasets(store_with(label=label))

    assert str(refusal.value).startswith(sentence)


def test_a_model_cannot_learn_from_training_rows_with_one_label() -> None:
    label = {**LABEL, "train": {"min": 7.0, "max": 7.0}}

    with pytest.raises(ConstantLabel, match=r"^Every training row's label \(price\) is 7"):
        checked_datasets(store_with(label=label))


@pytest.mark.parametrize(("rejected", "tolerated"), [(0, 0.0), (1, 0.01), (100, 0.5), (100, 1.0)])
def test_as_many_rejected_rows_as_tolerated_are_passed_over(rejected: int, tolerated: float) -> None:
    store = store_with(reasons={"the label is not a number": rejected}, tolerated=tolerated)

    assert checked_datasets(store) == {"units": []}


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_a_split_with_too_few_rows_is_refused(split: str) -> None:
    rows = {**ROWS, split: 1}

    with pytest.raises(TooFewRows) as refusal:
        checked_datasets(store_with(rows=rows))

    assert str(refusal.value) == (
        f"The {split} split has 1 of {sum(rows.values())} rows and needs at least 2: upload more data or "
        "change the split fractions."
    )


def test_data_of_nothing_but_malformed_rows_are_refused_for_that() -> None:
    nothing = {"train": 0, "validation": 0, "test": 0}

    with pytest.raises(TooManyRejectedRows, match="5 of 5 rows are malformed"):
        checked_datasets(store_with(rows=nothing, reasons={"the label is not a number": 5}))


def test_no_rows_at_all_are_too_few() -> None:
    with pytest.raises(TooFewRows, match="train split has 0 of 0 rows"):
        checked_datasets(store_with(rows={"train": 0, "validation": 0, "test": 0}))


def planned(key: str, version_id: str, read_from: str = "") -> dict[str, Any]:
    return {"key": key, "version_id": version_id, "uri": f"s3://data-bucket/{read_from or key}"}


def test_an_upload_that_changed_while_it_was_read_is_refused_even_at_equal_size() -> None:
    store = store_with(inputs=[planned("Inputs/a.csv", "version-1"), planned("Inputs/b.csv", "version-1")])
    for key, body in (("Inputs/a.csv", b"1,2"), ("Inputs/b.csv", b"1,2"), ("Inputs/b.csv", b"9,9")):
        store.put(key, body)

    with pytest.raises(
        InputOverwritten, match=r"^Inputs/b\.csv changed while this run read it.*run of its own"
    ):
        checked_datasets(store)


def test_later_uploads_deletions_and_copied_objects_are_no_change() -> None:
    copied = planned("Inputs/_odd name", "version-1", read_from="runs/run-1/inputs/00001.csv")
    store = store_with(inputs=[planned("Inputs/a.csv", "version-2"), copied])
    for key in ("Inputs/a.csv", "Inputs/a.csv", "Inputs/later.csv", "Inputs/_odd name", "Inputs/_odd name"):
        store.put(key, b"1,2")
    store.delete("Inputs/a.csv")

    assert checked_datasets(store) == {"units": []}


def test_a_sentence_names_a_few_of_many_changed_objects() -> None:
    store = store_with(inputs=[planned(f"Inputs/{n}.csv", "version-1") for n in range(20)])
    for n in range(20):
        store.put(f"Inputs/{n}.csv", b"old")
        store.put(f"Inputs/{n}.csv", b"new")

    with pytest.raises(InputOverwritten, match=r"^Inputs/0\.csv, .*, Inputs/4\.csv changed"):
        checked_datasets(store)


@pytest.mark.parametrize("key", ["csv/train/", "csv/test/part-7", "libsvm/validation/deeper/"])
def test_an_empty_object_that_training_would_read_is_refused(key: str) -> None:
    store = store_with()
    store.put("runs/run-1/datasets/csv/train/part-1", b"1,2")
    store.put(f"runs/run-1/datasets/{key}", b"")

    with pytest.raises(DatasetsNotPrepared) as refused:
        checked_datasets(store)

    assert str(refused.value).startswith(
        "1 of the objects that training would read are empty, which it fails on; the first "
        f"is s3://data-bucket/runs/run-1/datasets/{key}: start a new run"
    )


def test_a_marker_above_the_splits_is_in_nobodys_way() -> None:
    store = store_with()
    for key in ("", "csv/", "libsvm/", "rejected/", "rejected/part-1"):
        store.put(f"runs/run-1/datasets/{key}", b"")
    store.put("runs/run-1/datasets/csv/train/part-1", b"1,2")
    store.put("runs/run-2/datasets/csv/train/", b"")

    assert checked_datasets(store) == {"units": []}
