"""Bodies of HTTP requests, which Python's http.server leaves to its user."""

from __future__ import annotations

from email.message import Message
from io import BufferedIOBase
from typing import IO

_PIECE = 256 * 1024


def receive_body(headers: Message, source: BufferedIOBase, target: IO[bytes]) -> None:
    """Copy the body of a request into `target`; ConnectionError when the sender stops before its end."""
    if headers.get("Transfer-Encoding", "").lower() == "chunked":
        _receive_chunks(source, target)
    else:
        _copy(source, target, int(headers.get("Content-Length", 0)))


def _receive_chunks(source: BufferedIOBase, target: IO[bytes]) -> None:
    while size := _chunk_size(source.readline()):
        _copy(source, target, size)
        source.readline()
    while source.readline().strip():
        pass  # trailers: Hadoop sends none, and none would mean anything here


def _chunk_size(line: bytes) -> int:
    if not line.endswith(b"\n"):
        raise ConnectionAbortedError("the request ended in the middle of its body")
    return int(line.partition(b";")[0], 16)


def _copy(source: BufferedIOBase, target: IO[bytes], size: int) -> None:
    while size:
        piece = source.read(min(size, _PIECE))
        if not piece:
            raise ConnectionAbortedError("the request ended in the middle of its body")
        target.write(piece)
        size -= len(piece)
