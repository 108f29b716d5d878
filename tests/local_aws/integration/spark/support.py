"""Hadoop's WebHDFS client in a few lines of Python."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from tests.patience import PATIENCE_SECONDS


@dataclass(frozen=True)
class Reply:
    status: int
    content: bytes
    location: str | None

    @property
    def document(self) -> Any:
        return json.loads(self.content)

    @property
    def exception(self) -> tuple[int, str, str]:
        """HTTP status, Java class and message of a failure."""
        error = self.document["RemoteException"]
        return self.status, error["exception"], error["message"]


@dataclass(frozen=True)
class WebHdfs:
    """Requests as the JVM sends them: to the bridge as a proxy, for the bucket as a host."""

    port: int
    bucket: str

    def ask(self, method: str, operation: str, key: str, **parameters: object) -> Reply:
        query = urlencode({"op": operation, "user.name": "me", **parameters})
        return self.send(method, f"http://{self.bucket}:9870/webhdfs/v1/{quote(key)}?{query}")

    def send(self, method: str, target: str, body: Any = None) -> Reply:
        """An iterable `body` goes out in chunks, as Hadoop sends a file."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, target, body=body)
            response = connection.getresponse()
            return Reply(response.status, response.read(), response.getheader("Location"))
        finally:
            connection.close()

    def write(self, key: str, content: bytes, **parameters: object) -> Reply:
        first = self.ask("PUT", "CREATE", key, **{"overwrite": "true", **parameters})
        return self.send("PUT", first.location, iter([content])) if first.location else first

    def read(self, key: str, **parameters: object) -> Reply:
        first = self.ask("GET", "OPEN", key, **parameters)
        return self.send("GET", first.location) if first.location else first

    def kind(self, key: str) -> str | None:
        """FILE, DIRECTORY, or None for what does not exist."""
        reply = self.ask("GET", "GETFILESTATUS", key)
        return reply.document["FileStatus"]["type"] if reply.status == 200 else None

    def names(self, key: str) -> list[str]:
        statuses = self.ask("GET", "LISTSTATUS", key).document["FileStatuses"]["FileStatus"]
        return [status["pathSuffix"] + ("/" if status["type"] == "DIRECTORY" else "") for status in statuses]

    def rename(self, source: str, destination: str) -> Reply:
        return self.ask("PUT", "RENAME", source, destination=f"/{destination}")
