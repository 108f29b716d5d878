"""Deployment packages and layers on disk: each content once, read-only as in Lambda."""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import stat
import threading
import zipfile
from collections.abc import Sequence
from pathlib import Path

from local_aws.lambda_runtime.configuration import Archive

_WRITE_BITS = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class CodeStore:
    """Extracts archives under `folder`; what is extracted stays until `close`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def task_root(self, code: Archive) -> Path:
        """The folder of a deployment package (/var/task in Lambda)."""
        return self._extracted("task", [code])

    def layer_root(self, layers: Sequence[Archive]) -> Path:
        """One folder with all layers, later ones over earlier ones (/opt in Lambda)."""
        return self._extracted("opt", layers)

    def close(self) -> None:
        if self._folder.exists():
            _set_write_bits(self._folder, on=True)
            shutil.rmtree(self._folder)

    def _extracted(self, kind: str, archives: Sequence[Archive]) -> Path:
        digest = hashlib.sha256("\n".join(archive.sha256 for archive in archives).encode()).digest()
        target = self._folder / kind / base64.urlsafe_b64encode(digest[:12]).decode()
        with self._lock:
            if not target.exists():
                _extract(archives, target)
        return target


def _extract(archives: Sequence[Archive], target: Path) -> None:
    # Renaming last means that a folder which exists is complete, whatever interrupted an earlier attempt.
    partial = target.with_name(target.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for archive in archives:
        _unzip(archive.content, partial)
    _set_write_bits(partial, on=False)
    partial.rename(target)


def _unzip(content: bytes, target: Path) -> None:
    """`ZipFile.extractall`, with the execute bits that it forgets."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            path = Path(archive.extract(member, target))
            mode = member.external_attr >> 16
            if not member.is_dir() and mode & stat.S_IXUSR:
                path.chmod(path.stat().st_mode | 0o111)


def _set_write_bits(folder: Path, *, on: bool) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | stat.S_IWUSR if on else mode & ~_WRITE_BITS)
