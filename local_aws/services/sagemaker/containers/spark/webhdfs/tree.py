"""Hadoop's file system contract over S3, with the choices that Hadoop's own S3A file system makes.

S3A writes an object for an empty folder; here empty folders are only remembered, so that a job leaves nothing
but what it wrote. The contract: "The Hadoop FileSystem API Definition", Hadoop 3.3.4.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import IO, Any

from local_aws.services.sagemaker.containers.spark.webhdfs.objects import Entry, Objects
from local_aws.services.sagemaker.containers.spark.webhdfs.paths import S3Path


class NotEmptyError(OSError):
    """A folder that is to be deleted alone, but holds something."""


class Tree:
    """The objects that `client` (boto3, S3) may see, as files and folders.

    Raises FileNotFoundError, FileExistsError, NotEmptyError, PermissionError or botocore's ClientError.
    """

    def __init__(self, client: Any) -> None:
        self._objects = Objects(client)
        self._folders: set[S3Path] = set()
        self._lock = threading.Lock()

    def status(self, path: S3Path) -> Entry:
        if path in self._folders:
            return Entry(path, is_folder=True)
        file = self._objects.find(path) if path.key else None
        # The call also tells whether the bucket exists, so it is made for the bucket itself, too.
        if not file and not self._objects.any_under(path) and path.key:
            raise FileNotFoundError(f"{path} does not exist")
        return file or Entry(path, is_folder=True)

    def listing(self, path: S3Path) -> list[Entry]:
        """The children of a folder by name, or the file itself."""
        with self._lock:
            remembered = [Entry(folder, is_folder=True) for folder in self._folders if folder.parent == path]
        found = {entry.path: entry for entry in (*remembered, *self._objects.children(path))}
        if not found and not (itself := self.status(path)).is_folder:
            return [itself]
        return sorted(found.values(), key=lambda entry: entry.path.name)

    def check_readable(self, path: S3Path) -> None:
        if self.status(path).is_folder:
            raise FileNotFoundError(f"{path} is a directory")

    def read(self, path: S3Path, offset: int, length: int | None) -> tuple[IO[bytes], int]:
        return self._objects.read(path, offset, length)

    def check_writable(self, path: S3Path, overwrite: bool) -> None:
        try:
            existing = self.status(path)
        except FileNotFoundError:
            return
        if existing.is_folder or not overwrite:
            raise FileExistsError(f"{path} already exists{' as a directory' if existing.is_folder else ''}")

    def write(self, path: S3Path, content: IO[bytes]) -> None:
        self._objects.write(path, content)

    def make_folders(self, path: S3Path) -> None:
        for place in path.lineage():
            # Above a folder that exists there is no file, and a role may have no right to look there.
            if place in self._folders or self._objects.any_under(place):
                break
            if self._objects.find(place):
                raise FileExistsError(f"{path} cannot be a directory: {place} is a file")
        self._remember(path)

    def delete(self, path: S3Path, recursive: bool) -> bool:
        """Whether there was anything to delete."""
        try:
            found = self.status(path)
        except FileNotFoundError:
            return False
        if not path.key:
            raise PermissionError(f"{path} is a bucket, and a file system does not delete buckets")
        if found.is_folder and not recursive and self.listing(path):
            raise NotEmptyError(f"{path} is not empty")
        self._objects.delete(path.bucket, (file.path.key for file in self._files(found)))
        self._forget(path)
        return True

    def rename(self, source: S3Path, destination: S3Path) -> bool:
        """Copy, then delete, because S3 has no rename; False where the contract forbids the move."""
        moving = self.status(source)
        target = self._target(moving, destination)
        if target is None:
            return False
        files = list(self._files(moving))
        for file in files:
            self._objects.copy(file, file.path.moved(source, target))
        self._objects.delete(source.bucket, (file.path.key for file in files))
        self._move_folders(source, target)
        return True

    def _target(self, moving: Entry, destination: S3Path) -> S3Path | None:
        """The path that `moving` gets: `destination`, or a place inside of it; None for a forbidden move."""
        if destination == moving.path or destination.is_under(moving.path):
            return None
        try:
            existing = self.status(destination)
        except FileNotFoundError:
            return destination
        if not existing.is_folder:
            raise FileExistsError(f"{destination} already exists, so {moving.path} cannot be renamed to it")
        if not moving.is_folder:
            return destination.child(moving.path.name)
        return None if self.listing(destination) else destination

    def _files(self, entry: Entry) -> Iterator[Entry]:
        return self._objects.all_under(entry.path) if entry.is_folder else iter([entry])

    def _remember(self, path: S3Path) -> None:
        with self._lock:
            self._folders.update(path.lineage())

    def _forget(self, path: S3Path) -> None:
        """What lay at `path` is gone; the folder that it lay in stays, even when it is empty now."""
        with self._lock:
            self._folders = {place for place in self._folders if place != path and not place.is_under(path)}
            self._folders.update(path.parent.lineage())

    def _move_folders(self, source: S3Path, target: S3Path) -> None:
        with self._lock:
            inside = {place for place in self._folders if place == source or place.is_under(source)}
            self._folders.update(place.moved(source, target) for place in inside)
        self._forget(source)
        self._remember(target.parent)
