"""The same rows in two objects: they would count twice, and look like twice the evidence."""

from __future__ import annotations

from collections.abc import Sequence

from bakeoff.domain.errors import DuplicateInput
from bakeoff.domain.ports import StoredObject
from bakeoff.domain.reading.recognise import Recognised
from bakeoff.domain.reading.table import Row

# Fewer equal rows may be chance.
_ROWS_THAT_TELL = 10


def refuse_copies(stored: Sequence[StoredObject]) -> None:
    """By S3's ETags, which cost no look at the object; under a KMS key they do not tell."""
    seen: dict[tuple[str, int], str] = {}
    for item in stored:
        first = seen.setdefault((item.etag, item.bytes), item.key)
        if first != item.key:
            raise DuplicateInput(_sentence(item.key, first))


def refuse_equal_rows(found: Sequence[Recognised]) -> None:
    """By the numbers in the heads: packing, renaming, another delimiter or format do not hide a copy."""
    seen: dict[tuple[Row, ...], list[Recognised]] = {}
    for one in found:
        for other in seen.setdefault(one.rows[:_ROWS_THAT_TELL], []):
            if _is_copy(one, other):
                raise DuplicateInput(_sentence(one.key, other.key))
        seen[one.rows[:_ROWS_THAT_TELL]].append(one)


def _is_copy(one: Recognised, other: Recognised) -> bool:
    """Equal as far as both can be seen, and an end that was seen is the shorter one's."""
    shorter, longer = sorted((one, other), key=lambda each: len(each.rows))
    size = len(shorter.rows)
    return size >= _ROWS_THAT_TELL and longer.rows[:size] == shorter.rows


def _sentence(key: str, first: str) -> str:
    return f"{key} is a copy of {first}, and its rows would count twice: delete one of them."
