from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.errors import BakeoffError
from bakeoff.domain.messages import MAX_CHARACTERS, excerpt, holds_credential, redacted, sentence

SIGNED = "https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F1&X-Amz-Signature=0a1b2c3d"
CREDENTIALS = {
    "AKIAIOSFODNN7EXAMPLE": "AKIAIOSFODNN7EXAMPLE",
    "the key ASIAIOSFODNN7EXAMPLE, of a role": "ASIAIOSFODNN7EXAMPLE",
    SIGNED: "0a1b2c3d",
    "https://b.s3.amazonaws.com/k?AWSAccessKeyId=x&Signature=0a1b2c3d&Expires=1": "0a1b2c3d",
    "https://somebody:0a1b2c3d@example.org/data": "0a1b2c3d",
    "aws_secret_access_key = 0a1b2c3d": "0a1b2c3d",
    '{"SecretAccessKey": "0a1b2c3d"}': "0a1b2c3d",
    "{'password': '0a1b2c3d'}": "0a1b2c3d",
    "AWS_SESSION_TOKEN=0a1b2c3d": "0a1b2c3d",
    "-----BEGIN RSA PRIVATE KEY-----\n0a1b2c3d\n": "0a1b2c3d",
}
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize(("text", "secret"), CREDENTIALS.items())
def test_a_credential_is_found_and_hidden(text: str, secret: str) -> None:
    assert holds_credential(text)
    assert secret not in redacted(f"It reads {text} there.")
    assert secret not in sentence(f"It reads {text} there.")
    assert secret not in excerpt({"a": [text]})


@pytest.mark.parametrize("text", CREDENTIALS)
def test_hiding_leaves_json_json(text: str) -> None:
    assert json.loads(redacted(json.dumps({"message": text, "after": 1})))["after"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "tokens_per_batch=5",
        "a secret of success",
        "my-secret-key",
        "reg:squarederror",
        "arn:aws:iam::1:role/x",
    ],
)
def test_ordinary_words_are_no_credentials(text: str) -> None:
    assert not holds_credential(text)
    assert sentence(text) == text


@given(st.text(st.characters()))
def test_a_sentence_is_one_printable_line_of_bounded_length(text: str) -> None:
    for long in (text, text * 500):
        told = str(BakeoffError(long))
        assert told.isprintable() and len(told) <= MAX_CHARACTERS


def test_of_a_long_sentence_cause_and_cure_remain() -> None:
    told = sentence(f"The cause. {'x' * 10_000} The cure.")

    assert told.startswith("The cause. xxx") and told.endswith("xxx The cure.")


def test_a_credential_at_the_cut_is_hidden_before_the_cut() -> None:
    for before in range(700, 800):
        assert "0a1b2c3d" not in sentence("x" * before + f" {SIGNED} " + "x" * 5000)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["a", "_", "://", "://a:", "secret_", "AKIA", "-----BEGIN ", "?sig=", "secret = "]
)
def test_no_text_takes_long_to_search(piece: str) -> None:
    assert len(sentence(piece * (1_000_000 // len(piece)))) <= MAX_CHARACTERS


@given(json_values)
def test_an_excerpt_of_any_value_is_short(value: object) -> None:
    assert len(excerpt(value)) < 1_500


@pytest.mark.parametrize(
    ("value", "told"), [(None, "null"), (True, "true"), ([False], "[false]"), ("None", "'None'"), (1, "1")]
)
def test_an_excerpt_spells_what_json_has_words_for_as_json_does(value: object, told: str) -> None:
    assert excerpt(value) == told


def test_an_excerpt_of_what_is_nested_beyond_repr_is_short() -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]

    assert excerpt(value) == "[[[...]]]"
