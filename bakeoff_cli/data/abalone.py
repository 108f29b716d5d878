"""The Abalone data: where they are published, what they must be, and where a copy is kept."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from bakeoff_cli.data.download import OnBytes, download
from bakeoff_cli.data.files import replacing
from bakeoff_cli.data.source import Fetch, local_copy
from bakeoff_cli.errors import NotPublished


@dataclass(frozen=True)
class PublishedFile:
    """A file whose content never changes; `sha256` is that of its bytes."""

    name: str
    url: str
    size: int
    sha256: str


# Nash et al. 1994, UCI Machine Learning Repository, CC BY 4.0, in the libsvm form that LIBSVM publishes.
ABALONE = PublishedFile(
    name="abalone.libsvm",
    url="https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/regression/abalone",
    size=258_705,
    sha256="b4b37cab1676dc8a782a9bbbcb620ec3b48b3f651ecfaba24ff53a55ec357523",
)


@dataclass(frozen=True)
class DatasetCache:
    """A published file, downloaded once: `folder` outlives the command, `scratch` does not."""

    folder: Path
    scratch: Path
    fetch: Fetch
    note: Callable[[str], None]
    published: PublishedFile = ABALONE

    def obtain(self, source: str | None = None, verify: bool = True) -> Path:
        """The file of `source`: a path, an http(s) address, or None for the cached or published one.

        Raises BadInput, DownloadFailed, or NotPublished when `verify` finds other bytes than the published.
        """
        cached = self.folder / self.published.name
        if source is None and cached.is_file() and digest(cached) == self.published.sha256:
            self.note(f"Using the copy in {self.folder}.")
            return cached
        path = local_copy(source or self.published.url, self.scratch, self.fetch, self.published.name)
        if verify:
            require_published(path, source or self.published.url, self.published)
        if verify and source is None:
            self._remember(path, cached)
        return path

    def _remember(self, path: Path, cached: Path) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with replacing(cached) as copy, path.open("rb") as original:
                shutil.copyfileobj(original, copy)
        except OSError as err:
            # An unwritable cache costs the next download, not this one.
            self.note(f"The download is not kept for the next time: {err}.")


def users_cache(
    scratch: Path, transfer: Callable[[str], AbstractContextManager[OnBytes]], note: Callable[[str], None]
) -> DatasetCache:
    """The user's cache, with `scratch` for what is not kept; `transfer` shows a download of that label."""

    def fetch(url: str, target: Path) -> None:
        # Only the last part of the address: the bar needs the rest of the line.
        with transfer(f"Downloading {url.rstrip('/').rsplit('/', 1)[-1]}") as report:
            download(url, target, report)

    return DatasetCache(platformdirs.user_cache_path("bakeoff"), scratch, fetch, note, ABALONE)


def require_published(path: Path, source: str, published: PublishedFile) -> None:
    """Raise NotPublished when the bytes of `path`, which came from `source`, are not the published ones."""
    actual, size = digest(path), path.stat().st_size
    if actual != published.sha256:
        raise NotPublished(
            f"{source} is not the published {published.name}: {size} bytes with sha256 {actual} "
            f"instead of {published.size} with {published.sha256}; to take it all the same, use --no-verify."
        )


def digest(path: Path) -> str:
    """The sha256 of the bytes of `path`, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
