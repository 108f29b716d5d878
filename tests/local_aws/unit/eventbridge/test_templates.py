"""What targets of a rule receive."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.services.eventbridge.templates import body_of, fill, look_up

EVENT = {"detail-type": "note", "detail": {"a": [{"b": None}, {"b": 2}], "c": "x"}}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$", EVENT),
        ("$.detail-type", "note"),
        ("$.detail.a[1].b", 2),
        ("$.detail.a[0].b", None),
        ("$.detail.a[9]", None),
        ("$.detail.c.d", None),
        ("$.nothing.at.all", None),
    ],
)
def test_a_path_leads_to_a_part_of_the_event(path: str, value: Any) -> None:
    assert look_up(EVENT, path) == value


@given(st.text())
def test_a_filled_template_is_always_json(value: str) -> None:
    filled = fill('{"bare": <v>, "quoted": "say <v>!"}', {"v": value})

    assert json.loads(filled) == {"bare": value, "quoted": f"say {value}!"}


def test_a_template_may_be_one_text() -> None:
    assert fill('"run <id> ended: <detail>"', {"id": 7, "detail": {"a": 1}}) == '"run 7 ended: {\\"a\\": 1}"'


def test_a_value_that_looks_like_a_placeholder_is_not_replaced() -> None:
    assert fill('{"a": <a>, "b": "<a>"}', {"a": "<b>", "b": "no"}) == '{"a": "<b>", "b": "<b>"}'


def test_without_wishes_a_target_gets_the_event() -> None:
    assert json.loads(body_of({"Arn": "x"}, EVENT, {})) == EVENT
