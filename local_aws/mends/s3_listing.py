"""Mends listings of a versioned bucket: moto 5.2.5 keeps the common prefix of keys that were deleted.

A job that moves its output leaves delete markers behind; Spark would find the folders again and read them.
"""

from __future__ import annotations

import functools
from types import SimpleNamespace
from typing import Any

from moto.s3.models import FakeDeleteMarker, S3Backend


@functools.cache
def apply() -> None:
    """List what is there. A second call does nothing."""
    original = S3Backend.list_objects

    def list_objects(self: Any, bucket: Any, *args: Any, **kwargs: Any) -> Any:
        # moto asks nothing but the keys of the bucket that it lists.
        live = {name: key for name, key in bucket.keys.items() if not isinstance(key, FakeDeleteMarker)}
        return original(self, SimpleNamespace(name=bucket.name, keys=live), *args, **kwargs)

    S3Backend.list_objects = list_objects
