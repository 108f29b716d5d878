"""What an uploaded object is, told by its first bytes and never by its name."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from bakeoff.domain.errors import UnreadableData

HEAD_BYTES = 256 * 1024
# Of the head of a packed object; numbers in rows shrink to a fifth, a bomb to a thousandth.
MAX_HEAD_TEXT_BYTES = 50 * 1024**2
# The template's limit of FeatureCount, too: Spark makes a column of each.
MAX_FEATURES = 10_000
_GZIP_MAGIC = b"\x1f\x8b"
_BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
_SAMPLE_LINES = 500
_EXCERPT_CHARACTERS = 60
_DELIMITERS = (",", ";", "\t")
# Spark's line ends; str.splitlines knows others.
_LINE_END = re.compile(r"\r\n|\r|\n")
# No pattern may read a character in two ways: a line of many digits would take minutes.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_LIBSVM_LINE = re.compile(rf"[ \t]*{_NUMBER.pattern}(?:[ \t]+[0-9]{{1,9}}:{_NUMBER.pattern})+[ \t]*")
_LIBSVM_INDEX = re.compile(r"[ \t]([0-9]+):")


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
    text, complete = _gunzip(key, head) if compression == "gzip" else (head, len(head) < HEAD_BYTES)
    lines = _lines(key, text if complete else _whole_lines(key, text))
    found = _as_libsvm(key, lines, compression) or _as_csv(lines, compression)
    if found is None:
        raise UnreadableData(
            f"{key} is neither libsvm nor numeric CSV with the label first: its first line reads "
            f"{lines[0][:_EXCERPT_CHARACTERS]!r}. Remove the object or convert it."
        )
    if found.feature_dim > MAX_FEATURES:
        raise UnreadableData(
            f"{key} has a row with {found.feature_dim} features, more than the {MAX_FEATURES} that a "
            "comparison takes: correct that row or leave features out."
        )
    return found


def _gunzip(key: str, head: bytes) -> tuple[bytes, bool]:
    """At most HEAD_BYTES of the text, and whether that is all of it; a file may have several members."""
    text, size, ended = b"", 0, False
    try:
        for piece, ended in _members(head):  # noqa: B007
            text += piece[: HEAD_BYTES - len(text)]
            size += len(piece)
            if size > MAX_HEAD_TEXT_BYTES:
                raise UnreadableData(
                    f"The first {len(head)} bytes of {key} unpack to more than {MAX_HEAD_TEXT_BYTES}, as "
                    "those of a decompression bomb do: upload it unpacked if it holds rows."
                )
    except zlib.error as err:
        raise UnreadableData(
            f"{key} begins like gzip but cannot be decompressed ({err}): upload it again."
        ) from err
    whole_object = len(head) < HEAD_BYTES
    if whole_object and not ended:
        raise UnreadableData(f"{key} begins like gzip but ends in the middle: upload it again.")
    return text, whole_object and ended and size <= HEAD_BYTES


def _members(packed: bytes) -> Iterator[tuple[bytes, bool]]:
    """The text in pieces of at most HEAD_BYTES, each with whether its member ends there."""
    while packed.startswith(_GZIP_MAGIC):
        member = zlib.decompressobj(wbits=31)
        while packed and not member.eof:
            yield member.decompress(packed, HEAD_BYTES), member.eof
            packed = member.unconsumed_tail
        packed = member.unused_data


def _whole_lines(key: str, text: bytes) -> bytes:
    """What is cut off at any byte, up to its last line end."""
    end = max(text.rfind(b"\n"), text.rfind(b"\r")) + 1
    if not end:
        raise UnreadableData(
            f"{key} has no line end in its first {HEAD_BYTES} bytes: it is not a table of rows."
        )
    return text[:end]


def _lines(key: str, encoded: bytes) -> list[str]:
    try:
        text = encoded.decode("utf-8").removeprefix(_BYTE_ORDER_MARK)
    except UnicodeDecodeError as err:
        raise UnreadableData(
            f"{key} is not text in UTF-8 ({err.reason}): convert it to libsvm or CSV."
        ) from err
    lines = [line for line in _LINE_END.split(text) if line.strip()][:_SAMPLE_LINES]
    if not lines:
        raise UnreadableData(f"{key} holds only blank lines: remove it or upload rows.")
    return lines


def _as_libsvm(key: str, lines: Sequence[str], compression: str) -> DataFormat | None:
    rows = [list(map(int, _LIBSVM_INDEX.findall(line))) for line in lines if _LIBSVM_LINE.fullmatch(line)]
    if 2 * len(rows) < len(lines):
        return None
    # A few such rows are malformed ones, which Spark rejects; more are a habit.
    if 10 * sum(0 in indices for indices in rows) > len(rows):
        raise UnreadableData(
            f"{key} numbers its libsvm features from 0, but the first one must be 1 "
            "(scikit-learn: dump_svmlight_file(..., zero_based=False))."
        )
    widths = [max(indices) for indices in rows]
    fitting = [width for width in widths if width <= MAX_FEATURES]
    few_too_wide = 10 * len(fitting) >= 9 * len(widths)
    return DataFormat("libsvm", compression, None, None, max(fitting if few_too_wide else widths))


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
