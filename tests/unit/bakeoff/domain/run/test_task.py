from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.errors import ConstantLabel, InvalidSettings
from bakeoff.domain.run.task import REGRESSION, Task, classification, task_of
from bakeoff.domain.statistics.registry import DEFAULT_METRIC, METRICS_OF


@pytest.mark.parametrize(
    ("found", "positive", "classes"),
    [
        (["yes", "no"], None, ("no", "yes")),
        (["yes", "no"], "no", ("yes", "no")),
        (["1", "0"], None, ("0", "1")),
        (["1", "0"], "0", ("1", "0")),
        (["10", "9", "-1", "2.5"], None, ("-1", "2.5", "9", "10")),
        (["b", "10", "9", "a"], None, ("9", "10", "a", "b")),
        (["nan", "1", "inf", "1e400"], None, ("1", "1e400", "inf", "nan")),
    ],
)
def test_classes_come_in_a_known_order(
    found: list[str], positive: str | None, classes: tuple[str, ...]
) -> None:
    task = classification(found, positive)

    assert task == Task("classification", classes)
    assert task.positive == (classes[1] if len(classes) == 2 else None)


@given(st.lists(st.text(max_size=3) | st.floats().map(str), min_size=2, max_size=20, unique=True), st.data())
def test_the_order_of_the_rows_makes_no_difference(names: list[str], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(names))

    assert classification(shuffled) == classification(names)
    assert set(classification(names).classes) == set(names)


def test_containers_ask_for_two_classes_and_for_more_otherwise() -> None:
    sections = [task.section for task in (REGRESSION, classification("ab"), classification("abc"))]

    assert sections == ["regression", "binary", "multiclass"]


@pytest.mark.parametrize(
    ("found", "positive", "error", "words"),
    [
        (["a"], None, ConstantLabel, "The label has only the class 'a': to classify takes at least two"),
        ([], None, ConstantLabel, "The label has no class: "),
        (
            map(str, range(101)),
            None,
            InvalidSettings,
            "has 101 classes, such as '0', but a classification takes 2 to 100: set task: regression if they",
        ),
        # A text is no quantity: task: regression would only end in another refusal.
        (
            [*map(str, range(100)), "none"],
            None,
            InvalidSettings,
            "takes 2 to 100: give those that belong together one name, or choose another target",
        ),
        (
            ["a", "b"],
            "c",
            InvalidSettings,
            "positive is 'c', but the label has the classes 'a' and 'b': ",
        ),
        (["1", "0"], "1.0", InvalidSettings, "positive is '1.0', but the label has the classes '0' and '1'"),
        (["a", "b", "c"], "a", InvalidSettings, "but the label has 3 classes, none of which is the positive"),
    ],
)
def test_labels_that_are_no_classes_are_refused(
    found: Any, positive: str | None, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        classification(found, positive)


def test_a_summary_tells_the_task() -> None:
    summary: Any = {"classes": [{"name": "no"}, {"name": "yes"}]}

    assert task_of(summary) == Task("classification", ("no", "yes"))
    summary.pop("classes")
    assert task_of(summary) == REGRESSION


def test_a_key_that_two_tasks_have_means_the_same_in_both() -> None:
    regression, classes = METRICS_OF["regression"], METRICS_OF["classification"]

    for key in regression.keys() & classes.keys():
        assert regression[key].name == classes[key].name
        assert regression[key].lower_is_better == classes[key].lower_is_better
    assert all(DEFAULT_METRIC[task] in metrics for task, metrics in METRICS_OF.items())
