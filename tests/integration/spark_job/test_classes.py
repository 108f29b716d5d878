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


def test_the_positive_class_is_the_second(job: Job) -> None:
    rows = rows_of(["no", "yes"])

    task = {"kind": "classification", "positive": "no"}
    datasets = TABLE.run(job, TABLE.csv(job, "a.csv", rows), task=task)

    assert [each["name"] for each in datasets.summary["classes"]] == ["yes", "no"]


@pytest.mark.parametrize(
    ("names", "positive", "sentence"),
    [
        (["only"], None, "has only the class 'only'"),
        ([f"c{n}" for n in range(130)], None, "has more than 100 classes"),
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


def test_a_class_that_training_never_has_ends_in_a_sentence(job: Job) -> None:
    # A row's split follows from its hash: of so many classes of one row, training misses some.
    rare = [[f"rare {number}", f"{number}.5", "Port"] for number in range(12)]

    with pytest.raises(
        JobError, match="No training row has the classes 'rare 4', 'rare 9' of the label kind"
    ):
        TABLE.run(job, TABLE.csv(job, "a.csv", [*rows_of(["a", "b"]), *rare]))
