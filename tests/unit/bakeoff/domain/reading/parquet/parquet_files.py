"""Parquet files as small as a test needs them: a schema and its footer, without any values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

# A field of a struct: its number, the type of the compact protocol, and the value.
Field = tuple[int, int, Any]
I32, I64, BINARY, LIST, STRUCT = 5, 6, 8, 9, 12
BOOLEAN, INT32, INT64, INT96, FLOAT, DOUBLE, BYTES, FIXED = range(8)
STRING, ENUM, DECIMAL, DATE, TIME, TIMESTAMP, INTEGER, UNKNOWN, JSON, UUID = 1, 4, 5, 6, 7, 8, 10, 11, 12, 14
MICROSECONDS, NANOSECONDS = 2, 3


def varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def _value(kind: int, value: Any) -> bytes:
    if kind in (I32, I64):
        return varint(value << 1 if value >= 0 else (-value << 1) - 1)
    if kind == BINARY:
        return varint(len(value)) + bytes(value)
    if kind == LIST:
        of, items = value
        head = bytes([len(items) << 4 | of]) if len(items) < 15 else bytes([0xF0 | of]) + varint(len(items))
        return head + b"".join(_value(of, item) for item in items)
    return struct(value)


def struct(fields: Sequence[Field]) -> bytes:
    found, last = b"", 0
    for number, kind, value in fields:
        head = (
            bytes([(number - last) << 4 | kind])
            if 0 < number - last < 16
            else bytes([kind]) + _value(I32, number)
        )
        found, last = found + head + _value(kind, value), number
    return found + b"\0"


def column(
    name: str, physical: int | None, logical: int | None = None, unit: int = MICROSECONDS, **more: int
) -> list[Field]:
    """An element of the schema; `more` has its `children`, `repetition` or `converted` type."""
    of_time: list[Field] = [(2, STRUCT, [(unit, STRUCT, [])])] if logical == TIMESTAMP else []
    fields: list[Field | None] = [
        None if physical is None else (1, I32, physical),
        (3, I32, more.get("repetition", 1)),
        (4, BINARY, name.encode()),
        (5, I32, more["children"]) if "children" in more else None,
        (6, I32, more["converted"]) if "converted" in more else None,
        None if logical is None else (10, STRUCT, [(logical, STRUCT, of_time)]),
    ]
    return [field for field in fields if field is not None]


def footer_of(
    columns: Sequence[list[Field]],
    rows: int = 100,
    top: int | None = None,
    codec: int = 1,
    encrypted: bool = False,
) -> bytes:
    root = column("schema", None, children=len(columns) if top is None else top)
    data: list[Field] = [(3, STRUCT, [(4, I32, codec)])]
    chunk = [*data, *([(8, STRUCT, [])] if encrypted else [])]
    group: list[Field] = [(1, LIST, (STRUCT, [chunk])), (2, I64, 1000), (3, I64, rows)]
    return struct(
        [
            (1, I32, 2),
            (2, LIST, (STRUCT, [root, *columns])),
            (3, I64, rows),
            (4, LIST, (STRUCT, [group])),
            (6, BINARY, b"a test"),
        ]
    )


def parquet_of(columns: Sequence[list[Field]], **more: Any) -> bytes:
    footer = footer_of(columns, **more)
    return b"PAR1\x15\x04" + footer + len(footer).to_bytes(4, "little") + b"PAR1"
