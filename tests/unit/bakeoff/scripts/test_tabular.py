from __future__ import annotations

import errno
import json
import math
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.scripts import tabular
from benchmarks.data_sets import lines
from tests.unit.bakeoff.scripts.jobs import Job

cells = st.floats(-1e9, 1e9) | st.just(math.nan)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6)
)


@given(tables)
def test_any_table_with_gaps_is_read_as_it_was_written(table: list[list[float]]) -> None:
    written = np.array(table)
    body = lines(written).encode()

    np.testing.assert_array_equal(tabular.table_of(body), written)
    np.testing.assert_array_equal(tabular.table_of(body.replace(b"\n", b"\r\n")), written)


@pytest.mark.parametrize("body", [b"1,a", b"1,2\n3", b'"1",2', b"1;2"])
def test_what_is_no_table_of_numbers_is_an_error(body: bytes) -> None:
    with pytest.raises(ValueError):
        tabular.table_of(body)


def test_a_request_of_another_type_is_an_error() -> None:
    with pytest.raises(ValueError, match="'application/json' is not text/csv"):
        tabular.rows_of("1,2", "application/json")


def test_hyperparameters_are_json_or_python_s_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SM_HPS", json.dumps({"a": 3, "b": "True", "c": "None", "d": "auto", "e": [1]}))

    assert tabular.settings() == {"a": 3, "b": True, "c": None, "d": "auto", "e": [1]}


def test_a_missing_channel_is_none_and_an_empty_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SM_CHANNEL_VALIDATION", str(tmp_path))

    assert tabular.split_of("train") is None
    with pytest.raises(SystemExit, match="The channel validation holds no rows"):
        tabular.split_of("validation")
    with pytest.raises(SystemExit, match="The channel train is missing"):
        tabular.training_split()


def test_files_of_a_channel_are_one_table(job: Job) -> None:
    job.channel("train", np.array([[1.0, 2.0], [3.0, math.nan], [5.0, 6.0]]))

    features, labels = tabular.training_split()

    assert labels.tolist() == [1, 3, 5]
    np.testing.assert_array_equal(features, [[2], [math.nan], [6]])


def test_two_classes_give_the_second_one_s_probability() -> None:
    scores = tabular.scores_of_classes(np.array([[0.3, 0.7]]), [0, 1], 2)

    assert scores.tolist() == [0.7]


def test_a_class_without_training_rows_has_no_probability() -> None:
    scores = tabular.scores_of_classes(np.array([[0.3, 0.7]]), [0, 2], 4)

    assert scores.tolist() == [[0.3, 0, 0.7, 0]]
    assert tabular.scores_of_classes(np.array([[1.0]]), [1], 2).tolist() == [1.0]


@given(st.integers(1, 10**6), st.integers(2, 100))
def test_no_class_is_less_probable_than_one_without_rows(rows: int, count: int) -> None:
    least = tabular.least_probability(rows, count)
    scores = tabular.scores_of_classes(np.eye(count), range(count), count, least)

    assert least == 1 / (rows + count)
    if count == 2:
        np.testing.assert_allclose(scores, [least / (1 + least), 1 / (1 + least)])
    else:
        assert (scores > least / 2).all()
        np.testing.assert_allclose(scores.sum(axis=1), 1)


def test_replies_hold_a_number_or_a_list_a_row() -> None:
    one, several = np.array([1.5, 2.0]), np.array([[0.1, 0.9]])

    assert tabular.reply_of(one, "application/json") == (
        '{"predictions": [{"score": 1.5}, {"score": 2.0}]}',
        "application/json",
    )
    assert json.loads(tabular.reply_of(several, "application/json; verbose=true")[0]) == {
        "predictions": [{"score": [0.1, 0.9]}]
    }
    assert tabular.reply_of(one, "text/csv") == ("1.5\n2.0", "text/csv")
    assert tabular.reply_of(several, "text/csv")[0] == "0.1,0.9"


@pytest.mark.parametrize(
    ("scores", "classifies", "line"),
    [
        ([0.0, 4.0], False, f"validation:rmse={math.sqrt(5)!r}"),
        ([0.5, 0.5], True, f"validation:logloss={math.log(2)!r}"),
        ([[0.5, 0.5], [0.5, 0.5]], True, f"validation:logloss={math.log(2)!r}"),
    ],
)
def test_the_score_is_told_in_a_line_of_its_own(
    scores: list[float], classifies: bool, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tabular.tell_score(np.array([1.0, 1.0]), np.array(scores), classifies=classifies)

    assert capsys.readouterr().out == f"{line}\n"


@pytest.mark.parametrize("scores", [[1.0, math.nan], [[0.5, 0.5], [math.inf, 0]]])
def test_a_model_that_predicts_no_number_is_no_model(scores: list[float]) -> None:
    with pytest.raises(SystemExit, match="no number for 1 of 2 validation rows: its training has diverged"):
        tabular.tell_score(np.array([0.0, 1.0]), np.array(scores), classifies=False)


def test_the_code_goes_with_the_model_and_brings_the_packages_in_use(job: Job, tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "__pycache__").mkdir(parents=True)
    (source / "train.py").write_text("import hypothesis")
    (source / "requirements.txt").write_text(
        "# of ours\nhypothesis==1 \\\n    --hash=sha256:0\nstatelint==2\n"
    )

    tabular.save_code(str(source / "train.py"))

    code = job.model / "code"
    assert {path.name for path in code.iterdir()} >= {"train.py", "hypothesis"}
    assert not {"__pycache__", "requirements.txt", "statelint"} & {path.name for path in code.iterdir()}
    assert (code / "hypothesis" / "__init__.py").is_file()


@pytest.mark.parametrize("elsewhere", [False, True], ids=["same disk", "another disk"])
def test_a_package_is_saved_again_and_installed_no_otherwise(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: bool
) -> None:
    source = tmp_path / "script"
    source.mkdir()
    (source / "train.py").write_text("# trains")
    (source / "requirements.txt").write_text("hypothesis==1\nno-such-package==2\n")
    if elsewhere:

        def refuse(source: Path, place: Path) -> None:
            raise OSError(errno.EXDEV, "Invalid cross-device link")

        monkeypatch.setattr("os.link", refuse)

    for _ in range(2):
        tabular.save_code(str(source / "train.py"))

    installed = Path(hypothesis.__file__)
    saved = job.model / "code" / "hypothesis" / "__init__.py"
    assert not saved.is_symlink() and saved.read_bytes() == installed.read_bytes()
    assert not (elsewhere and saved.samefile(installed))


@pytest.mark.parametrize("value", ["0,3", [1.5], [-1], [True], 3, None])
def test_positions_are_whole_numbers(value: object) -> None:
    with pytest.raises(SystemExit, match=r"categorical is .*, but must list positions from 0"):
        tabular.whole_numbers("categorical", value)
