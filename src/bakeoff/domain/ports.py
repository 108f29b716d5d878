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


class ObjectReader(Protocol):
    """Objects by their keys, in the data bucket or in a saved run's folder.

    Every method raises AccessDenied or ServiceUnavailable when AWS refuses.
    """

    @property
    def bucket(self) -> str: ...

    def read_json(self, key: str) -> Any:
        """Raises FileNotFoundError when there is no such object."""

    def read_lines(self, prefix: str) -> Iterator[str]:
        """The lines of all objects under a prefix, in the order of their keys, without line ends."""

    def sizes(self, prefix: str) -> dict[str, int]:
        """The sizes in bytes of all objects under a prefix, by their keys, in their order; markers of folders
        are objects, too, and empty.
        """


class Objects(ObjectReader, Protocol):
    """Objects of the data bucket, read and written."""

    def write_text(self, key: str, text: str, content_type: str) -> None: ...

    def write_texts(self, texts: Mapping[str, str], content_type: str) -> None:
        """Several, by their keys, in any order or at once; after an error some of them may be there."""

    def write_bytes(self, key: str, body: bytes, content_type: str) -> None: ...

    def write_json(self, key: str, value: Any) -> None: ...


class Inputs(Protocol):
    """The uploads, under Inputs/ of the data bucket. Refusals of AWS as for `ObjectReader`."""

    @property
    def bucket(self) -> str: ...

    def list_inputs(self) -> list[StoredObject]:
        """The newest revision of every object under Inputs/, ordered by key."""

    def overwritten(self, read: Mapping[str, str]) -> list[str]:
        """Those keys under Inputs/ that have a newer revision than the one of that version id.

        A deletion is no revision: whoever read the object had read it before.
        """

    def read_head(self, stored: StoredObject, size: int) -> bytes:
        """At most the first `size` bytes of exactly this revision."""

    def read_tail(self, stored: StoredObject, size: int) -> bytes:
        """At most the last `size` bytes of exactly this revision."""

    def copy(self, stored: StoredObject, key: str) -> None:
        """Copy exactly this revision to another key, without reading it."""


class RunStore(Inputs, Objects, Protocol):
    """The data bucket."""


class Endpoint(Protocol):
    """A live model."""

    def predict(self, rows: Sequence[str]) -> str:
        """The reply's body for CSV rows without label. Raises EndpointRefused, AccessDenied or
        ServiceUnavailable.
        """


class Production(Protocol):
    """The endpoint that runs change only by a promotion."""

    @property
    def endpoint(self) -> str: ...

    def configuration(self) -> str | None:
        """The name of the configuration that the endpoint serves with, None where there is no endpoint.
        Raises AccessDenied or ServiceUnavailable.
        """


class Notifier(Protocol):
    def publish(self, subject: str, message: str) -> None: ...
