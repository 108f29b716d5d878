"""A Parquet file as a table: its columns by name and kind, and none of its rows."""

from __future__ import annotations

import re
from collections.abc import Callable

from bakeoff.domain.errors import UnreadableData
from bakeoff.domain.messages import excerpt
from bakeoff.domain.reading.numbers import SPACES
from bakeoff.domain.reading.parquet.footer import NULLS, Footer, read_footer
from bakeoff.domain.reading.parquet.thrift import MalformedThrift
from bakeoff.domain.reading.table import MAX_FEATURES, Table

_MAGIC, _ENCRYPTED = b"PAR1", b"PARE"
# A text that begins so goes on with a printable character.
_BEGINS = re.compile(rb"PAR[1E](?:[\x00-\x08\x0e-\x1f]|\Z)", re.DOTALL)
_END_BYTES = 8
_TAIL_BYTES = 64 * 1024
_MAX_FOOTER_BYTES = 16 * 1024**2
_UNREADABLE_CODECS = frozenset({"lzo", "brotli"})
_PANDAS_INDEX = re.compile(r"__index_level_[0-9]+__")


def is_parquet(head: bytes) -> bool:
    return bool(_BEGINS.match(head))


def parquet_table(
    key: str, size: int, head: bytes, read_tail: Callable[[int], bytes], least: int = 2
) -> Table:
    """The table that the footer of a file of `size` bytes describes, of at least so many columns. Raises
    UnreadableData, naming `key`.
    """
    tail = read_tail(_TAIL_BYTES)
    _refuse_unended(key, size, head, tail)
    length = int.from_bytes(tail[-_END_BYTES:-4], "little")
    if length > _MAX_FOOTER_BYTES:
        raise UnreadableData(
            f"{key}: its Parquet footer takes {length} bytes, more than {_MAX_FOOTER_BYTES}: write it again "
            "with larger row groups."
        )
    if length + _END_BYTES > len(tail):
        tail = read_tail(length + _END_BYTES)
    try:
        if length + _END_BYTES > min(len(tail), size - len(_MAGIC)):
            raise MalformedThrift("it is said to be larger than the file")
        footer = read_footer(tail[-_END_BYTES - length : -_END_BYTES])
    except MalformedThrift as err:
        raise UnreadableData(
            f"{key} is a Parquet file whose footer cannot be read, because {err}: write and upload it again."
        ) from err
    _refuse_footer(key, footer, least)
    return _table(key, footer)


def _refuse_unended(key: str, size: int, head: bytes, tail: bytes) -> None:
    if head.startswith(_ENCRYPTED) and tail.endswith(_ENCRYPTED):
        raise UnreadableData(f"{key} is an encrypted Parquet file: write it without encryption.")
    if size < len(_MAGIC) + _END_BYTES or not tail.endswith(_MAGIC):
        raise UnreadableData(
            f"{key} is a Parquet file that is cut short, as it does not end in PAR1: upload it again."
        )


def _refuse_footer(key: str, footer: Footer, least: int) -> None:
    if footer.is_encrypted:
        raise UnreadableData(f"{key} is a Parquet file with encrypted columns: write it without encryption.")
    if footer.codec in _UNREADABLE_CODECS:
        raise UnreadableData(
            f"{key} is a Parquet file packed with {footer.codec}, which Spark does not read: write it with "
            "snappy, gzip or zstd."
        )
    stopping = next((field for field in footer.fields if field.stops_spark), None)
    if stopping:
        raise UnreadableData(
            f"{key}: the column {excerpt(stopping.name)} {stopping.why}, and Spark reads no file with such a "
            "column: write it in another type, or leave it out of the file."
        )
    if not footer.rows:
        raise UnreadableData(f"{key} is a Parquet file without rows: remove it or upload rows.")
    if len(footer.fields) < least:
        raise UnreadableData(
            f"{key} has {len(footer.fields)} column(s), and a comparison needs a label and at least one "
            "feature: upload a table of two columns or more."
        )
    if len(footer.fields) - 1 > MAX_FEATURES:
        raise UnreadableData(
            f"{key} has {len(footer.fields) - 1} features, more than the {MAX_FEATURES} that a comparison "
            "takes: leave features out."
        )


def _table(key: str, footer: Footer) -> Table:
    names = tuple(field.name.strip(SPACES) for field in footer.fields)
    return Table(
        key=key,
        format="parquet",
        compression=footer.codec,
        delimiter=None,
        header=None,
        names=names,
        width=len(names),
        left_out={
            at: f"column {at + 1} is the index of a pandas data frame"
            for at, name in enumerate(names)
            if _PANDAS_INDEX.fullmatch(name)
        }
        | {
            at: f"column {at + 1} ({names[at]}) {NULLS}"
            for at, field in enumerate(footer.fields)
            if field.why == NULLS
        },
        skip=(),
        lines=(),
        is_all=False,
        notes=(f"{key}: {footer.rows:,} rows, by its Parquet footer.",),
        kinds=tuple(field.kind for field in footer.fields),
        stated_rows=footer.rows,
        unreadable={at: field.why for at, field in enumerate(footer.fields) if field.kind is None},
    )
