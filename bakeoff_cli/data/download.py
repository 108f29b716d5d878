"""One file over HTTP, with a timeout and a report on the way."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from bakeoff_cli.data.files import replacing
from bakeoff_cli.errors import DownloadFailed

TIMEOUT_SECONDS = 30
MAX_BYTES = 1024**3
_CHUNK = 64 * 1024
OnBytes = Callable[[int, int | None], None]
"""Called with the bytes since the last call and, if it is known, the bytes in all."""


def download(url: str, target: Path, report: OnBytes) -> None:
    """Fetch `url` (http or https) into `target`.

    Raises DownloadFailed, also for more than 1 GiB; `target` is then untouched.
    """
    request = urllib.request.Request(url, headers={"User-Agent": "bakeoff"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as reply, replacing(target) as file:
            _copy(reply, file, report)
    except urllib.error.HTTPError as err:
        err.close()
        raise DownloadFailed(
            f"{url} could not be downloaded: the server answered {err.code} {err.reason}."
        ) from err
    except (
        urllib.error.URLError,
        http.client.HTTPException,
        TimeoutError,
        ConnectionError,
        ValueError,
    ) as err:
        reason = getattr(err, "reason", None) or err
        raise DownloadFailed(f"{url} could not be downloaded: {reason}.") from err


def _copy(reply: http.client.HTTPResponse, file: BinaryIO, report: OnBytes) -> None:
    length = reply.headers.get("Content-Length")
    expected = int(length) if length else None
    done = 0
    while chunk := reply.read(_CHUNK):
        file.write(chunk)
        done += len(chunk)
        if done > MAX_BYTES:
            raise ValueError(f"it is larger than {MAX_BYTES} bytes")
        report(len(chunk), expected)
    # read(n) raises no IncompleteRead for a connection that was closed half-way.
    if expected is not None and done != expected:
        raise http.client.IncompleteRead(b"", expected - done)
