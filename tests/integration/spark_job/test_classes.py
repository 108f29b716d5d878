"""Labels that are classes: their numbers in the views, their names beside them, and what nobody can learn."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest

from bakeoff.domain.run.task import classification
from preparation.failures import JobError
from tests.integration.spark_job.job import Job
from tests.integration.spark_job.tables import Table, held_out_cells

TABLE = Table([("kind", "category"), ("size", "number"), ("town", "category")])
NAMES = ["yes, sir", 'said "so"', "10", "9", "<b>"]


def rows_of(names: Sequence[str], count: int = 300) -> list[list[str]]:
    chance = random.Random(3)
    return [
        [chance.choice(names), f"{chance.uniform(0, 9):.3f}", chance.choice(["Port", "Hill"])]
        for _ in range(count)
    ]


def test_views_have_the_classes_numbers_and_the_table_their_names(job: Job) -> None:
    rows = [*rows_of(NAMES), ["", "1.5", "Port"], ["?", "1.5", "Hill"]]

    datasets = TABLE.run(job, TABLE.csv(job, "a.csv", rows))

    summary, task = datasets.summary, classification(NAMES)
    assert [each["name"] for each in summary["classes"]] == list(task.classes)
    assert summary["unlabelled"] == 2 and "label" not in summary
    for split in ("train", "validation", "test"):
        for view in ("csv", "dense", "coded"):
            numbers = Counter(row.split(",")[0] for row in datasets.rows(view, split))
            assert [numbers[str(at)] for at in range(5)] == [each[split] for each in summary["classes"]]
        assert sum(each[split] for each in summary["classes"]) == summary["rows"][split]
    held = [task.classes[int(row.split(",")[0])] for row in datasets.rows("csv", "test")]
    assert held == [cells[0] for cells in held_out_cells(datasets)]


def test_libsvm_with_classes_gives_the_views_of_the_same_rows_as_csv(job: Job) -> None:
    table = Table([("column 1", "category"), *((f"column {n}", "number") for n in (2, 3, 4))])
    chance = random.Random(5)
    rows = [[chance.choice(["+1", "-1", "7"]), f"{chance.uniform(1, 9):.3f}", "0", "2.5"] for _ in range(300)]
    lines = [f"{label} 1:{one} {'2:0 ' if n % 2 else ''}3:2.5" for n, (label, one, _, _) in enumerate(rows)]
    text = "# a comment\n" + "\n".join([*lines, "1 nonsense", ""])

    classes = table.run(job, job.libsvm("a.svm", text), to="of-libsvm")
    same = table.run(job, table.csv(job, "a.csv", rows), to="of-csv")

    assert [each["name"] for each in classes.summary["classes"]] == ["-1", "+1", "7"]
    assert classes.summary["rejected"]["total"] == 1
    assert classes.summary["rows"] == same.summary["rows"]
    assert classes.summary["classes"] == same.summary["classes"]
    for split in ("train", "validation", "test"):
        assert sorted(classes.rows("dense", split)) == sorted(same.rows("dense", split))


def test_the_positive_class_is_the_second(job: Job) -> None:
    rows = rows_of(["no", "yes"])

    task = {"kind": "classification", "positive": "no"}
    datasets = TABLE.run(job, TABLE.csv(job, "a.csv", rows), task=task)

    assert [each["name"] for each in datasets.summary["classes"]] == ["yes", "no"]


@pytest.mark.parametrize(
    ("names", "positive", "sentence"),
    [
        (["only"], None, "has only the class 'only'"),
        ([f"c{n}" for n in range(130)], None, "more than 100 classes, such as 'c.*': give those that belong"),
        ([str(n) for n in range(130)], None, r"more than 100 classes, such as '\d+': set task: regression"),
        (["1", "1.0"], None, "'1' and '1.0' of the label kind mean the same"),
        (["no", "yes"], "Yes", "has the classes 'no' and 'yes': name one"),
        (["a", "b", "c"], "a", "has 3 classes, none of which is the positive one"),
    ],
)
def test_classes_that_nobody_can_tell_apart_end_in_a_sentence(
    job: Job, names: list[str], positive: str | None, sentence: str
) -> None:
    task: dict[str, Any] = {"kind": "classification", "positive": positive}

    with pytest.raises(JobError, match=sentence):
        TABLE.run(job, TABLE.csv(job, "a.csv", rows_of(names, 400)), task=task)


# By their hash, some of so many rows belong to training and some do not.
RARE = [[f"rare {number}", f"{number}.5", "Port"] for number in range(12)]


def test_all_rows_of_a_class_train_where_the_split_leaves_none_to_training(job: Job) -> None:
    summary = TABLE.run(job, TABLE.csv(job, "a.csv", [*rows_of(["a", "b"]), *RARE])).summary

    rare = [each for each in summary["classes"] if each["name"].startswith("rare")]
    assert [(each["train"], each["validation"], each["test"]) for each in rare] == [(1, 0, 0)] * len(RARE)
    assert {each.get("moved", 0) for each in rare} == {0, 1}
    assert summary["rows"]["train"] == sum(each["train"] for each in summary["classes"])
    assert all("moved" not in each for each in summary["classes"] if each["name"] in ("a", "b"))


def test_a_class_that_training_never_has_ends_in_a_sentence_where_rows_belong_together(job: Job) -> None:
    grouped = Table([("kind", "category"), ("size", "number", "group"), ("town", "category")])

    with pytest.raises(JobError, match=r"No training row has the classes '.*', '.*' of the label kind"):
        grouped.run(job, grouped.csv(job, "a.csv", [*rows_of(["a", "b"]), *RARE]))
