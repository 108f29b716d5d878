"""What a function's process writes: plain lines of its own, and framed entries of the runtime client.

The client frames each log record, so that one of several lines stays one entry: 4 bytes of type (a5 5a 00,
then level and format), 4 of length, 8 of time, the text. Text alone does not look like that: it has no NUL.
Source: `FramedTelemetryLogSink` in awslambdaric/bootstrap.py
"""

from __future__ import annotations

import re

_HEADER = re.compile(rb"\xa5\x5a\x00[\x02-\x1b](....).{8}", re.DOTALL)


def entries(content: bytes) -> list[str]:
    """The log entries in the order in which they were written, without empty ones."""
    found: list[str] = []
    position = 0
    while header := _HEADER.search(content, position):
        found += _lines(content[position : header.start()])
        position = header.end() + int.from_bytes(header[1], "big")
        found.append(_text(content[header.end() : position]).rstrip("\n"))
    return [entry for entry in found + _lines(content[position:]) if entry]


def _lines(content: bytes) -> list[str]:
    return _text(content).split("\n")


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")
