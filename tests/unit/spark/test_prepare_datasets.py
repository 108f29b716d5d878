"""The parts of the Spark job that need no Spark."""

from __future__ import annotations

import json
import re
import statistics
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py4j.protocol import Py4JJavaError

from bakeoff.domain.run import files
from bakeoff.domain.run.folds import MAX_FOLDS, MIN_FOLDS, part_names, unit_parts
from preparation import plan
from preparation.failures import JobError, explain
from preparation.outputs import layout_of
from preparation.plan import SPLITS, read_plan, units_of
from preparation.reasons import FEATURE, LABEL, REASONS
from preparation.session import partition_bytes, settings_of
from preparation.spelling import (
    LARGEST_FEATURE,
    LARGEST_LABEL,
    LOOSE_NUMBER,
    NUMBER,
    PLAIN_FEATURE,
    PLAIN_LABEL,
)
from preparation.summary import pooled, summarize

PLAN: dict[str, Any] = {"run_id": "run-1", "feature_dim": 8, "split": {}}


def metrics(**found: dict[str, Any]) -> dict[str, Any]:
    nothing = {"count": 0, "mean": None, "stddev": None, "min": None, "max": None}
    labels = {name: found.get(name, nothing) for name in SPLITS}
    return {f"{name} {what}": value for name, label in labels.items() for what, value in label.items()}


def rejection(count: int, line: str, reason: str) -> dict[str, Any]:
    return {"count": count, "example": {"object": "s3://bucket/key", "line": line, "reason": reason}}


def test_the_summary_names_the_run_and_counts_the_rows_of_each_split() -> None:
    train = {"count": 2, "mean": 1.5, "stddev": 0.5, "min": 1.0, "max": 2.0}

    summary = summarize(PLAN, metrics(train=train), {})

    assert (summary["schema_version"], summary["run_id"], summary["feature_dim"]) == (1, "run-1", 8)
    assert summary["rows"] == {"train": 2, "validation": 0, "test": 0}
    assert summary["label"]["train"] == train
    assert summary["label"]["test"]["mean"] is None
    assert summary["rejected"] == {"total": 0, "reasons": {}, "examples": []}


def test_statistics_do_not_show_the_order_in_which_tasks_ended() -> None:
    one, other = 9.954154315357428, 9.954154315357430
    assert one != other
    train = {"count": 3, "mean": None, "stddev": 1.0, "min": 9.0, "max": 11.0}

    labels = [summarize(PLAN, metrics(train=train | {"mean": mean}), {})["label"] for mean in (one, other)]

    assert labels[0] == labels[1]


def test_each_reason_is_counted_and_shown_by_a_shortened_line() -> None:
    found = {LABEL: rejection(3, "x" * 500, LABEL), FEATURE: rejection(1, "1,y", FEATURE)}

    rejected = summarize(PLAN, metrics(), found)["rejected"]

    assert rejected["total"] == 4
    assert rejected["reasons"] == {LABEL: 3, FEATURE: 1}
    assert [example["line"] for example in rejected["examples"]] == ["x" * 200, "1,y"]


def test_at_most_five_examples_are_shown() -> None:
    found = {reason: rejection(1, "line", reason) for reason in REASONS}

    assert len(summarize(PLAN, metrics(), found)["rejected"]["examples"]) == 5


def described(values: Sequence[float]) -> dict[str, Any]:
    return {
        "count": len(values),
        "mean": statistics.fmean(values) if values else None,
        "stddev": statistics.stdev(values) if len(values) > 1 else None,
        "min": min(values, default=None),
        "max": max(values, default=None),
    }


@given(st.lists(st.lists(st.floats(-1e6, 1e6), max_size=5), max_size=4))
def test_statistics_of_parts_make_those_of_all_rows(parts: list[list[float]]) -> None:
    found = pooled([described(part) for part in parts])

    whole = described([value for part in parts for value in part])
    assert found.keys() == whole.keys()
    for what, value in whole.items():
        assert found[what] == (None if value is None else pytest.approx(value, rel=1e-9, abs=1e-6))


def test_with_folds_the_summary_is_of_the_final_unit_and_tells_of_each_fold() -> None:
    labels = [[1.0, 2.0, 3.0], [4.0], []]
    found = metrics() | {
        f"fold-{fold} {what}": value
        for fold, values in enumerate(labels)
        for what, value in described(values).items()
    }

    summary = summarize(PLAN | {"split": {"folds": 3}}, found, {})

    assert summary["rows"] == {"train": 1, "validation": 3, "test": 0}
    assert summary["label"] == {"train": described([4.0]), "validation": described([1.0, 2.0, 3.0])}
    assert [fold["rows"] for fold in summary["folds"]] == [3, 1, 0]
    assert [fold["label"]["mean"] for fold in summary["folds"]] == [2.0, 4.0, None]


def test_of_two_folds_the_summary_tells_of_each_part_too() -> None:
    parts = [[1.0, 2.0], [3.0], [4.0, 6.0], [5.0]]
    found = metrics() | {
        f"{name} {what}": value
        for name, values in zip(part_names(2), parts, strict=True)
        for what, value in described(values).items()
    }

    summary = summarize(PLAN | {"split": {"folds": 2}}, found, {})

    assert summary["rows"] == {"train": 5, "validation": 1, "test": 0}
    assert summary["label"]["train"] == pytest.approx(described([1.0, 2.0, 4.0, 5.0, 6.0]))
    assert summary["label"]["validation"] == described([3.0])
    assert [(fold["rows"], fold["label"]["mean"]) for fold in summary["folds"]] == [(3, 2.0), (3, 5.0)]
    assert [part for fold in summary["folds"] for part in fold["parts"]] == [
        {"rows": len(values), "label": {**described(values), "stddev": pytest.approx(stdev)}}
        for values in parts
        for stdev in (described(values)["stddev"],)
    ]


@pytest.mark.parametrize("folds", range(MIN_FOLDS, MAX_FOLDS + 1))
def test_job_and_domain_share_the_folds_of_a_unit(folds: int) -> None:
    units = [unit_parts(folds, fold) for fold in (*range(folds), None)]

    assert [{split: tuple(of) for split, of in unit.parts.items()} for unit in units_of(folds)] == [
        {"train": unit.train, "validation": unit.validation, "test": unit.test} for unit in units
    ]
    assert plan.part_names(folds) == part_names(folds)
    assert plan.MAX_FOLDS == MAX_FOLDS


@pytest.mark.parametrize("folds", [2, 3])
def test_files_lie_where_the_domain_looks_for_them(folds: int) -> None:
    run = {"split": {"folds": folds}, "formats": ["csv"]}
    plain, mixed = layout_of(run).destinations, layout_of(run | {"table": {}}).destinations
    one = layout_of({"split": {}, "formats": ["csv"], "table": {}}).destinations

    below = [files.data_part_of("csv", part).removesuffix("part-") for part in part_names(folds)]
    tested = [
        end for fold in range(folds) for end in below if end.startswith(files.data_fold_of("csv", fold))
    ]
    assert below == tested
    assert [f"{files.DATASETS}{end}" for end in plain] == [*below, f"{files.DATASETS}rejected/"]
    units = [files.fold_name(fold) for fold in range(folds)] + [files.FINAL]
    splits = [files.split_of("csv", split, unit) for unit in units for split in SPLITS]
    tables = [files.table_of(fold) for fold in range(folds)]
    assert [f"{files.DATASETS}{end}" for end in mixed] == [*splits, f"{files.DATASETS}rejected/", *tables]
    assert [f"{files.DATASETS}{end}" for end in one] == [
        *(files.split_of("csv", split) for split in SPLITS),
        f"{files.DATASETS}rejected/",
        files.table_of(),
    ]


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_a_number_in_plain_spelling_is_json_and_keeps_its_value(value: float) -> None:
    text = json.dumps(value)

    assert re.fullmatch(NUMBER, text)


@given(st.text("0123456789.eE+-", max_size=8))
def test_plain_spelling_is_exactly_that_of_json(text: str) -> None:
    try:
        json.loads(text)
    except ValueError:
        assert not re.fullmatch(NUMBER, text)
    else:
        assert re.fullmatch(NUMBER, text)


@given(st.text('0123456789.eE+- "', max_size=8))
def test_a_loose_number_is_a_number_to_everybody(text: str) -> None:
    match = re.match(LOOSE_NUMBER, text)

    if match:
        float(match.group(2))


@pytest.mark.parametrize(
    "text", ["", '"', '"1', '1"', "1d", "1f", "0x1p3", "NaN", "Infinity", "1 2", "1_000", "\u0661"]
)
def test_what_only_some_readers_take_for_a_number_is_none(text: str) -> None:
    assert not re.match(LOOSE_NUMBER, text)


@pytest.mark.parametrize("text", ["5", "+5", ".5", "5.", "007", ' "5" ', "1E+3"])
def test_a_number_may_be_spelled_loosely(text: str) -> None:
    assert re.match(LOOSE_NUMBER, text)


def test_a_plan_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(JobError, match=r"plan\.json cannot be used .*; start a new run\."):
        read_plan(tmp_path / "plan.json")


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"inputs": []}'])
def test_a_plan_that_makes_no_sense_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text)

    with pytest.raises(JobError, match=r"plan\.json"):
        read_plan(path)


def test_what_nobody_foresaw_has_no_sentence() -> None:
    assert explain(ValueError("no such thing")) is None


@pytest.mark.parametrize(
    "words",
    [
        "java.lang.OutOfMemoryError: Java heap space",
        "Job aborted: ExecutorLostFailure (executor 1 exited)",
        "Job 0 cancelled because SparkContext was shut down",
    ],
)
def test_running_out_of_memory_has_a_cure(words: str) -> None:
    sentence = explain(RuntimeError(words))

    assert sentence and sentence.endswith("take a larger ProcessingInstanceType.")


def test_a_task_fails_for_good_before_yarn_gives_the_application_up() -> None:
    """YARN bears max(3, 2 x executors) lost ones; then the driver would not learn that a task was lost."""
    given = settings_of({"inputs": [{"bytes": 1}]})

    assert int(given["spark.task.maxFailures"]) < 3


class JavaError(Exception):
    """What py4j wraps, as far as it is asked."""

    def __init__(self, message: str, cause: JavaError | None = None) -> None:
        self.message, self.cause = message, cause

    def getCause(self) -> JavaError | None:
        return self.cause

    def getMessage(self) -> str:
        return self.message

    def getClass(self) -> Any:
        return SimpleNamespace(getSimpleName=lambda: "IOException")


@given(st.text(min_size=1).filter(lambda name: not re.search(r"\s", name)), st.text())
def test_a_file_that_cannot_be_read_is_named_in_one_line_that_fits_an_exit_message(
    name: str, detail: str
) -> None:
    java = JavaError(f"Encountered error while reading file {name * 400}. Details:", JavaError(detail * 400))
    error = Py4JJavaError.__new__(Py4JJavaError)
    error.java_exception = java

    sentence = explain(error)

    assert sentence is not None
    assert "\n" not in sentence and sentence.startswith(name[:100])
    assert sentence.endswith("or start a new run.")
    assert len(sentence.encode()) <= 1024


def test_what_a_person_can_mend_is_said_as_it_is() -> None:
    assert explain(JobError("Upload the file again.")) == "Upload the file again."


@given(st.integers(0, 1 << 45))
def test_partitions_are_of_one_size_and_few_or_small(total: int) -> None:
    size = partition_bytes(total)

    assert size <= max(32 << 20, total // 1000)
    count = -(-total // size)
    assert count <= 1 or (size > 16 << 20 and size * count - total < count)


@given(st.from_regex(r"\A-?[0-9]{1,20}(\.[0-9]{1,4})?([eE][+-]?[0-9]{1,3})?\Z"))
def test_a_number_of_a_plain_row_is_spelled_as_in_json_and_not_too_large(text: str) -> None:
    for plain, largest in ((PLAIN_LABEL, LARGEST_LABEL), (PLAIN_FEATURE, LARGEST_FEATURE)):
        if re.fullmatch(plain, text):
            assert re.fullmatch(NUMBER, text)
            assert abs(float(text)) <= largest
