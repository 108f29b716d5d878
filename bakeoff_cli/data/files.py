"""Files and folders that a person names: checked before anything starts, replaced only when complete."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import BinaryIO, cast

from bakeoff_cli.errors import BadInput, disk_sentence

# The original sample's names: libsvm lines in spite of the suffix.
HALVES = ("dataset1.csv", "dataset2.csv")
_GZIP_MAGIC = b"\x1f\x8b"
_PIECE_BYTES = 1024 * 1024


def readable_file(path: Path) -> Path:
    """`path` itself. Raises BadInput when it is missing, empty, no plain file or unreadable."""
    if not path.exists():
        raise BadInput(f"There is no file {path}.")
    if not path.is_file():
        raise BadInput(f"{path} is not a file.")
    if path.stat().st_size == 0:
        raise BadInput(f"{path} is empty.")
    try:
        path.open("rb").close()
    except OSError as err:
        raise BadInput(f"{path} cannot be read: {disk_sentence(err)}") from err
    return path


def writable_folder(path: Path) -> Path:
    """`path`, made if it does not exist. Raises BadInput when nothing can be written there."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=path).close()
    except OSError as err:
        raise BadInput(f"The folder {path} cannot be written to: {err.strerror}.") from err
    return path


def writable_file(path: Path, what: str) -> Path:
    """`path`, for `what` a command makes. Raises BadInput for a folder, and where nothing can be written."""
    if path.is_dir():
        raise BadInput(f"{path} is a folder: name a file for {what}.")
    writable_folder(path.parent)
    return path


@contextmanager
def replacing(target: Path) -> Iterator[BinaryIO]:
    """A file that takes `target`'s place once it is whole; on any error `target` stays as it was."""
    with tempfile.NamedTemporaryFile(
        dir=target.parent, prefix=f".{target.name}.", delete=False
    ) as unfinished:
        try:
            yield cast(BinaryIO, unfinished)
        except BaseException:
            unfinished.close()
            Path(unfinished.name).unlink()
            raise
    # A temporary file is private to its owner; a result is an ordinary file.
    Path(unfinished.name).chmod(0o644)
    Path(unfinished.name).replace(target)


def halve(source: Path, first: Path, second: Path, header: str | None = None) -> tuple[int, int]:
    """Put the first half of `source`'s lines into `first`, the others into `second`; returns both counts.

    The two parts joined are `source` again (unpacked, if it is a gzip file); the middle line of an odd number
    goes to the second. A `header` is set before the second part, too, and not counted there. Raises BadInput
    when there are fewer than two lines.
    """
    try:
        return _halve(source, first, second, header)
    except (gzip.BadGzipFile, zlib.error, EOFError) as err:
        raise BadInput(f"{source} is a damaged gzip file: {err}.") from err


def _halve(source: Path, first: Path, second: Path, header: str | None) -> tuple[int, int]:
    with unpacked(source) as content:
        total = _count(content, source, shutil.disk_usage(first.parent).free)
        if total < 2:
            raise BadInput(f"{source} has {total} line: there is nothing to halve.")
        content.seek(0)
        _write(first, _lines(content, total // 2))
        repeated = [f"{header}\n".encode()] if header else []
        _write(second, chain(repeated, _pieces(content)))
    return total // 2, total - total // 2


def _count(content: BinaryIO, source: Path, free: int) -> int:
    """The number of lines. Raises BadInput when they would not fit on a disk with `free` bytes."""
    lines, size, piece = 0, 0, b"\n"
    for piece in _pieces(content):
        lines, size = lines + piece.endswith(b"\n"), size + len(piece)
        if size > free:
            raise BadInput(
                f"{source} holds more than the {free // 1024**2} MiB that are free for its halves."
            )
    return lines + (not piece.endswith(b"\n"))


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    """Lines, the longest in several pieces: a file need not have any, and a packed one may unpack to much."""
    return iter(lambda: content.readline(_PIECE_BYTES), b"")


def _lines(content: BinaryIO, count: int) -> Iterator[bytes]:
    """The pieces of the next `count` lines."""
    while count:
        piece = content.readline(_PIECE_BYTES)
        count -= piece.endswith(b"\n")
        yield piece


def unpacked(path: Path) -> BinaryIO:
    """The bytes of a file, or of what a gzip file holds."""
    with path.open("rb") as file:
        packed = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
    return cast(BinaryIO, gzip.open(path)) if packed else path.open("rb")


def _write(target: Path, lines: Iterable[bytes]) -> None:
    with replacing(target) as file:
        file.writelines(lines)
