"""Whether a person named a file or an address, without mangling either."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Callable
from pathlib import Path

from bakeoff_cli.data.files import readable_file
from bakeoff_cli.errors import BadInput

Fetch = Callable[[str, Path], None]
"""Downloads an address into a file."""

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def is_address(text: str) -> bool:
    return bool(_ADDRESS.match(text))


def path_of(text: str) -> Path:
    """The path that `text` is. Raises BadInput for an address, of which a path would lose a slash."""
    if is_address(text):
        raise BadInput(f"{text} is an address, but this takes what lies on this machine: download it first.")
    return Path(text)


def local_copy(source: str, folder: Path, fetch: Fetch, name: str | None = None) -> Path:
    """The file that `source` names; one of an http(s) address is fetched into `folder` first.

    It is called `name` there, or as the address calls it. Raises BadInput or DownloadFailed.
    """
    if not is_address(source):
        return readable_file(Path(source))
    if not source.lower().startswith(("http://", "https://")):
        raise BadInput(f"{source} is neither a file nor an http(s) address.")
    target = folder / (name or file_name_of(source))
    fetch(source, target)
    return readable_file(target)


def file_name_of(address: str) -> str:
    """The last part of the address's path, made safe to be a file's name."""
    last = urllib.parse.unquote(urllib.parse.urlsplit(address).path).rstrip("/").rsplit("/", 1)[-1]
    return re.sub(r"[^\w.-]+", "-", last).lstrip(".-")[-100:] or "data"
