"""bakeoff.yaml: what it says, or one sentence with its line, its column and the cure."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bakeoff.domain.errors import InvalidSettings
from bakeoff.domain.messages import MAX_CHARACTERS
from bakeoff.domain.planning.settings import MAX_BYTES, read_settings

NAME = "Inputs/bakeoff.yaml"


def values_of(text: str) -> Any:
    return read_settings(NAME, text.encode()).values


def refusal(body: bytes) -> str:
    with pytest.raises(InvalidSettings) as refused:
        read_settings(NAME, body)
    return str(refused.value)


def test_a_file_says_what_it_reads_like() -> None:
    text = """\ufeff# What to predict
target: "no"            # a column of that name
confidence: 0.99
algorithms:
  - xgboost
  - {name: xgboost-deep, algorithm: xgboost, hyperparameters: {max_depth: "9"}}
"""

    assert values_of(text) == {
        "target": "no",
        "confidence": 0.99,
        "algorithms": [
            "xgboost",
            {"name": "xgboost-deep", "algorithm": "xgboost", "hyperparameters": {"max_depth": "9"}},
        ],
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("2024-01-01", "2024-01-01"),
        ("1:30", "1:30"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        ("010", 10),
        ("-3", -3),
        ("1e-2", 0.01),
        (".5", 0.5),
        ("5.", 5.0),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("'3'", "3"),
        ("|\n  3", "3"),
        ("9" * 5000, "inf"),
    ],
)
def test_a_word_is_what_yaml_1_2_takes_it_for(text: str, value: Any) -> None:
    found = values_of(f"target: {text}")["target"]

    assert (found if value != "inf" else str(found)) == value
    assert type(found) is type(value) or value == "inf"


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n", "---\n", "{}", "null"])
def test_a_file_without_settings_says_nothing(text: str) -> None:
    assert values_of(text) == {}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"target: [price\n", "line 2, column 1: this is not YAML ("),
        (b"target: price\n\tmetric: mae\n", "line 2, column 1: this is not YAML ("),
        (
            b"target: a: b\n",
            "line 1, column 10: this is not YAML (mapping values are not allowed here), it reads",
        ),
        (b"metric: mae\ntarget: \x01\n", "line 2, column 9: this is not YAML (the character '\\x01' is not"),
        (b"metric: mae\ntarget: gr\xf6sse\n", "line 2, column 11: the byte 0xf6 is not UTF-8: save the file"),
        ("target: price\n".encode("utf-16"), "line 1, column 1: the byte 0xff is not UTF-8"),
        (b"target: price\n---\ntarget: area\n", "line 2, column 1: this is not YAML (but found another"),
        (
            b"metric: mae\na: &x 1\n",
            "line 2, column 4: settings take no anchor ('&x'): write the value itself.",
        ),
        (b"metric: mae\ntarget: *x\n", "line 2, column 9: settings take no alias ('*x'): write the value"),
        (b"target: !!str 3\n", "line 1, column 9: settings take no tag ('tag:yaml.org,2002:str'): write the"),
        (b"a: !!python/object/apply:os.system [ls]\n", "line 1, column 4: settings take no tag ("),
        (b"target: a\nmetric: mae\ntarget: b\n", "line 3, column 1: 'target' comes twice: keep one of them."),
        (b"algorithms:\n- {name: a, name: b}\n", "line 2, column 13: 'name' comes twice"),
        (
            b"- xgboost\n",
            "line 1, column 1: ['xgboost'] is no setting with a value: write a line `name: value`",
        ),
        (b"target:price\n", "line 1, column 1: 'target:price' is no setting with a value: write a line"),
        (b"? [a]\n: b\n", "line 1, column 3: a list or mapping is no name of a value: write a line"),
        (b"a: " + b"[" * 5000, " is nested too deeply: write a line `name: value` for each setting"),
        (b"#" * (MAX_BYTES + 1), " is larger than 64 KiB, which settings never are: shorten it, or give it"),
    ],
)
def test_what_is_no_plain_settings_is_refused_at_its_place(body: bytes, sentence: str) -> None:
    told = refusal(body)

    assert told.startswith(NAME) and sentence in told and told.endswith(".")


def test_as_many_bytes_as_allowed_are_read() -> None:
    assert values_of("target: a\n" + "#" * (MAX_BYTES - 10)) == {"target": "a"}


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: text.encode(errors="ignore")))
@example(b"a: AKIAIOSFODNN7EXAMPLE: b")
@example(b"? ")
@example(b"%YAML 3.0\n---\na: b")
@example(b"a: !<\xe2\x80\xa8> b")
def test_any_bytes_are_settings_or_one_sentence(body: bytes) -> None:
    try:
        said = read_settings(NAME, body)
    except InvalidSettings as refused:
        told = str(refused)
        assert told.startswith(NAME) and told.isprintable() and len(told) <= MAX_CHARACTERS
        assert "AKIAIOSFODNN7EXAMPLE" not in told
        return
    assert isinstance(said.values, dict)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=9), json_values, max_size=4))
def test_json_is_yaml(document: dict[str, Any]) -> None:
    assert values_of(json.dumps(document)) == document
