"""Definitions of state machines in templates."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.services.cloudformation.resources.state_machine_definition import definition_of, parse


def no_object(bucket: str, key: str, version: str | None) -> str:
    raise AssertionError("nothing should be read from S3")


@given(st.text())
def test_a_substitution_is_text_whatever_it_holds(value: str) -> None:
    properties = {"Definition": {"a": "<${Name}>"}, "DefinitionSubstitutions": {"Name": value}}

    assert json.loads(definition_of(properties, no_object)) == {"a": f"<{value}>"}


@pytest.mark.parametrize(("value", "text"), [(3, "3"), (0.5, "0.5"), (True, "true"), ("x", "x")])
def test_a_substitution_is_written_as_cloudformation_writes_it(value: Any, text: str) -> None:
    properties = {"Definition": ["${A}-${A}"], "DefinitionSubstitutions": {"A": value}}

    assert json.loads(definition_of(properties, no_object)) == [f"{text}-{text}"]


def test_an_unknown_name_stays() -> None:
    assert json.loads(definition_of({"DefinitionString": '{"a": "${B}"}'}, no_object)) == {"a": "${B}"}


def test_a_location_is_read_with_its_version() -> None:
    read = []

    def read_object(bucket: str, key: str, version: str | None) -> str:
        read.append((bucket, key, version))
        return "StartAt: A\nStates:\n  A: {Type: Succeed}\n"

    location = {"Bucket": "b", "Key": "k", "Version": "v1"}
    text = definition_of({"DefinitionS3Location": location}, read_object)

    assert json.loads(text) == {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}
    assert read == [("b", "k", "v1")]


def test_yaml_can_say_no_more_than_json() -> None:
    assert parse("a: 2026-11-23\nb: 2026-11-23T20:00:00Z\nc: 5") == {
        "a": "2026-11-23",
        "b": "2026-11-23T20:00:00Z",
        "c": 5,
    }


@pytest.mark.parametrize("text", ["a: [", "just text", "- a list"])
def test_what_is_no_definition_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        parse(text)


def test_a_machine_without_a_definition_is_refused() -> None:
    with pytest.raises(ValueError, match="has no definition"):
        definition_of({}, no_object)
