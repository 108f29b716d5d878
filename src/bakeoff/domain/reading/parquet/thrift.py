"""Thrift's compact protocol, as far as the footer of a Parquet file needs it.

Reads bytes that anybody may have written: nothing here trusts a length, a type or the depth of nesting.
Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Struct = dict[int, Any]
_STOP, _TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(13)
_DEEPEST = 32
_LONGEST_VARINT = 10


class MalformedThrift(ValueError):
    """The bytes are no such message; the text follows "because"."""


class Reader:
    """Reads one message from its beginning; `at` is the place of the next byte."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def fields(self) -> Iterator[tuple[int, int]]:
        """The number and type of each field of a struct; whoever takes one reads or skips its value first."""
        number = 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self._zigzag()
            yield number, head & 0x0F

    def struct(self, depth: int = 0) -> Struct:
        """All fields by their numbers; texts are bytes."""
        return {number: self.value(kind, depth) for number, kind in self.fields()}

    def items(self) -> tuple[int, int]:
        """The number of a list's items and their type; the items follow."""
        head = self._byte()
        count = head >> 4 if head >> 4 != 0x0F else self._varint()
        # Each item takes a byte at least.
        if count > len(self._data) - self.at:
            raise MalformedThrift("a list is longer than the rest")
        return count, head & 0x0F

    def value(self, kind: int, depth: int = 0, in_list: bool = False) -> Any:
        """The value of that type; in a list, a truth value takes a byte of its own."""
        if depth > _DEEPEST:
            raise MalformedThrift("it is nested too deeply")
        if kind in (_TRUE, _FALSE):
            return self._byte() == _TRUE if in_list else kind == _TRUE
        if kind == _BYTE:
            return self._byte()
        if kind in (_I16, _I32, _I64):
            return self._zigzag()
        if kind == _DOUBLE:
            return self._bytes(8)
        if kind == _BINARY:
            return self._bytes(self._varint())
        if kind in (_LIST, _SET):
            count, of = self.items()
            return [self.value(of, depth + 1, in_list=True) for _ in range(count)]
        if kind == _STRUCT:
            return self.struct(depth + 1)
        # The footer of Parquet has no map.
        raise MalformedThrift(f"it has a value of type {kind}")

    def _byte(self) -> int:
        return self._bytes(1)[0]

    def _bytes(self, count: int) -> bytes:
        found = self._data[self.at : self.at + count]
        if len(found) < count:
            raise MalformedThrift("it ends in the middle")
        self.at += count
        return found

    def _varint(self) -> int:
        value = 0
        for place in range(_LONGEST_VARINT):
            byte = self._byte()
            value |= (byte & 0x7F) << (7 * place)
            if byte < 0x80:
                return value
        raise MalformedThrift("a number is too long")

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)
