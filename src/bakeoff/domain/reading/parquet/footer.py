"""What the footer of a Parquet file says: the columns, their types, the rows and the compression.

Source: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bakeoff.domain.reading.parquet.thrift import MalformedThrift, Reader, Struct

_SCHEMA, _ROWS, _ROW_GROUPS = 2, 3, 4
_REPEATED = 2
_CRYPTO = 8
_CODECS = ("none", "snappy", "gzip", "lzo", "brotli", "lz4", "zstd", "lz4raw")
_BOOLEAN, _INT32, _INT64, _INT96, _FLOAT, _DOUBLE, _BYTES, _FIXED = range(8)
_PHYSICAL = {
    _BOOLEAN: "boolean",
    _INT32: "number",
    _INT64: "number",
    _INT96: "timestamp",
    _FLOAT: "number",
    _DOUBLE: "number",
}
NULLS = "holds nothing but nulls"
# By the number of the field that a union of logical types has.
_LOGICAL = {1: "category", 4: "category", 5: "number", 6: "date", 8: "timestamp", 10: "number"}
_UNREADABLE_LOGICAL = {
    7: "holds times of day",
    11: NULLS,
    12: "holds JSON",
    13: "holds BSON",
    14: "holds UUIDs",
    15: "holds numbers of 16 bits",
}
# Tried with Spark 3.5: of any other it reads bytes, texts or numbers at least.
_STOPPING_LOGICAL, _STOPPING_CONVERTED = frozenset({7, 14, 15}), frozenset({7, 8, 21})
_TIMESTAMP, _NANOSECONDS = 8, 3
_CONVERTED = {
    0: "category",
    4: "category",
    5: "number",
    6: "date",
    9: "timestamp",
    10: "timestamp",
    **dict.fromkeys(range(11, 19), "number"),
}
_UNREADABLE_CONVERTED = {
    7: "holds times of day",
    8: "holds times of day",
    19: "holds JSON",
    20: "holds BSON",
    21: "holds intervals",
}
_IN_NANOSECONDS = "holds times in nanoseconds (pandas writes microseconds with coerce_timestamps='us')"


@dataclass(frozen=True)
class Field:
    """A column of the schema's top level. `kind` is None where it is no plain column, for a reason; with one
    that `stops_spark`, it reads no column of the file.
    """

    name: str
    kind: str | None
    why: str = ""
    stops_spark: bool = False


@dataclass(frozen=True)
class Footer:
    fields: tuple[Field, ...]
    rows: int
    codec: str
    is_encrypted: bool


def read_footer(data: bytes) -> Footer:
    """Raises MalformedThrift for what is none."""
    reader = Reader(data)
    schema: Sequence[Any] | None = None
    rows, codec, is_encrypted = None, "none", False
    for number, kind in reader.fields():
        if number == _ROW_GROUPS:
            codec, is_encrypted = _first_chunk(reader)
            break  # there may be thousands
        value = reader.value(kind)
        schema = value if number == _SCHEMA else schema
        rows = value if number == _ROWS else rows
    if not isinstance(schema, list) or not isinstance(rows, int) or rows < 0:
        raise MalformedThrift("it has no schema or no number of rows")
    return Footer(tuple(_fields(schema)), rows, codec, is_encrypted)


def _first_chunk(reader: Reader) -> tuple[str, bool]:
    """The codec of the first column in the first row group, and whether it is encrypted."""
    count, kind = reader.items()
    group = reader.value(kind, in_list=True) if count else {}
    chunks = group.get(1) if isinstance(group, dict) else None
    chunk = chunks[0] if isinstance(chunks, list) and chunks and isinstance(chunks[0], dict) else {}
    data = chunk.get(3)
    codec = data.get(4) if isinstance(data, dict) else None
    known = dict(enumerate(_CODECS))
    return known.get(codec, "none") if isinstance(codec, int) else "none", _CRYPTO in chunk


def _fields(schema: Sequence[Any]) -> list[Field]:
    """The children of the root, each once; the schema lists all of a tree, parents before children."""
    elements = [element for element in schema if isinstance(element, dict)]
    if not elements or len(elements) < len(schema):
        raise MalformedThrift("its schema is none")
    fields, at = [], 1
    for _ in range(_children(elements[0])):
        if at >= len(elements):
            raise MalformedThrift("its schema lacks columns")
        begin, at = at, _behind(elements, at)
        stops = any(map(_stops_spark, elements[begin:at]))
        fields.append(replace(_field(elements[begin]), stops_spark=stops))
    return fields


def _children(element: Struct) -> int:
    count = element.get(5, 0)
    if not isinstance(count, int) or count < 0:
        raise MalformedThrift("its schema has a wrong number of columns")
    return count


def _behind(elements: Sequence[Struct], at: int) -> int:
    """The place behind the tree that begins at `at`, without recursion into what may be deep."""
    ahead = 1
    while ahead:
        if at >= len(elements):
            raise MalformedThrift("its schema lacks columns")
        ahead += _children(elements[at]) - 1
        at += 1
    return at


def _field(element: Struct) -> Field:
    name = element.get(4)
    if not isinstance(name, bytes):
        raise MalformedThrift("a column has no name")
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError as err:
        raise MalformedThrift("a column's name is not UTF-8") from err
    if _children(element) or element.get(3) == _REPEATED:
        return Field(text, None, "is nested (a list, a map or a struct)")
    kind, why = _kind(element)
    return Field(text, kind, why)


def _kind(element: Struct) -> tuple[str | None, str]:
    logical, converted, physical = element.get(10), element.get(6), element.get(1)
    if isinstance(logical, dict) and logical:
        [which, *_] = logical
        if which == _TIMESTAMP and _is_in_nanoseconds(logical[which]):
            return None, _IN_NANOSECONDS
        return _LOGICAL.get(which), _UNREADABLE_LOGICAL.get(which, "holds values of a type that is not read")
    if isinstance(converted, int):
        return _CONVERTED.get(converted), _UNREADABLE_CONVERTED.get(
            converted, "holds values of a type that is not read"
        )
    kind = _PHYSICAL.get(physical) if isinstance(physical, int) else None
    return kind, "holds bytes that nothing says to be text"


def _stops_spark(element: Struct) -> bool:
    logical = element.get(10)
    if isinstance(logical, dict) and logical:
        [which, *_] = logical
        return which in _STOPPING_LOGICAL or (which == _TIMESTAMP and _is_in_nanoseconds(logical[which]))
    return element.get(6) in _STOPPING_CONVERTED


def _is_in_nanoseconds(timestamp: Any) -> bool:
    unit = timestamp.get(2) if isinstance(timestamp, dict) else None
    return isinstance(unit, dict) and _NANOSECONDS in unit
