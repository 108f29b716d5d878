"""Deployment packages and layers on disk: each content once, read-only as in Lambda."""

from __future__ import annotations

import base64
import hashlib
import io
import stat
import threading
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from local_aws.core.kept import FOLDER, Kept, remove
from local_aws.services.lambda_.configuration import Archive, Configuration
from local_aws.services.lambda_.environments.packages import package_folders
from local_aws.services.lambda_.interpreter import installed

LAYERS = FOLDER / "layers"
# Unzipping and compiling what is smaller takes less than looking after it.
_LARGE_BYTES = 2**20
_BYTECODE = "__pycache__"
_WRITE_BITS = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True)
class Roots:
    """Folders of a function: its package (/var/task in Lambda), its layers (/opt), and the layers' packages,
    which functions share whose other layers have none.
    """

    task: Path
    layers: Path
    packages: tuple[Path, ...]


class CodeStore:
    """Extracts archives under `folder`; what is extracted stays until `close`, large layers longer."""

    def __init__(self, folder: Path, kept: Path = LAYERS) -> None:
        self._folder = folder
        self._kept = kept
        self._lock = threading.Lock()
        self._with_packages: dict[str, bool] = {}

    def roots(self, configuration: Configuration) -> Roots:
        """Later layers lie over earlier ones."""
        with self._lock:
            task = self._extracted(self._folder / "task", [configuration.code])
            layers = self._layers(configuration.layers)
            shared = self._layers([layer for layer in configuration.layers if self._has_packages(layer)])
            links = self._folder / "packages" / shared.name
            packages = package_folders(shared, configuration.runtime, installed(), links)
            return Roots(task, layers, tuple(packages))

    def close(self) -> None:
        remove(self._folder)

    def _layers(self, layers: Sequence[Archive]) -> Path:
        large = sum(len(layer.content) for layer in layers) >= _LARGE_BYTES
        return self._extracted(self._kept if large else self._folder / "opt", layers)

    def _has_packages(self, layer: Archive) -> bool:
        if layer.sha256 not in self._with_packages:
            with zipfile.ZipFile(io.BytesIO(layer.content)) as archive:
                tops = {PurePosixPath(name).parts[:1] for name in archive.namelist()}
            self._with_packages[layer.sha256] = ("python",) in tops
        return self._with_packages[layer.sha256]

    def _extracted(self, folder: Path, archives: Sequence[Archive]) -> Path:
        digest = hashlib.sha256("\n".join(archive.sha256 for archive in archives).encode()).digest()
        kept = Kept(folder)
        target = kept.path(base64.urlsafe_b64encode(digest[:12]).decode())
        if not target.exists():
            kept.add(target, partial(_extract, archives))
        return target


def _extract(archives: Sequence[Archive], target: Path) -> None:
    target.mkdir()
    for archive in archives:
        _unzip(archive.content, target)
    # Python may keep what it compiles; Lambda's folders are read-only to the last.
    for folder in {path.parent for path in target.rglob("*.py")}:
        (folder / _BYTECODE).mkdir(exist_ok=True)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink() and path.name != _BYTECODE:
            path.chmod(path.stat().st_mode & ~_WRITE_BITS)


def _unzip(content: bytes, target: Path) -> None:
    """`ZipFile.extractall`, with the execute bits that it forgets."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.infolist():
            path = Path(archive.extract(member, target))
            mode = member.external_attr >> 16
            if not member.is_dir() and mode & stat.S_IXUSR:
                path.chmod(path.stat().st_mode | 0o111)
