"""The text of an object's first bytes, unpacked and decoded, or why there is none."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from bakeoff.domain.errors import NotATable, UnreadableData
from bakeoff.domain.intake.foreign import no_table
from bakeoff.domain.reading.containers import container_of

HEAD_BYTES = 256 * 1024
# For objects of which HEAD_BYTES hold too few lines; 10,000 features with long names need some.
LARGE_HEAD_BYTES = 8 * 1024**2
# Of an unpacked head: real data compress about 5:1, a decompression bomb 1000:1.
MAX_HEAD_TEXT_BYTES = 50 * 1024**2
_GZIP_MAGIC = b"\x1f\x8b"
# Of single bytes; ASCII has less than a fiftieth, UTF-16 of Western text half.
_NUL_SHARE = 0.2
_CONTROLS = (*range(9), *range(14, 32))
_UTF_MARKS = (
    (b"\xff\xfe\0\0", "UTF-32"),
    (b"\0\0\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


@dataclass(frozen=True)
class HeadText:
    """Whole lines only, with the byte order mark if there is one; `is_all` when nothing follows them."""

    text: str
    compression: str
    is_all: bool


def read_text(key: str, head: bytes, size: int | None = None, limit: int = HEAD_BYTES) -> HeadText:
    """`size` is the object's; without it, a head of fewer than HEAD_BYTES is all of it. Of a packed head, at
    most `limit` bytes of text count, or as many as it has itself.

    Raises NotATable for an image or the like, and UnreadableData for data that cannot be read.
    """
    whole = len(head) < HEAD_BYTES if size is None else len(head) >= size
    compression = "gzip" if head.startswith(_GZIP_MAGIC) else "none"
    text, is_all = (
        _gunzip(key, head, max(len(head), limit), whole) if compression == "gzip" else (head, whole)
    )
    _refuse_what_is_no_text(key, text, compression)
    return HeadText(_decoded(key, text if is_all else _whole_lines(key, text)), compression, is_all)


def _refuse_what_is_no_text(key: str, content: bytes, compression: str) -> None:
    found = container_of(content)
    if found:
        packed = " packed with gzip" if compression == "gzip" else ""
        raise UnreadableData(f"{key} {found[0]}{packed}: {found[1]}.")
    foreign = no_table(content)
    if foreign:
        raise NotATable(f"{key} is {foreign}, no table: remove it.")
    encoding = _wide_encoding(content)
    if encoding:
        raise UnreadableData(
            f"{key} is text in {encoding}, and only UTF-8 is read: convert it "
            f"(iconv -f {encoding} -t UTF-8, or save it as CSV UTF-8)."
        )


def _wide_encoding(content: bytes) -> str | None:
    for mark, encoding in _UTF_MARKS:
        if content.startswith(mark):
            return encoding
    sample = content[:4096]
    for offset, encoding in ((1, "UTF-16LE"), (0, "UTF-16BE")):
        zeros, others = sample[offset::2].count(0), sample[1 - offset :: 2].count(0)
        if zeros > 2 * _NUL_SHARE * len(sample) and not others:
            return encoding
    return None


def _gunzip(key: str, head: bytes, limit: int, whole_object: bool) -> tuple[bytes, bool]:
    """At most `limit` bytes of the text, and whether that is all of it; a file may have several members."""
    text, size, ended = bytearray(), 0, False
    try:
        for piece, is_end in _members(head):
            text += piece[: limit - len(text)]
            size, ended = size + len(piece), is_end
            if size > MAX_HEAD_TEXT_BYTES:
                raise UnreadableData(
                    f"The first {len(head)} bytes of {key} unpack to more than {MAX_HEAD_TEXT_BYTES}, as "
                    "those of a decompression bomb do: upload it unpacked if it holds rows."
                )
    except zlib.error as err:
        raise UnreadableData(
            f"{key} begins like gzip but cannot be decompressed ({err}): upload it again."
        ) from err
    if whole_object and not ended:
        raise UnreadableData(f"{key} begins like gzip but ends in the middle: upload it again.")
    return bytes(text), whole_object and ended and size <= limit


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
            f"{key} has no line end in its first {len(text)} bytes: it is not a table of rows."
        )
    return text[:end]


def _decoded(key: str, encoded: bytes) -> str:
    try:
        return encoded.decode("utf-8")
    except UnicodeDecodeError as err:
        sample = encoded[:65_536]
        controls = sum(sample.count(code) for code in _CONTROLS)
        # No encoding of text has many control characters.
        if 50 * controls > len(sample):
            raise NotATable(f"{key} is no text: remove it, or export its table as CSV.") from err
        # Some bytes above ASCII without any control character are most likely Windows-1252.
        is_western = not controls and sum(byte > 127 for byte in sample) < len(sample) / 4
        guess = " (iconv -f WINDOWS-1252 -t UTF-8)" if is_western else ""
        line = encoded.count(b"\n", 0, err.start) + 1
        raise UnreadableData(
            f"{key} is not text in UTF-8 (line {line}: {err.reason}): save it as CSV in UTF-8 if it is a "
            f"table{guess}."
        ) from err
