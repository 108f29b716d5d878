"""Where a thing is: S3's buckets and keys as Hadoop's paths, and the WebHDFS requests that name them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

WEBHDFS = "/webhdfs/v1"
# Hadoop's WebHDFS client adds this port to an address without one, and an S3 address has none.
WEBHDFS_PORT = 9870


@dataclass(frozen=True)
class S3Path:
    """A bucket and a key without slashes around it; the empty key is the bucket itself."""

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

    @property
    def prefix(self) -> str:
        """What the keys under this path start with."""
        return f"{self.key}/" if self.key else ""

    @property
    def name(self) -> str:
        return self.key.rpartition("/")[2]

    @property
    def parent(self) -> S3Path:
        return S3Path(self.bucket, self.key.rpartition("/")[0])

    def child(self, name: str) -> S3Path:
        return S3Path(self.bucket, self.prefix + name)

    def lineage(self) -> Iterator[S3Path]:
        """This path and every folder above it, without the bucket itself."""
        place = self
        while place.key:
            yield place
            place = place.parent

    def is_under(self, folder: S3Path) -> bool:
        return self.bucket == folder.bucket and self.key.startswith(folder.prefix) and self != folder

    def moved(self, source: S3Path, destination: S3Path) -> S3Path:
        """Where this path, which is `source` or under it, lies once `source` has become `destination`."""
        return S3Path(destination.bucket, destination.key + self.key[len(source.key) :])


@dataclass(frozen=True)
class WebHdfsRequest:
    operation: str
    path: S3Path
    parameters: dict[str, str]

    def flag(self, name: str) -> bool:
        return self.parameters.get(name) == "true"


def parse_target(target: str) -> WebHdfsRequest:
    """The request in `http://BUCKET:9870/webhdfs/v1/KEY?op=...`; ValueError for any other address."""
    url = urlsplit(target)
    bucket, _, port = url.netloc.partition(":")
    parameters = dict(parse_qsl(url.query, keep_blank_values=True))
    if port != str(WEBHDFS_PORT) or not url.path.startswith(WEBHDFS) or "op" not in parameters:
        raise ValueError(
            f"{target} is not an S3 path, and the JVM of a local Spark job reaches the embedded AWS only."
        )
    key = unquote(url.path.removeprefix(WEBHDFS)).strip("/")
    return WebHdfsRequest(parameters["op"].upper(), S3Path(bucket, key), parameters)
