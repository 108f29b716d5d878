"""What an uploaded object is, told by its first bytes and never by its name."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from bakeoff.domain.errors import UnreadableData

HEAD_BYTES = 256 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
_SAMPLE_LINES = 500
_EXCERPT_CHARACTERS = 60
_DELIMITERS = (",", ";", "\t")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_LIBSVM_LINE = re.compile(rf"\s*{_NUMBER.pattern}(\s+\d+:{_NUMBER.pattern})+\s*")
_LIBSVM_INDEX = re.compile(r"\s(\d+):")


@dataclass(frozen=True)
class DataFormat:
    """How to read an object: `feature_dim` columns or indices besides the label; `header` is the line to
    skip.
    """

    format: str
    compression: str
    delimiter: str | None
    header: str | None
    feature_dim: int

    def reading(self) -> dict[str, str | None]:
        """The part that the Spark job needs, as it stands in the plan."""
        return {key: value for key, value in asdict(self).items() if key != "feature_dim"}


def recognise(key: str, head: bytes) -> DataFormat:
    """The format of the object whose first bytes are `head` (at least HEAD_BYTES, or all of it).

    Malformed lines are allowed for: what most of the first lines are decides.
    Raises UnreadableData, naming `key`, when that is neither libsvm nor numeric CSV with the label first.
    """
    compression = "gzip" if head.startswith(_GZIP_MAGIC) else "none"
    lines = _first_lines(key, _decompress(key, head) if compression == "gzip" else head)
    found = _as_libsvm(lines, compression) or _as_csv(lines, compression)
    if found is None:
        raise UnreadableData(
            f"{key} is neither libsvm nor numeric CSV with the label first: its first line reads "
            f"{lines[0][:_EXCERPT_CHARACTERS]!r}. Remove the object or convert it."
        )
    return found


def _decompress(key: str, head: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(head, HEAD_BYTES)
    except zlib.error as err:
        raise UnreadableData(
            f"{key} begins like gzip but cannot be decompressed ({err}): upload it again."
        ) from err


def _first_lines(key: str, head: bytes) -> list[str]:
    complete = head if len(head) < HEAD_BYTES else head[: head.rfind(b"\n") + 1]
    if not complete:
        raise UnreadableData(
            f"{key} has no line end in its first {HEAD_BYTES} bytes: it is not a table of rows."
        )
    try:
        text = complete.decode("utf-8").removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError as err:
        raise UnreadableData(
            f"{key} is not text in UTF-8 ({err.reason}): convert it to libsvm or CSV."
        ) from err
    lines = [line for line in text.splitlines() if line.strip()][:_SAMPLE_LINES]
    if not lines:
        raise UnreadableData(f"{key} holds only blank lines: remove it or upload rows.")
    return lines


def _as_libsvm(lines: Sequence[str], compression: str) -> DataFormat | None:
    rows = [line for line in lines if _LIBSVM_LINE.fullmatch(line)]
    if 2 * len(rows) < len(lines):
        return None
    widest = max(int(index) for line in rows for index in _LIBSVM_INDEX.findall(line))
    return DataFormat("libsvm", compression, None, None, widest)


def _as_csv(lines: Sequence[str], compression: str) -> DataFormat | None:
    tables = (_csv_by(delimiter, lines, compression) for delimiter in _DELIMITERS)
    return next((table for table in tables if table), None)


def _csv_by(delimiter: str, lines: Sequence[str], compression: str) -> DataFormat | None:
    rows = [_fields(line, delimiter) for line in lines]
    header = lines[0] if len(rows) > 1 and not any(map(_is_number, rows[0])) else None
    body = rows[1:] if header else rows
    widths = Counter(len(row) for row in body if len(row) > 1 and all(map(_is_number, row)))
    # A label that is not a number spoils a row, not the file: count rows by the numbers they mostly hold.
    if 2 * _mostly_numeric(body) < len(body) or not widths:
        return None
    return DataFormat("csv", compression, delimiter, header, widths.most_common(1)[0][0] - 1)


def _mostly_numeric(rows: Iterable[Sequence[str]]) -> int:
    return sum(len(row) > 1 and 2 * sum(map(_is_number, row)) > len(row) for row in rows)


def _fields(line: str, delimiter: str) -> list[str]:
    return [field.strip().strip('"') for field in line.split(delimiter)]


def _is_number(field: str) -> bool:
    return bool(_NUMBER.fullmatch(field))
