"""What the domain needs from outside; adapters and test fakes provide it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class StoredObject:
    """One revision of an object: `bytes` is its size."""

    key: str
    version_id: str
    etag: str
    bytes: int


class RunStore(Protocol):
    """The data bucket. Every method raises AccessDenied or ServiceUnavailable when AWS refuses."""

    bucket: str

    def list_inputs(self) -> list[StoredObject]:
        """The newest revision of every object under Inputs/, ordered by key."""

    def overwritten(self, read: Mapping[str, str]) -> list[str]:
        """Those keys under Inputs/ that have a newer revision than the one of that version id.

        A deletion is no revision: whoever read the object had read it before.
        """

    def read_head(self, stored: StoredObject, size: int) -> bytes:
        """At most the first `size` bytes of exactly this revision."""

    def copy(self, stored: StoredObject, key: str) -> None:
        """Copy exactly this revision to another key, without reading it."""

    def write_text(self, key: str, text: str, content_type: str) -> None: ...

    def write_json(self, key: str, value: Any) -> None: ...

    def read_json(self, key: str) -> Any:
        """Raises FileNotFoundError when there is no such object."""

    def empty_objects(self, prefix: str) -> list[str]:
        """The keys under a prefix, in their order, of objects without content, as markers of folders are."""

    def read_lines(self, prefix: str) -> Iterator[str]:
        """The lines of all objects under a prefix, in the order of their keys, without line ends."""


class Endpoint(Protocol):
    """A live model."""

    def predict(self, rows: Sequence[str]) -> str:
        """The reply's body for CSV rows without label. Raises EndpointRefused, AccessDenied or
        ServiceUnavailable.
        """


class Notifier(Protocol):
    def publish(self, subject: str, message: str) -> None: ...
