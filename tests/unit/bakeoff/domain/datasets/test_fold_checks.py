"""What ends a run with folds before anything is trained."""

from __future__ import annotations

from typing import Any

import pytest

from bakeoff.domain.datasets.checking import check_datasets
from bakeoff.domain.errors import (
    BakeoffError,
    ConstantLabel,
    DatasetsNotPrepared,
    HyperparameterTooLong,
    TooFewRows,
)
from bakeoff.domain.run.files import WritableRunFiles
from tests.fakes import InMemoryRunStore
from tests.unit.bakeoff.domain.datasets.folded import (
    COLUMNS,
    HOME,
    RUN,
    RUN_ID,
    cut_folds,
    data_folds,
    folded_run,
    labels_of,
    summary_of,
)


def refused(kind: type[BakeoffError], store: InMemoryRunStore) -> str:
    with pytest.raises(kind) as refusal:
        check_datasets(store, WritableRunFiles(store, RUN_ID))
    assert f"{RUN}/units.json" not in store.stored_keys()
    return str(refusal.value)


def of_classes(*counts: list[int]) -> dict[str, Any]:
    names = [{"name": name, "train": 1, "validation": 1, "test": 0} for name in "abc"[: len(counts[0])]]
    summary = summary_of([{"rows": sum(each), "classes": each} for each in counts], classes=names)
    del summary["label"]
    return summary


def test_a_fold_of_fewer_than_fifty_rows_is_refused() -> None:
    store = folded_run(["knn"], summary_of(data_folds((120, 49, 140))))

    assert refused(TooFewRows, store) == (
        "Fold 2 of 3 has 49 of 309 rows and needs at least 50: upload more data, or compare on one split "
        "(folds: 0)."
    )


def test_folds_of_fifty_rows_are_enough() -> None:
    store = folded_run(["knn"], summary_of(data_folds((50, 50, 50))))

    assert len(check_datasets(store, WritableRunFiles(store, RUN_ID))["units"]) == 3


def test_more_folds_than_the_rows_are_enough_for_are_refused_with_the_number_that_would_do() -> None:
    store = folded_run(["knn"], summary_of(data_folds((60,) * 9 + (41,))), folds=10)

    assert refused(TooFewRows, store) == (
        "Fold 10 of 10 has 41 of 581 rows and needs at least 50: set folds to 5 or less, or upload more data."
    )


def test_a_group_may_be_why_a_fold_has_few_rows() -> None:
    store = folded_run(["xgboost"], summary_of(data_folds((400, 500, 0))), table=True)
    plan = store.read_json(f"{RUN}/plan.json")
    plan["table"]["columns"] = [*COLUMNS, {"name": "house", "role": "group", "kind": "category"}]
    store.write_json(f"{RUN}/plan.json", plan)

    assert refused(TooFewRows, store).startswith(
        "Fold 3 of 3 has 0 of 900 rows and needs at least 50, where rows with the same house share a fold: "
    )


def test_a_class_without_a_row_in_some_fold_is_refused() -> None:
    store = folded_run(["xgboost"], of_classes([60, 40, 5], [50, 60, 3], [70, 40, 0]), classes=True)

    assert refused(TooFewRows, store) == (
        "The class 'c' has 8 rows and none of them in fold 3 of 3: set fewer folds, compare on one split "
        "(folds: 0), or upload more rows of the class."
    )


def test_two_folds_of_fifty_rows_are_enough() -> None:
    store = folded_run(["knn"], summary_of(cut_folds(((41, 9), (48, 2)))), folds=2)

    assert len(check_datasets(store, WritableRunFiles(store, RUN_ID))["units"]) == 2


@pytest.mark.parametrize(("rows", "told"), [((100, 1), "validation has 1"), ((0, 101), "train has 0")])
def test_a_part_of_a_fold_that_can_do_nothing_for_the_other_is_refused(
    rows: tuple[int, int], told: str
) -> None:
    store = folded_run(["knn"], summary_of(cut_folds(((80, 20), rows))), folds=2)

    assert refused(TooFewRows, store) == (
        f"The part of fold 2 of 2 for {told} of its 101 rows and needs at least 2: change the split "
        "fractions, upload more data, or compare on one split (folds: 0)."
    )


def of_cut_classes(*parts: tuple[list[int], list[int]]) -> dict[str, Any]:
    """Of each fold the rows of each class that train, and those that validate."""
    summary = of_classes(*([sum(pair) for pair in zip(*each, strict=True)] for each in parts))
    for fold, each in zip(summary["folds"], parts, strict=True):
        fold["parts"] = [{"rows": sum(counts), "classes": counts} for counts in each]
    return summary


def test_a_class_that_one_of_two_folds_does_not_train_is_refused() -> None:
    summary = of_cut_classes(([60, 40, 2], [10, 10, 1]), ([60, 40, 0], [10, 10, 3]))

    assert refused(TooFewRows, folded_run(["xgboost"], summary, classes=True, folds=2)) == (
        "The class 'c' has 3 rows in fold 2 of 2, none of which trains: compare on one split (folds: 0), "
        "or upload more rows of the class."
    )


def test_a_class_of_one_row_that_validates_is_told_as_one_row() -> None:
    summary = of_cut_classes(([60, 40, 2], [10, 10, 1]), ([60, 40, 0], [10, 10, 1]))

    assert refused(TooFewRows, folded_run(["xgboost"], summary, classes=True, folds=2)).startswith(
        "The class 'c' has 1 row in fold 2 of 2, none of which trains: "
    )


def test_a_class_without_a_row_in_one_of_two_folds_is_refused_without_the_advice_of_fewer() -> None:
    summary = of_cut_classes(([60, 40, 2], [10, 10, 1]), ([60, 40, 0], [10, 10, 0]))

    assert refused(TooFewRows, folded_run(["xgboost"], summary, classes=True, folds=2)) == (
        "The class 'c' has 3 rows and none of them in fold 2 of 2: compare on one split (folds: 0), or "
        "upload more rows of the class."
    )


def test_rows_that_validate_may_be_of_some_classes_only() -> None:
    summary = of_cut_classes(([60, 40, 2], [10, 10, 0]), ([60, 40, 1], [10, 10, 3]))
    store = folded_run(["xgboost"], summary, classes=True, folds=2)

    assert len(check_datasets(store, WritableRunFiles(store, RUN_ID))["units"]) == 2


def test_a_class_with_a_row_in_each_fold_is_compared() -> None:
    store = folded_run(["xgboost"], of_classes([60, 40], [50, 1], [70, 40]), classes=True)

    assert len(check_datasets(store, WritableRunFiles(store, RUN_ID))["units"]) == 3


def test_equal_labels_everywhere_are_refused() -> None:
    folds = [{"rows": 60, "label": labels_of(60, 3.0, 3.0)} for _ in range(3)]
    same = {"train": labels_of(120, 3.0, 3.0), "validation": labels_of(60, 3.0, 3.0)}

    assert refused(ConstantLabel, folded_run(["knn"], summary_of(folds, label=same))).startswith(
        "Every label (price) is 3: there is nothing to predict."
    )


def test_a_unit_whose_training_rows_have_equal_labels_is_refused_though_others_learn() -> None:
    # Given labels that differ in one fold only, which the second unit is validated on
    folds = [{"rows": 60, "label": labels_of(60, 3.0, most)} for most in (3.0, 3.0, 9.0)]
    label = {"train": labels_of(120, 3.0, 9.0), "validation": labels_of(60, 3.0, 3.0)}

    assert refused(ConstantLabel, folded_run(["knn"], summary_of(folds, label=label))) == (
        "In fold 2 of 3, every training row's label (price) is 3: there is nothing to predict. "
        "Set another number of folds, compare on one split (folds: 0), or upload rows whose labels differ."
    )


def test_a_final_model_whose_training_rows_have_equal_labels_is_refused() -> None:
    # Given four folds, of which the first alone, which validates the final model, has other labels
    folds = [{"rows": 60, "label": labels_of(60, 3.0, most)} for most in (9.0, 3.0, 3.0, 3.0)]
    label = {"train": labels_of(180, 3.0, 3.0), "validation": labels_of(60, 3.0, 9.0)}

    # Then the first unit, which is tested on it, is the first to say so
    found = refused(ConstantLabel, folded_run(["knn"], summary_of(folds, label=label), folds=4))
    assert found.startswith("In fold 1 of 4, every training row's label (price) is 3: ")


def test_a_final_model_s_hyperparameter_that_is_too_long_is_refused_before_the_folds_are_trained() -> None:
    # Given as many codes of categories as fit into a hyperparameter, but for one that all rows together have
    codes: dict[str, Any] = {"name": "codes", "algorithm": "random-forest", "training_format": "coded"}
    codes["hyperparameters"] = {"monotonic_cst": "{categorical}"}
    few, many = ({"coded": {"features": 900, "categorical": [*range(1, n)]}} for n in (500, 900))
    folds = [{**each, "views": few} for each in data_folds()]

    store = folded_run([codes], summary_of(folds, views=many), table=True)

    assert refused(HyperparameterTooLong, store).startswith("Algorithm 'codes': with the facts of these data")
    shorter = folded_run([codes], summary_of(folds, views=few), table=True)
    assert len(check_datasets(shorter, WritableRunFiles(shorter, RUN_ID))["units"]) == 3


@pytest.mark.parametrize(
    "name",
    [
        "csv/fold-1-part-00007",
        "csv/fold-10-part-0",
        "csv/fold-1-validation-part-00000",
        "dense/final/train/part-0",
        "csv/fold-2/train/",
    ],
)
def test_an_empty_object_of_a_fold_is_refused_as_training_would_fail_on_it(name: str) -> None:
    store = folded_run(["knn"])
    store.put(f"{RUN}/datasets/{name}", b"")

    found = refused(DatasetsNotPrepared, store)
    assert found.startswith(
        "1 of the objects that training would read are empty, which it fails on; the first"
    )
    assert f" is {HOME}datasets/{name}: " in found


@pytest.mark.parametrize("name", ["csv/", "csv/fold-1/", "rejected/", "table/fold-1/", "_SUCCESS"])
def test_a_marker_that_no_channel_reads_is_in_nobody_s_way(name: str) -> None:
    store = folded_run(["knn"])
    store.put(f"{RUN}/datasets/{name}", b"")

    assert len(check_datasets(store, WritableRunFiles(store, RUN_ID))["units"]) == 3


def test_all_rows_without_a_label_are_told_before_the_folds() -> None:
    store = folded_run(["xgboost"], summary_of(data_folds((0, 0, 0)), unlabelled=9), table=True)

    assert refused(TooFewRows, store).startswith("None of 9 rows has a label (price)")
