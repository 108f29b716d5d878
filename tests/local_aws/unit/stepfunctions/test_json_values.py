from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given

from local_aws.services.stepfunctions.json_values import copied
from tests.local_aws.unit.stepfunctions.test_jsonata_engine import documents


def containers(value: Any) -> list[int]:
    """Which lists and objects there are in a document, each once."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = [id(value)] if isinstance(value, dict | list) else []
    return [*own, *(each for item in inner for each in containers(item))]


@given(documents)
def test_a_copy_is_equal_and_shares_nothing_that_can_change(document: Any) -> None:
    copy = copied(document)

    assert copy == document
    assert not set(containers(copy)) & set(containers(document))


def test_what_is_no_json_is_copied_too() -> None:
    document: dict[str, Any] = {"at": datetime(2026, 11, 30, tzinfo=UTC), "pair": ([1], [2])}
    copy = copied(document)

    assert copy == document and copy["pair"][0] is not document["pair"][0]
