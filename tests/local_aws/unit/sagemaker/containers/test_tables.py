from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from local_aws.services.sagemaker.containers.errors import BadRequest, UserError
from local_aws.services.sagemaker.containers.folders import Channel
from local_aws.services.sagemaker.containers.server import Invocation
from local_aws.services.sagemaker.containers.tables import (
    Matrix,
    csv_label_size,
    parse_csv,
    predictions_json,
    read_labelled_csv,
    read_request,
)

SHAPES = st.tuples(st.integers(1, 6), st.integers(1, 5))
FINITE = st.floats(allow_nan=False, allow_infinity=False)


def channel(folder: Path, content_type: str | None = "text/csv", **files: str) -> Channel:
    for name, text in files.items():
        (folder / name).write_text(text)
    return Channel("train", folder, content_type, "File", "FullyReplicated")


@given(arrays(np.float64, SHAPES, elements=FINITE))
def test_numbers_survive_being_written_and_read(rows: Matrix) -> None:
    text = "\n".join(",".join(map(repr, row)) for row in rows.tolist())

    assert np.array_equal(parse_csv(text.encode()), rows)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"1,,3\n", [[1, np.nan, 3]]),
        (b",2\n1,\n", [[np.nan, 2], [1, np.nan]]),
        (b"1,,\r\n,,3", [[1, np.nan, np.nan], [np.nan, np.nan, 3]]),
        (b"1,2\n", [[1, 2]]),
    ],
)
def test_an_empty_field_can_stand_for_a_missing_value(text: bytes, expected: list[list[float]]) -> None:
    assert np.array_equal(parse_csv(text, empty_is_missing=True), np.array(expected), equal_nan=True)


@pytest.mark.parametrize("text", [b"1,,3\n", b"1,\n", b"1,2\n3,nan\n", b"1,2\n3\n", b"length,rings\n1,2\n"])
def test_what_is_no_table_of_numbers_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"row|column"):
        parse_csv(text)


def test_all_files_of_a_channel_are_read_label_first(tmp_path: Path) -> None:
    source = channel(tmp_path, **{"part-1": "1,2,3\n", "part-2": "4,5,6\n"})

    features, labels = read_labelled_csv(source)

    assert features.tolist() == [[2, 3], [5, 6]]
    assert labels.tolist() == [1, 4]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "No data in the train channel"),
        ({"a": ""}, "No data in the train channel"),
        ({"a": "1,2\n", "b": "1,2,3\n"}, r"differ in their number of columns: \[2, 3\]"),
        ({"a": "1\n"}, "a label and at least one feature"),
        ({"a": "x,2\n"}, "Failed to load csv data of a"),
        ({"a": "1,2\n3,\n"}, "Failed to load csv data of a"),
        ({"a": "1,2\n3,nan\n"}, "Failed to load csv data of a: there is no number at row 1, column 2"),
    ],
)
def test_a_channel_that_is_no_labelled_table_is_refused(
    tmp_path: Path, files: dict[str, str], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        read_labelled_csv(channel(tmp_path, **files))


@pytest.mark.parametrize(
    ("content_type", "size"), [("text/csv", 1), ("text/csv;label_size=1", 1), ("text/csv; label_size=0", 0)]
)
def test_the_content_type_gives_the_label_size(tmp_path: Path, content_type: str, size: int) -> None:
    assert csv_label_size(channel(tmp_path, content_type)) == size


@pytest.mark.parametrize("content_type", [None, "application/x-recordio-protobuf"])
def test_another_content_type_is_refused(tmp_path: Path, content_type: str | None) -> None:
    with pytest.raises(UserError, match="use text/csv"):
        csv_label_size(channel(tmp_path, content_type))


def test_other_label_sizes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="label_size is 0"):
        read_labelled_csv(channel(tmp_path, a="1,2\n"), 0)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/csv", b"1,2\n3,4\n"),
        (
            "application/json",
            json.dumps({"instances": [{"features": [1, 2]}, {"features": [3, 4]}]}).encode(),
        ),
    ],
)
def test_a_request_is_rows_of_features(content_type: str, body: bytes) -> None:
    assert read_request(Invocation(body, content_type, ""), 2).tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("content_type", "body", "message"),
    [
        ("text/csv", b"1,2,3", "has 3 features a row and the model was trained on 2"),
        ("text/csv", b"a,b", "unable to parse the request as text/csv"),
        ("text/csv", b"1,2\n1,", "unable to parse the request as text/csv"),
        (
            "text/csv",
            b"1,NaN",
            "unable to parse the request as text/csv: there is no number at row 0, column 2",
        ),
        ("application/json", b"{}", "unable to parse the request as application/json"),
        ("text/plain", b"1,2", "content-type 'text/plain' not supported"),
        ("", b"1,2", "not supported"),
    ],
)
def test_a_request_that_does_not_fit_is_refused(content_type: str, body: bytes, message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        read_request(Invocation(body, content_type, ""), 2)


def test_predictions_are_worded_as_the_built_in_algorithms_do() -> None:
    assert json.loads(predictions_json("score", [1.5, 2])) == {"predictions": [{"score": 1.5}, {"score": 2}]}
