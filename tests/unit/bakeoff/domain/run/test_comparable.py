from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.planning.splits import BUCKETS, Split, split_by
from bakeoff.domain.run.comparable import incomparable, incomparable_by_plan
from tests.unit.bakeoff.domain.promotion.runs import a_record

FRACTIONS = st.tuples(st.floats(0.05, 0.6), st.floats(0.05, 0.3))
COLUMNS: list[Any] = [
    {"name": "price", "role": "label", "kind": "number"},
    {"name": "colour", "role": "feature", "kind": "category", "why": "two levels"},
    {"name": "sold", "role": "time", "kind": "date"},
]
CLASSES = ("no", "yes")


def a_plan(**changes: Any) -> Any:
    split = {"salt": "bakeoff", "buckets": 1000, "train_below": 700, "validation_below": 850}
    return {"data_set": "Inputs/", "feature_dim": 8, "split": split, **changes}


def a_summary(**changes: Any) -> Any:
    return {"rows": {}, **changes}


def of_a_table(columns: list[Any] = COLUMNS, missing: tuple[str, ...] = ("", "na")) -> Any:
    return {"columns": columns, "missing": list(missing), "max_levels": 50}


def a_record_of_a_table(time: str | None = None, **changes: Any) -> Any:
    record: Any = a_record(data={"target": None, "feature_dim": 0, "features": None, "table": of_a_table()})
    if time:
        record["learnt_from"]["time"] = {"column": "sold", "test_from": time}
    return {**record, **changes}


def classes(**test_rows: int) -> Any:
    return [{"name": name, "train": 50, "validation": 5, "test": rows} for name, rows in test_rows.items()]


def test_a_run_of_the_same_data_and_split_can_judge_the_model() -> None:
    assert incomparable(a_plan(), a_summary(), a_record()) is None


@given(now=FRACTIONS, then=FRACTIONS, bucket=st.integers(0, BUCKETS - 1))
def test_no_test_row_of_a_comparable_run_was_seen_by_the_model(
    now: tuple[float, float], then: tuple[float, float], bucket: int
) -> None:
    todays, former = split_by(*now), split_by(*then)
    record = a_record(learnt_from={"split": former.as_dict()})

    if incomparable_by_plan(a_plan(split=todays.as_dict()), record) is None:
        assert todays.name_of(bucket) != "test" or former.name_of(bucket) == "test"


@given(now=FRACTIONS, then=FRACTIONS)
def test_a_run_is_incomparable_only_if_the_model_saw_a_test_row(
    now: tuple[float, float], then: tuple[float, float]
) -> None:
    todays, former = split_by(*now), split_by(*then)
    record = a_record(learnt_from={"split": former.as_dict()})

    if incomparable_by_plan(a_plan(split=todays.as_dict()), record):
        assert todays.name_of(todays.validation_below) == "test"
        assert former.name_of(todays.validation_below) != "test"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"split": Split(700, 850, 1000, "another salt").as_dict()}, "another hash"),
        ({"split": Split(700, 850, 2000).as_dict()}, "another hash"),
        ({"split": Split(700, 849, 1000).as_dict()}, "has seen some of today's test rows"),
        (
            {"split": Split(700, 850, 1000).as_dict(5)},
            "no row has judged it; a run without folds (folds: 0) decides",
        ),
        ({"data_set": "Inputs/houses/"}, "rows of the data set 'Inputs/'"),
        ({"feature_dim": 9}, "reads 8 features, and today's rows have 9"),
        ({"features": list("abcdefgh")}, "other names"),
        ({"target": {"name": "age", "position": 1, "source": "the stack"}}, "another column"),
        ({"table": of_a_table()}, "only one has columns that are no numbers"),
    ],
)
def test_what_moves_rows_or_columns_makes_it_incomparable(changed: Any, told: str) -> None:
    assert told in str(incomparable(a_plan(**changed), a_summary(), a_record()))


def test_a_model_trained_on_all_rows_can_be_judged_by_none() -> None:
    record = a_record(learnt_from={"split": Split(700, 850, 1000).as_dict(5)})

    assert incomparable_by_plan(a_plan(), record) == (
        "it was trained on all rows of run run-0, and nothing tells rows that came later"
    )


def test_a_target_is_the_same_column_wherever_it_stands() -> None:
    record = a_record(
        data={
            "target": {"name": "age", "position": 1, "source": "x"},
            "feature_dim": 8,
            "features": None,
        }
    )
    plan = a_plan(target={"name": "age", "position": 3, "source": "y"})

    assert incomparable_by_plan(plan, record) is None


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (of_a_table(missing=("", "na", "-999")), "other spellings"),
        (of_a_table([*COLUMNS, {"name": "size", "role": "feature", "kind": "number"}]),
         "the column 'size' is no column of its data, and a feature (number) of today's"),
        (of_a_table([COLUMNS[0], {**COLUMNS[1], "kind": "text", "role": "group"}, COLUMNS[2]]),
         "the column 'colour' is a feature (category) of its data, and a group (text) of today's"),
        (of_a_table([COLUMNS[0], COLUMNS[2], COLUMNS[1]]), "in another order"),
    ],
)  # fmt: skip
def test_a_mixed_table_must_have_the_same_columns(table: Any, told: str) -> None:
    assert told in str(incomparable_by_plan(a_plan(table=table), a_record_of_a_table()))


def test_ignored_columns_and_reasons_do_not_matter() -> None:
    ignored = {"name": "id", "role": "ignored", "kind": "text"}
    plan = a_plan(table=of_a_table([ignored, *({**each, "why": "said so"} for each in COLUMNS)]))

    assert incomparable_by_plan(plan, a_record_of_a_table()) is None


@pytest.mark.parametrize(
    ("now", "is_comparable"), [("2026-03-01", True), ("2026-03-02", True), ("2026-02-28", False)]
)
def test_by_time_today_must_begin_no_earlier(now: str, is_comparable: bool) -> None:
    summary = a_summary(time={"column": "sold", "test_from": now})
    # Train and validation share the earlier rows: their fractions say nothing of the test.
    plan = a_plan(table=of_a_table(), split=Split(500, 600, 1000).as_dict())

    found = incomparable(plan, summary, a_record_of_a_table("2026-03-01"))

    assert (found is None) == is_comparable


def test_a_time_of_numbers_is_compared_as_numbers() -> None:
    numbers = [{**each, "kind": "number"} if each["role"] == "time" else each for each in COLUMNS]
    record = a_record_of_a_table("9")
    record["data"]["table"] = of_a_table(numbers)
    plan = a_plan(table=of_a_table(numbers))

    assert incomparable(plan, a_summary(time={"column": "sold", "test_from": "10"}), record) is None
    assert incomparable(plan, a_summary(time={"column": "sold", "test_from": "8.5"}), record)


@pytest.mark.parametrize(
    ("todays", "told"),
    [
        (classes(no=9, yes=9), None),
        (classes(maybe=1, no=9, yes=9), "does not know the class 'maybe'"),
        (classes(yes=9, no=9), "another positive one"),
        (classes(yes=9), "knows other classes"),
    ],
)
def test_classes_must_be_the_same_in_the_same_order(todays: Any, told: str | None) -> None:
    record = a_record_of_a_table()
    record["data"]["classes"] = list(CLASSES)
    found = incomparable(a_plan(table=of_a_table()), a_summary(classes=todays), record)

    assert found is None if told is None else told in str(found)


def test_rows_of_a_class_that_the_split_had_moved_to_training_were_seen() -> None:
    record = a_record_of_a_table()
    record["data"]["classes"] = list(CLASSES)
    record["learnt_from"]["moved"] = ["yes"]
    plan = a_plan(table=of_a_table())

    assert "all rows of the class 'yes'" in str(
        incomparable(plan, a_summary(classes=classes(no=9, yes=1)), record)
    )
    assert incomparable(plan, a_summary(classes=classes(no=9, yes=0)), record) is None
