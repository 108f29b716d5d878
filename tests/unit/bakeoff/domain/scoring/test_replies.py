from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.errors import MalformedPrediction
from bakeoff.domain.scoring.replies import batches, parse_predictions

finite = st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["predictions", "score", "x"]), inner, max_size=3)
    ),
)
XGBOOST, KNN = "predictions[].score", "predictions[].predicted_label"


@given(st.lists(st.text("0123456789,é", max_size=30)), st.integers(1, 60), st.integers(1, 5))
def test_batches_put_together_are_the_rows(rows: list[str], max_bytes: int, max_rows: int) -> None:
    cut = [list(batch) for batch in batches(rows, max_bytes, max_rows)]

    assert [row for batch in cut for row in batch] == rows
    assert all(cut)


@given(st.lists(st.text("0123456789,é", max_size=30)), st.integers(1, 60), st.integers(1, 5))
def test_batches_keep_both_limits(rows: list[str], max_bytes: int, max_rows: int) -> None:
    for batch in batches(rows, max_bytes, max_rows):
        assert len(batch) <= max_rows
        assert len("\n".join(batch).encode()) <= max_bytes or len(batch) == 1


def test_a_row_above_the_limit_travels_alone() -> None:
    assert list(batches(["1", "2" * 100, "3"], max_bytes=50)) == [["1"], ["2" * 100], ["3"]]


@given(st.lists(finite, min_size=1), st.sampled_from([XGBOOST, KNN, "predictions[]", "[].score", "[]"]))
def test_json_replies_round_trip(numbers: list[float], path: str) -> None:
    before, _, after = path.partition("[]")
    items: Any = [{after[1:]: number} for number in numbers] if after else numbers
    body = json.dumps({before: items} if before else items)

    assert parse_predictions(body, "application/json", path, len(numbers)) == numbers


@given(st.lists(finite, min_size=1), st.sampled_from([",", "\n", "\r\n"]), st.sampled_from(["", "\n"]))
def test_csv_replies_round_trip(numbers: list[float], separator: str, end: str) -> None:
    body = separator.join(map(repr, numbers)) + end

    assert parse_predictions(body, "text/csv", "", len(numbers)) == numbers


@given(
    st.text() | json_values.map(json.dumps),
    st.sampled_from(["application/json", "text/csv"]),
    st.sampled_from([XGBOOST, "predictions[]", "[].score", "[]", "predictions.x[].score.x", ""]),
    st.integers(1, 3),
)
def test_any_reply_is_numbers_or_malformed(body: str, accept: str, path: str, expected: int) -> None:
    try:
        found = parse_predictions(body, accept, path, expected)
    except MalformedPrediction:
        return
    assert len(found) == expected


def scores(*values: str) -> str:
    return f'{{"predictions": [{", ".join(f"""{{"score": {value}}}""" for value in values)}]}}'


@pytest.mark.parametrize(
    "body",
    [
        scores("1.0"),
        scores("1", "2", "3"),
        scores("1", "NaN"),
        scores("1", "-Infinity"),
        scores("1", "true"),
        scores("1", "null"),
        scores("1", '"many"'),
        scores("1", "[2]"),
        scores("1", "1" + "0" * 400),
        scores("1", "1" + "0" * 5000),
        '{"predictions": [{"score": 1}, {"label": 2}]}',
        '{"predictions": {"score": 1}}',
        '{"error": "no"}',
        '"predictions"',
        "[" * 100_000,
        '{"a":' * 100_000,
        scores("1", '"' + "1" * 6_000_000 + '"'),
        scores("1", '"1' + "0" * 400 + '"'),
        '{"predictions": [' + '{"score": 1},' * 100_000 + '{"score": 1}]}',
        "",
        "<html>Bad gateway</html>",
    ],
)
def test_a_malformed_json_reply_is_told_as_such(body: str) -> None:
    with pytest.raises(MalformedPrediction, match=r"^The model.*reads '"):
        parse_predictions(body, "application/json", XGBOOST, 2)


@pytest.mark.parametrize("body", ["", "1", "1,2,3", "1,nan", "1;2", "1,,2", "1,inf", '{"predictions": []}'])
def test_a_malformed_csv_reply_is_told_as_such(body: str) -> None:
    with pytest.raises(MalformedPrediction, match=r"^The model.*reads '"):
        parse_predictions(body, "text/csv", "", 2)


def test_the_message_names_the_place_and_cuts_the_reply() -> None:
    with pytest.raises(MalformedPrediction) as refusal:
        parse_predictions(json.dumps({"outputs": "x" * 1000}), "application/json", XGBOOST, 2)

    assert "has no number at 'predictions[].score'" in str(refusal.value)
    assert len(str(refusal.value)) < 250


def test_the_message_counts_rows_and_numbers() -> None:
    with pytest.raises(MalformedPrediction, match="answered 3 rows with 2 finite numbers"):
        parse_predictions("1,2", "text/csv", "", 3)
