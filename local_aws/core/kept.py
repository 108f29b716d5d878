"""What outlives one embedded AWS, because making it takes long: files and folders, named by their content."""

from __future__ import annotations

import os
import shutil
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

# Beside what the project runs on: `make clean` takes both away.
FOLDER = Path(sys.prefix) / "artifacts"
_UNUSED_SECONDS = 30 * 86_400


class Kept:
    """What is in `folder` is complete; several processes may add to it at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, name: str) -> Path:
        """Where an entry is or will be; one that exists is in use from now on."""
        target = self._folder / name
        with suppress(FileNotFoundError):
            os.utime(target)
        return target

    def add(self, target: Path, make: Callable[[Path], None]) -> None:
        """Have `make` fill another path first, so that an entry which exists is complete."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._forget_unused()
        partial = self._folder / f"{uuid.uuid4().hex}.partial"
        try:
            make(partial)
            try:
                partial.rename(target)
            except OSError:
                # Another process may have been quicker; the content is the same.
                if not target.exists():
                    raise
        finally:
            remove(partial)

    def _forget_unused(self) -> None:
        for entry in self._folder.iterdir():
            with suppress(FileNotFoundError):
                if time.time() - entry.stat().st_mtime > _UNUSED_SECONDS:
                    remove(entry)


def remove(path: Path) -> None:
    """Remove a file, or a folder of which parts are read-only; one that does not exist is fine."""
    if path.is_dir() and not path.is_symlink():
        for folder in (path, *path.rglob("*/")):
            if not folder.is_symlink():
                folder.chmod(0o755)
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
