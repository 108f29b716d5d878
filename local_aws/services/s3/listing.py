"""Listings of a versioned bucket.

moto 5.2.5 keeps the common prefix of keys that were deleted: a job that moves its output leaves delete
markers behind, and Spark would find the folders again and read them. And it writes the keys of versions into
XML as they are, whatever encoding was asked for: one key with a control character would break every listing.
"""

from __future__ import annotations

import functools
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from moto.s3.models import FakeDeleteMarker, S3Backend
from moto.s3.responses import S3Response

from local_aws.core.patching import wrap

_NAMES = ("KeyMarker", "NextKeyMarker", "Prefix", "Delimiter")
_LISTS = (("Versions", "Key"), ("DeleteMarkers", "Key"), ("CommonPrefixes", "Prefix"))


@functools.cache
def apply() -> None:
    """List what is there. A second call does nothing."""
    wrap(S3Backend, "list_objects", _list_objects)
    wrap(S3Response, "list_object_versions", _list_object_versions)


def _list_objects(original: Any, self: Any, bucket: Any, *args: Any, **kwargs: Any) -> Any:
    # moto asks nothing but the keys of the bucket that it lists.
    live = {name: key for name, key in bucket.keys.items() if not isinstance(key, FakeDeleteMarker)}
    return original(self, SimpleNamespace(name=bucket.name, keys=live), *args, **kwargs)


def _list_object_versions(original: Any, self: Any) -> Any:
    serialized = self.serialized

    def serialized_encoded(answer: Any) -> Any:
        # A refusal, such as that of a missing bucket, comes this way too.
        if isinstance(answer.result, dict):
            _encode(answer.result)
        return serialized(answer)

    if self.querystring.get("encoding-type") == ["url"]:
        # moto makes one of these objects for each request.
        self.serialized = serialized_encoded
    return original(self)


def _encode(listing: dict[str, Any]) -> None:
    places = [(listing, name) for name in _NAMES]
    places += [(entry, name) for entries, name in _LISTS for entry in listing.get(entries, [])]
    for place, name in places:
        if place.get(name):
            place[name] = quote(place[name])
    listing["EncodingType"] = "url"
