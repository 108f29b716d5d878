"""Whatever a saved run's folder or a comparison holds: an answer or one line, and nothing is written."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.unit.bakeoff_cli.comparisons import comparison
from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.fakes import Account
from tests.unit.bakeoff_cli.saved_runs import edit, saved_run_in_folds, saved_run_of_groups

FILES = ("comparison.json", "plan.json", "datasets/summary.json", "results/knn.json", "predictions/knn.csv")
texts = st.text(max_size=10) | st.sampled_from(
    ["../../x", "/etc/passwd", "\x1b[2J\x07", "..", "a\nb", "knn", "xgboost"]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in a JSON document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, inner in items for place in places(inner, (*path, key)))]


def put(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    document[path[0]] = put(document[path[0]], path[1:], value)
    return document


def assert_one_line(result: Any) -> None:
    # Of an exception that nobody caught, click's runner makes exit code 1.
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert result.exit_code in (0, 1, 2)
    told = result.stdout + result.stderr
    assert told.isprintable() or (told.count("\n") == 1 and told[:-1].isprintable())


def assert_one_line_of_anything(
    invoke: Invoke, folder: Path, files: Sequence[str], data: st.DataObject
) -> None:
    """Any value in any place of one of the files, which is as it was before in the end."""
    path = folder / data.draw(st.sampled_from(files))
    before = path.read_text()
    document = json.loads(before)
    place = data.draw(st.sampled_from(places(document)))
    path.write_text(json.dumps(put(document, place, data.draw(json_values))))
    try:
        assert_one_line(invoke("verify", str(folder), "--quiet"))
    finally:
        path.write_text(before)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.data())
def test_any_value_in_any_place_of_any_file_is_an_answer_or_one_line(
    invoke: Invoke, run: Path, data: st.DataObject
) -> None:
    before = set(run.parent.rglob("*"))

    assert_one_line_of_anything(invoke, run, FILES[:4], data)

    assert set(run.parent.rglob("*")) == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.sampled_from(FILES), st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@example("predictions/knn.csv", b"row,actual,predicted\n" + b'"' + b"x" * 200_000 + b'"\n')
@example("predictions/knn.csv", b"row,actual,predicted\n0\x00,1,2\n")
@example("plan.json", b'{"a":' * 100_000)
@example("comparison.json", b"[" * 100_000)
def test_any_bytes_in_any_file_are_an_answer_or_one_line(
    invoke: Invoke, run: Path, judged: Path, file: str, content: bytes
) -> None:
    (run / file).write_bytes(content)
    assert_one_line(invoke("verify", "run", "--quiet"))
    shutil.copy(judged / file, run / file)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("verdict", "word"),
    [({"resamples": 10**12}, "resamples"), ({"seed": 10**30}, "seed"), ({"resamples": 1e400}, "JSON")],
)
def test_a_verdict_that_would_take_for_ever_is_not_recomputed(
    invoke: Invoke, run: Path, verdict: dict[str, Any], word: str
) -> None:
    edit(run / "comparison.json", lambda document: document["verdict"].update(verdict))

    result = invoke("verify", "run", "--quiet")

    assert result.exit_code == 2 and word in result.stderr and result.stderr.count("\n") == 1


FILES_OF_FOLDS = (
    "comparison.json",
    "plan.json",
    "datasets/summary.json",
    "results/knn.json",
    "results/knn/fold-1.json",
    "results/broken/fold-1.json",
    "units.json",
    "datasets/manifests/csv/train-1.json",
)


@pytest.fixture(scope="module")
def judged_in_folds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved_run_in_folds(tmp_path_factory.mktemp("folds") / "run")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.data())
def test_any_value_in_any_place_of_a_run_with_folds_is_an_answer_or_one_line(
    invoke: Invoke, judged_in_folds: Path, data: st.DataObject
) -> None:
    assert_one_line_of_anything(invoke, judged_in_folds, FILES_OF_FOLDS, data)


FILES_OF_TABLES = ("plan.json", "datasets/summary.json", "datasets/encoding.json", "results/xgboost.json")


@pytest.fixture(scope="module")
def judged_groups(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved_run_of_groups(tmp_path_factory.mktemp("groups") / "run")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.data())
def test_any_value_in_any_place_of_a_mixed_table_is_an_answer_or_one_line(
    invoke: Invoke, judged_groups: Path, data: st.DataObject
) -> None:
    assert_one_line_of_anything(invoke, judged_groups, FILES_OF_TABLES, data)


def test_a_table_without_a_label_is_one_line(invoke: Invoke, tmp_path: Path) -> None:
    folder = saved_run_of_groups(tmp_path / "run")
    edit(folder / "plan.json", lambda document: document["table"].update(columns=[]))

    assert_one_line(invoke("verify", str(folder), "--quiet"))


@pytest.mark.timeout(20)
@pytest.mark.parametrize("folds", [-1, 1, 4, 10**12, 10**400])
def test_folds_that_no_run_has_are_one_line(invoke: Invoke, tmp_path: Path, folds: int) -> None:
    folder = saved_run_in_folds(tmp_path / "run")
    edit(folder / "plan.json", lambda document: document["split"].update(folds=folds))

    result = invoke("verify", "run", "--quiet")

    assert result.exit_code != 0
    assert_one_line(result)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"status": "done"}, "the status 'done' with the error null"),
        ({"status": ["completed"]}, "the status ['completed'] with the error null"),
        ({"status": "failed"}, "the status 'failed' with the error null"),
        ({"error": "no"}, "the status 'completed' with the error 'no'"),
        ({"status": "failed", "error": 5}, "the status 'failed' with the error 5"),
    ],
)
@pytest.mark.parametrize("file", ["knn", "knn/fold-1", "broken/fold-0"])
def test_a_result_that_is_neither_completed_nor_failed_is_named(
    invoke: Invoke, tmp_path: Path, file: str, changes: dict[str, Any], told: str
) -> None:
    folder = saved_run_in_folds(tmp_path / "run")
    edit(folder / f"results/{file}.json", lambda document: document.update(changes))

    result = invoke("verify", "run", "--quiet")

    flaw = f"run/results/{file}.json was changed after the run: it has {told}, which no result has."
    assert (result.exit_code, result.stdout) == (1, f"Not identical: {flaw}\n")


@pytest.mark.parametrize("levels", [900, 100_000])
@pytest.mark.parametrize("file", ["comparison.json", "results/knn.json", "plan.json"])
def test_what_is_nested_too_deeply_is_one_line(invoke: Invoke, run: Path, file: str, levels: int) -> None:
    text = (run / file).read_text().rstrip().removesuffix("}")
    (run / file).write_text(f'{text}, "deep": {"[" * levels}{"]" * levels}}}')

    assert_one_line(invoke("verify", "run", "--quiet"))


@pytest.mark.parametrize("run_id", ["..", "../../x", "-rf", "=1+1", "\x1b[2J", "a" * 81, ""])
def test_a_plan_of_a_run_that_cannot_be_is_refused(invoke: Invoke, run: Path, run_id: str) -> None:
    edit(run / "plan.json", lambda document: document.update(run_id=run_id))

    result = invoke("verify", "run", "--quiet")

    assert result.exit_code == 2
    assert "plan.json is damaged" in result.stderr and "cannot name a run" in result.stderr
    assert "\x1b" not in result.stderr


def test_a_folder_s_name_steers_no_terminal(invoke: Invoke) -> None:
    result = invoke("verify", "\x1b]0;owned\x07")

    assert result.exit_code == 2 and "\x1b" not in result.stderr and "\x07" not in result.stderr


def test_a_file_whose_name_is_no_utf_8_is_not_uploaded(invoke: Invoke, tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff.csv")
    (tmp_path / name).write_text("1,2\n")

    result = invoke("upload", name)

    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "is not in UTF-8, which S3 keys are: rename the file." in result.stderr


def test_a_credential_in_an_address_is_not_repeated(invoke: Invoke) -> None:
    result = invoke("dataset", "abalone", "--source", "ftp://me:0a1b2c3d@host/x?X-Amz-Signature=0a1b2c3d")

    assert result.exit_code == 2 and "ftp://[hidden]@host" in result.stderr
    assert "0a1b2c3d" not in result.output


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.data())
def test_any_comparison_in_the_bucket_is_shown_or_one_line(
    invoke: Invoke, account: Account, data: st.DataObject
) -> None:
    document = comparison("run-1")
    place = data.draw(st.sampled_from(places(document)))
    account.add_run()
    hostile = json.dumps(put(document, place, data.draw(json_values)))
    account.s3.objects["runs/run-1/comparison.json"] = hostile.encode()

    result = invoke("watch", "--quiet")

    assert isinstance(result.exception, SystemExit | None), result.exception
    assert "\x1b" not in result.output
