from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bakeoff_cli.saved.differing import NOTHING, DocumentDifference, first_difference

LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
DOCUMENTS = st.recursive(
    LEAVES | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=12,
)


@given(DOCUMENTS)
@settings(deadline=None)
def test_a_document_does_not_differ_from_its_copy(document: Any) -> None:
    assert first_difference(document, json.loads(json.dumps(document))) is None


@given(DOCUMENTS, DOCUMENTS)
@settings(deadline=None)
def test_documents_of_different_text_differ_unless_in_numbers_alone(one: Any, other: Any) -> None:
    alike = first_difference(one, other) is None
    if json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True):
        assert alike
    elif alike:
        assert _without_numbers(one) == _without_numbers(other)


def _without_numbers(document: Any) -> str:
    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: bare(item) for key, item in value.items()}
        if isinstance(value, list):
            return [bare(item) for item in value]
        return 0 if isinstance(value, float | int) and not isinstance(value, bool) else value

    return json.dumps(bare(document), sort_keys=True)


@pytest.mark.parametrize(
    ("recorded", "recomputed", "expected"),
    [
        ({"a": [{"b": 1.5}]}, {"a": [{"b": 2.5}]}, "a[0].b: recorded 1.5, recomputed 2.5"),
        ({"a": [1]}, {"a": [1, 2]}, "a[1]: recorded nothing, recomputed 2"),
        ({"a": [1, {"b": "x"}]}, {"a": [1]}, 'a[1]: recorded {"b": "x"}, recomputed nothing'),
        ({"a": None}, {}, "a: recorded null, recomputed nothing"),
        ({}, {"a": None}, "a: recorded nothing, recomputed null"),
        ({"a": True}, {"a": 1}, "a: recorded true, recomputed 1"),
        ({"a": True}, {"a": 1.0}, "a: recorded true, recomputed 1.0"),
        ({"a": {}}, {"a": []}, "a: recorded {}, recomputed []"),
        ({"z": 1, "a": 1}, {"a": 2, "z": 2}, "a: recorded 1, recomputed 2"),
        ({"a": 10**400}, {"a": 1.5}, f"a: recorded 1{'0' * 119}..., recomputed 1.5"),
        ({"a": 10**10}, {"a": 10**10 + 1}, "a: recorded 10000000000, recomputed 10000000001"),
        ({"a\u202e\n": "x\u202e"}, {}, 'a: recorded "x", recomputed nothing'),
    ],
)
def test_the_first_difference_is_a_path_with_both_values(
    recorded: Any, recomputed: Any, expected: str
) -> None:
    assert str(first_difference(recorded, recomputed)) == expected


def test_of_long_texts_the_part_that_differs_is_shown() -> None:
    common = "The same words. " * 20
    shown = str(first_difference(common + "The end.", common + "No end." + "!" * 200))
    assert shown.count("The end.") == shown.count("No end.") == 1
    assert shown.count("...") == 3
    assert len(shown) < 300


def test_numbers_may_differ_by_a_rounding_error_and_no_more() -> None:
    assert first_difference({"a": 2.2288891320372697}, {"a": 2.2288891320372697 * (1 + 5e-10)}) is None
    assert first_difference({"a": 2.0}, {"a": 2}) is None
    assert first_difference({"a": 2.2288891320372697}, {"a": 2.2288891320372697 * (1 + 5e-9)})
    assert first_difference({"a": 0.0}, {"a": 1e-300})


def test_a_value_that_is_not_there_is_not_null_in_json() -> None:
    assert DocumentDifference("a", NOTHING, None).as_json() == {"path": "a", "recomputed": None}
