"""How state data is counted."""

from __future__ import annotations

import pytest

from local_aws.services.stepfunctions.interpreter.quotas import MAX_BYTES, compact_json, within_quota


@pytest.mark.parametrize(("letter", "bytes_each"), [("x", 1), ("é", 2), ("€", 3), ("😀", 4)])
def test_the_limit_counts_bytes_of_utf8(letter: str, bytes_each: int) -> None:
    quotes = len('""')
    most = (MAX_BYTES - quotes) // bytes_each

    assert within_quota(letter * most)
    assert not within_quota(letter * (most + 1))


def test_json_is_counted_without_spaces() -> None:
    assert compact_json({"a": [1, None]}) == '{"a":[1,null]}'
