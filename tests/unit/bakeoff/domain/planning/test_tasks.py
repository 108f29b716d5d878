"""What a plan says of a label of classes, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from bakeoff.catalogue import read_vocabulary
from bakeoff.domain.errors import BakeoffError, ConstantLabel, InvalidSettings, UnreadableData
from bakeoff.domain.planning.settings import Resolved, Said, resolve
from bakeoff.domain.planning.tasks import settled, task_of_table
from bakeoff.domain.reading.mixed.settings import ColumnSettings
from bakeoff.domain.reading.target import EXECUTION
from tests.fakes import InMemoryRunStore
from tests.settings import STACK
from tests.unit.bakeoff.domain.planning.test_planner import CREATED_AT, planner_of
from tests.unit.bakeoff.domain.reading.uploads import csv_of, rows_of, snapshot_of


def labelled(*labels: str, count: int = 40) -> dict[str, bytes]:
    rows = rows_of(count=count)
    return {"a.csv": csv_of([[labels[at % len(labels)], *row[1:]] for at, row in enumerate(rows)])}


def resolved(given: dict[str, Any], **stack: Any) -> Resolved:
    return resolve(read_vocabulary(), [Said(given, EXECUTION), Said({**STACK, **stack})])


def planned(files: dict[str, bytes], given: dict[str, Any]) -> Any:
    store = InMemoryRunStore()
    for name, body in files.items():
        store.put(f"Inputs/{name}", body)
    planner_of(store).plan("run-1", given, CREATED_AT)
    return store.read_json("runs/run-1/plan.json")


@pytest.mark.parametrize("labels", [("no", "yes"), ("True", "False"), ("a, b", 'c"d', " ")[:2]])
def test_labels_that_are_no_numbers_are_classes(labels: tuple[str, ...]) -> None:
    quoted = ['"' + label.replace('"', '""') + '"' for label in labels]

    found = snapshot_of(labelled(*quoted))

    assert found.table is not None and task_of_table(found.table) == "classification"
    assert found.table["columns"][0] == {"name": "price", "role": "label", "kind": "category"}


def test_numbers_are_classes_only_where_somebody_says_so() -> None:
    quantities = snapshot_of(labelled("1", "2", "3"))
    classes = snapshot_of(labelled("1", "2", "3"), columns=ColumnSettings(task="classification"))

    assert quantities.table is None
    assert classes.table is not None
    assert classes.table["columns"][0] == {
        "name": "price",
        "role": "label",
        "kind": "category",
        "why": "the setting task",
    }


def test_two_whole_numbers_are_neither_taken_for_quantities_nor_for_classes() -> None:
    with pytest.raises(ConstantLabel, match=r"always 0 or 1, .* set task: classification"):
        snapshot_of(labelled("0", "1"))

    assert snapshot_of(labelled("0", "1"), columns=ColumnSettings(task="regression")).table is None


@pytest.mark.parametrize(
    ("labels", "settings", "error", "sentence"),
    [
        (("only",), {}, ConstantLabel, "has only the class 'only'"),
        (
            tuple(f"class {n // 2}" for n in range(240)),
            {},
            InvalidSettings,
            "has 120 classes, such as 'class 0'",
        ),
        (("no", "yes"), {"positive": "Yes"}, InvalidSettings, "positive is 'Yes', but .* 'no' and 'yes'"),
        (("a", "b", "c"), {"positive": "a"}, InvalidSettings, "has 3 classes"),
        (("a", "b"), {"task": "regression"}, UnreadableData, "'a' is a class, .* set task: classific"),
        (("1", "1.0", "2"), {"task": "classification"}, UnreadableData, "'1' and '1.0' .* mean the same"),
        (("true", "True", "no"), {}, UnreadableData, "'True' and 'true' .* mean the same"),
    ],
)
def test_what_cannot_be_told_apart_is_refused_by_the_heads(
    labels: tuple[str, ...], settings: dict[str, Any], error: type[BakeoffError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence):
        snapshot_of(labelled(*labels, count=240), columns=ColumnSettings(**settings))


def test_a_stack_s_metric_gives_way_to_that_of_the_task_and_says_so() -> None:
    document = settled(resolved({}), "classification")

    assert document["metric"] == {
        "value": "log_loss",
        "source": "the default of a classification (the stack's parameter Metric, rmse, is no metric of it)",
    }
    assert document["task"]["value"] == "classification"
    assert settled(resolved({}, metric="brier"), "regression")["metric"]["value"] == "rmse"
    assert settled(resolved({}, metric="accuracy"), "classification")["metric"]["value"] == "accuracy"


@pytest.mark.parametrize("name", ["accuracy", "relative_accuracy"])
def test_the_former_name_of_relative_accuracy_is_that_of_numbers_alone(name: str) -> None:
    said = settled(resolved({"metric": name}), "regression")
    of_the_stack = settled(resolved({}, metric=name), "regression")

    assert said["metric"] == {"value": "relative_accuracy", "source": "the execution's input"}
    assert of_the_stack["metric"]["value"] == "relative_accuracy"
    assert of_the_stack["metric"]["source"] == "the stack's parameter Metric"


def test_the_plan_of_numbers_says_nothing_of_classes() -> None:
    settings = resolved({})

    assert settled(settings, "regression") == settings.document
    assert "task" not in settings.document and "task" not in planned(labelled("1", "2", "3"), {})


@pytest.mark.parametrize(
    ("given", "task", "sentence"),
    [
        ({"metric": "rmse"}, "classification", "'rmse' is no metric of a classification: choose one of log"),
        ({"metric": "relative_accuracy"}, "classification", "'relative_accuracy' is no metric of a class"),
        ({"metric": "brier"}, "regression", "'brier' is no metric of a regression: choose one of rmse"),
        ({"positive": "yes"}, "regression", "positive names a class, but the label holds numbers"),
    ],
)
def test_what_somebody_says_and_the_task_has_not_is_refused(
    given: dict[str, Any], task: Any, sentence: str
) -> None:
    with pytest.raises(InvalidSettings, match=sentence):
        settled(resolved(given), task)


def test_the_positive_class_is_a_text_whatever_yaml_makes_of_it() -> None:
    plan = planned(labelled("1", "0"), {"positive": 1, "task": "classification"})

    assert plan["task"] == {"kind": "classification", "positive": "1"}
