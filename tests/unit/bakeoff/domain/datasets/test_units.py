"""The units of a run with folds: names, channels, facts and manifests, each its own."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bakeoff.domain.datasets.checking import check_datasets
from bakeoff.domain.datasets.units import best_values, final_unit
from bakeoff.domain.run.files import RunFiles, WritableRunFiles
from bakeoff.domain.run.names import resource_prefix_of, tuning_name
from tests.fakes import InMemoryRunStore
from tests.unit.bakeoff.domain.datasets.folded import (
    FOLDS,
    HOME,
    RUN,
    RUN_ID,
    cut_folds,
    data_folds,
    folded_run,
    summary_of,
)
from tests.units import checked_units

BASE = resource_prefix_of("bakeoff-1a2b3c4d", RUN_ID)
TUNED = {"name": "tuned", "algorithm": "xgboost", "tuning": {"jobs": 4, "each_fold": True}}
TREES = {"name": "trees", "algorithm": "xgboost", "training_format": "libsvm"}


def checked(store: InMemoryRunStore) -> Any:
    return check_datasets(store, WritableRunFiles(store, RUN_ID))["units"]


def final(store: InMemoryRunStore, candidate: str) -> Any:
    return final_unit(RunFiles(store, RUN_ID), candidate)


def sources(unit: Any) -> dict[str, tuple[str, str]]:
    """Kind and place of each channel, below the run's folder."""
    found = {each["ChannelName"]: each["DataSource"]["S3DataSource"] for each in unit["input_data_config"]}
    return {name: (each["S3DataType"], each["S3Uri"].removeprefix(HOME)) for name, each in found.items()}


def test_each_candidate_is_a_unit_in_each_fold_in_the_plan_s_order() -> None:
    answer = checked(folded_run(["xgboost", "knn"]))

    assert answer == [
        {"candidate": name, "fold": fold, "resource_name": f"{BASE}f{fold}-{name}"}
        for name in ("xgboost", "knn")
        for fold in range(FOLDS)
    ]


def test_the_items_of_the_map_are_the_units_that_the_answer_names() -> None:
    store = folded_run(["xgboost", "knn"])

    answer, stored = checked(store), store.read_json(f"{RUN}/units.json")

    named = [
        {"candidate": each["name"], **{key: each[key] for key in ("fold", "resource_name")}}
        for each in stored
    ]
    assert named == answer
    assert [each["model_uri"] for each in stored[:2]] == [
        f"{HOME}models/xgboost/fold-0",
        f"{HOME}models/xgboost/fold-1",
    ]


def test_without_folds_the_items_are_the_plan_s_candidates_with_the_data_s_facts() -> None:
    summary = summary_of([{"rows": 9}, {"rows": 70}], rows={"train": 70, "validation": 15, "test": 15})
    store = folded_run(["knn"], {name: value for name, value in summary.items() if name != "folds"}, folds=0)

    [unit] = checked_units(store, RUN_ID)

    [planned] = store.read_json(f"{RUN}/plan.json")["candidates"]
    filled = {**planned["hyperparameters"], "feature_dim": "2", "sample_size": "70"}
    assert unit == {**planned, "hyperparameters": filled}
    assert final(store, "knn") is None
    assert not [key for key in store.stored_keys() if "manifest" in key]


def test_a_unit_s_hyperparameters_are_filled_with_the_facts_of_its_own_rows() -> None:
    store = folded_run(["knn"], summary_of(data_folds((100, 60, 70))))

    units = checked_units(store, RUN_ID)

    # A fold, and the next one that validates, do not train.
    assert [each["hyperparameters"]["sample_size"] for each in units] == ["70", "100", "60"]
    assert final(store, "knn")["hyperparameters"]["sample_size"] == "130"


def test_a_plain_table_s_units_read_the_shared_folds_through_manifests() -> None:
    # Given a candidate that trains on CSV, one on libsvm, and objects of three folds, of the second one two
    store = folded_run(["knn", TREES])

    units = checked_units(store, RUN_ID)

    # Then each channel of data names a manifest of its unit, also where it is called otherwise than its split
    assert sources(units[1]) == {
        "train": ("ManifestFile", "datasets/manifests/csv/train-1.json"),
        "test": ("ManifestFile", "datasets/manifests/csv/validation-1.json"),
    }
    assert sources(units[5]) == {
        "train": ("ManifestFile", "datasets/manifests/libsvm/train-2.json"),
        "validation": ("ManifestFile", "datasets/manifests/libsvm/validation-2.json"),
    }
    # And it lists exactly the objects of the unit's data folds
    parts = {
        0: ["fold-0-part-00000"],
        1: ["fold-1-part-00000", "fold-1-part-00001"],
        2: ["fold-2-part-00000"],
    }
    expected = {
        "train-0": parts[2],
        "validation-0": parts[1],
        "train-1": parts[0],
        "validation-1": parts[2],
        "train-2": parts[1],
        "validation-2": parts[0],
        "train-final": [*parts[1], *parts[2]],
        "validation-final": parts[0],
    }
    for form in ("csv", "libsvm"):
        for name, objects in expected.items():
            found = store.read_json(f"{RUN}/datasets/manifests/{form}/{name}.json")
            assert found == [{"prefix": f"{HOME}datasets/{form}/"}, *objects]


def test_of_two_folds_a_unit_reads_the_parts_of_the_other_one() -> None:
    # Given objects of each part of two folds, of the first fold's validation two
    store = folded_run(["knn"], summary_of(cut_folds(((90, 20), (100, 30)))), folds=2)

    units = checked_units(store, RUN_ID)

    # Then the final model has all parts, but that by which it is validated, to train on
    parts = {name: [f"{name}-part-00000"] for name in ("fold-0-train", "fold-1-train", "fold-1-validation")}
    validating = ["fold-0-validation-part-00000", "fold-0-validation-part-00001"]
    expected = {
        "train-0": parts["fold-1-train"],
        "validation-0": parts["fold-1-validation"],
        "train-1": parts["fold-0-train"],
        "validation-1": validating,
        "train-final": [part for names in parts.values() for part in names],
        "validation-final": validating,
    }
    for name, objects in expected.items():
        found = store.read_json(f"{RUN}/datasets/manifests/csv/{name}.json")
        assert found == [{"prefix": f"{HOME}datasets/csv/"}, *objects]
    # And hyperparameters have the facts of the rows that train
    assert [each["hyperparameters"]["sample_size"] for each in units] == ["100", "90"]
    assert final(store, "knn")["hyperparameters"]["sample_size"] == "220"


def test_checking_again_makes_the_same_manifests() -> None:
    """The function may be repeated, and its own manifests lie below the data sets."""
    store = folded_run(["knn"])
    checked(store)
    first = {key: store.text(key) for key in store.stored_keys()}

    checked(store)

    assert {key: store.text(key) for key in store.stored_keys()} == first


def test_a_mixed_table_s_units_have_data_sets_of_their_own() -> None:
    views = [{"views": {view: {"features": 4 + fold} for view in ("csv", "dense")}} for fold in range(FOLDS)]
    folds = [{**one, **own} for one, own in zip(data_folds(), views, strict=True)]
    whole = {view: {"features": 9} for view in ("csv", "dense")}
    store = folded_run(["linear-learner"], summary_of(folds, views=whole), table=True)

    units, last = checked_units(store, RUN_ID), final(store, "linear-learner")

    assert sources(units[2]) == {
        "train": ("S3Prefix", "datasets/dense/fold-2/train/"),
        "validation": ("S3Prefix", "datasets/dense/fold-2/validation/"),
    }
    assert sources(last) == {
        "train": ("S3Prefix", "datasets/dense/final/train/"),
        "validation": ("S3Prefix", "datasets/dense/final/validation/"),
    }
    assert [each["hyperparameters"]["feature_dim"] for each in (*units, last)] == ["4", "5", "6", "9"]
    assert not [key for key in store.stored_keys() if "manifest" in key]


def test_a_script_s_code_is_no_data() -> None:
    store = folded_run(["random-forest"])

    unit = checked_units(store, RUN_ID)[0]

    code = {name: each for name, each in sources(unit).items() if not each[1].startswith("datasets/")}
    [planned, *_] = store.read_json(f"{RUN}/plan.json")["candidates"]
    assert code and code == {name: each for name, each in sources(planned).items() if name in code}


def test_a_classification_s_units_are_what_they_are_for_its_classes() -> None:
    counts = [[30, 70], [20, 40], [50, 20]]
    folds = [{"rows": sum(each), "classes": each} for each in counts]
    names = [{"name": name, "train": 60, "validation": 30, "test": 0} for name in ("no", "yes")]
    summary = summary_of(folds, classes=names)
    del summary["label"]
    store = folded_run(["xgboost"], summary, classes=True)

    units = checked_units(store, RUN_ID)

    assert all("tasks" not in each and each["reply"]["kind"] == "positive_probability" for each in units)


def test_the_final_model_has_names_of_its_own_and_belongs_to_no_fold() -> None:
    store = folded_run(["xgboost", "knn"])

    unit = final(store, "knn")

    assert (unit["name"], unit["resource_name"]) == ("knn", f"{BASE}final-knn")
    assert unit["model_uri"] == f"{HOME}models/knn/final" and "fold" not in unit
    assert sources(unit)["train"] == ("ManifestFile", "datasets/manifests/csv/train-final.json")


def test_a_tuned_unit_s_jobs_are_called_by_its_number_among_all_units() -> None:
    store = folded_run(["knn", TUNED])

    units = checked_units(store, RUN_ID)

    assert [each.get("tuning_name", "")[-2:] for each in units] == ["", "", "", "03", "04", "05"]
    assert units[3]["tuning_name"] == tuning_name("bakeoff-1a2b3c4d", RUN_ID, 3)
    assert all(each["tuning_config"]["ResourceLimits"]["MaxNumberOfTrainingJobs"] == 4 for each in units[3:])


def tuning(objective: float | None, depth: str, goal: str = "minimize", best: str = "job-2") -> Any:
    trials = [
        {"name": "job-1", "objective": 0.0, "values": {"max_depth": "1"}},
        {"name": "job-2", "objective": objective, "values": {"max_depth": depth}},
    ]
    return {"objective": {"metric": "validation:it", "goal": goal}, "trials": trials, "best": best}


@pytest.mark.parametrize(("goal", "expected"), [("minimize", "5"), ("maximize", "4")])
def test_the_fold_whose_best_objective_is_best_gives_the_values(goal: str, expected: str) -> None:
    found = [tuning(0.3, "4", goal), tuning(0.1, "5", goal), tuning(0.2, "6", goal)]

    assert best_values(found) == {"max_depth": expected}


def test_of_equal_objectives_the_first_fold_s_values_hold_and_one_that_nobody_knows_is_last() -> None:
    assert best_values([tuning(None, "3"), tuning(0.1, "4"), tuning(0.1, "5")]) == {"max_depth": "4"}
    assert best_values([tuning(None, "3"), tuning(None, "4")]) == {"max_depth": "3"}


def test_a_best_trial_that_was_not_told_of_gives_no_values() -> None:
    assert best_values([tuning(0.1, "4", best="job-9"), tuning(0.2, "5")]) == {"max_depth": "5"}
    assert best_values([tuning(0.1, "4", best="job-9")]) == {}


def test_the_final_model_of_a_tuned_candidate_is_trained_once_with_those_values() -> None:
    # Given a candidate that was tuned in each of three folds, of which the second reached the best value
    store = folded_run(["knn", TUNED])
    for fold, objective in enumerate((0.3, 0.1, 0.2)):
        result = {"status": "completed", "tuning": tuning(objective, str(fold + 4))}
        store.write_json(f"{RUN}/results/tuned/fold-{fold}.json", result)

    unit = final(store, "tuned")

    assert unit["hyperparameters"]["max_depth"] == "5"
    [_, planned] = store.read_json(f"{RUN}/plan.json")["candidates"]
    assert planned["hyperparameters"].items() <= unit["hyperparameters"].items()
    assert not {"tuning", "tuning_config", "tuning_name"} & unit.keys()
    assert unit["stopping_condition"] == planned["stopping_condition"]


def test_the_names_of_as_many_units_as_there_can_be_fit_into_a_state() -> None:
    names = [f"candidate-number-{number:02}-long" for number in range(40)]
    many = [{"name": name, "algorithm": "linear-learner"} for name in names]
    store = folded_run(many, summary_of(data_folds((60,) * 10)), folds=10)

    answer = checked(store)

    assert len(answer) == len({each["resource_name"] for each in answer}) == 400
    assert len(json.dumps(answer)) < 100_000
