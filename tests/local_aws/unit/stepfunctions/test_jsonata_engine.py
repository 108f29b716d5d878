"""JSONata expressions, without a workflow around them."""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.services.stepfunctions.jsonata.engine import QueryError, check, evaluate

# JSON without empty containers inside of lists and without numbers that JavaScript would round.
scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text()
documents = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12
)


@given(documents)
def test_a_binding_comes_back_as_it_was(document: Any) -> None:
    assert evaluate("$given", {"given": document}) == document


@given(st.text(), st.text())
def test_text_is_never_read_as_an_expression(left: str, right: str) -> None:
    assert evaluate("$left & $right", {"left": left, "right": right}) == left + right


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$states.input.a", None),
        ("$states.input.a = null", True),
        ("$exists($states.input.a)", True),
        ("$exists($states.input.b)", False),
        ("$type($states.input.a)", "null"),
        ("{'kept': $states.input.a, 'dropped': $states.input.b}", {"kept": None}),
        ("[$states.input.a, 1]", [None, 1]),
        ("$count([null, null])", 2),
    ],
)
def test_null_is_not_undefined(expression: str, value: Any) -> None:
    assert evaluate(expression, {"states": {"input": {"a": None}}}) == value


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("6 / 3", 2),
        ("1 / 4", 0.25),
        ("1e15 * 1", 10**15),
        ("[1..3]", [1, 2, 3]),
        ("$round(2.5)", 2),
        ("2 * 0.5", 1),
    ],
)
def test_numbers_are_json_numbers(expression: str, value: Any) -> None:
    result = evaluate(expression, {})

    assert result == value
    assert type(result) is type(value)


def test_a_time_is_text() -> None:
    moment = datetime(2026, 11, 23, 20, 0, 0, 123456, tzinfo=UTC)

    assert evaluate("$moment", {"moment": moment}) == "2026-11-23T20:00:00.123Z"


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$partition([1..5], 2)", [[1, 2], [3, 4], [5]]),
        ("$range(0, 10, 4)", [0, 4, 8]),
        ("$range(3, 1, -1)", [3, 2, 1]),
        ("$range(3, 1, 1)", []),
        ("$range(1, 2, 0.5)", [1, 1.5, 2]),
        ("$parse('{\"a\": [null, 1]}')", {"a": [None, 1]}),
        ("$parse('{\"a\": null}').a = null", True),
        ("$hash('text', 'SHA-256')", hashlib.sha256(b"text").hexdigest()),
        ("$random(7) = $random(7)", True),
        ("$now() = $now()", True),
        ("$millis() > 1700000000000", True),
    ],
)
def test_the_functions_of_step_functions(expression: str, value: Any) -> None:
    assert evaluate(expression, {}) == value


def test_uuid_is_a_new_one_each_time() -> None:
    first, second = evaluate("[$uuid(), $uuid()]", {})

    assert uuid.UUID(first).version == 4
    assert first != second


@pytest.mark.parametrize(
    ("expression", "cause"),
    [
        ("$partition([1], 0)", "the chunk size of $partition must be a positive integer"),
        ("$range(1, 5, 0)", "the step of $range must not be 0"),
        ("$hash('a', 'CRC')", "the algorithm of $hash must be one of MD5, SHA-1"),
        ("$parse('{')", "threw an error during evaluation"),
        ("$nothing", "returned nothing (undefined)"),
        ("$", "returned nothing (undefined)"),
        ("$sum", "returned an unsupported result type"),
        ("[1, $sum]", "returned an unsupported result type"),
        ("'a' < 1", "threw an error during evaluation"),
    ],
)
def test_what_has_no_value_says_why(expression: str, cause: str) -> None:
    with pytest.raises(QueryError) as failed:
        evaluate(expression, {})

    assert f"The JSONata expression '{expression}'" in str(failed.value)
    assert cause in str(failed.value)


@pytest.mark.parametrize("expression", ["$eval('1')", "$map([1], function($v) { $eval('1') })", "[1", "a b"])
def test_what_step_functions_refuses_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"The JSONata expression"):
        check(expression)


def test_what_only_looks_like_a_refused_function_is_fine() -> None:
    check("{'$eval': $evaluation & '$eval()'}")
