"""S3 as a WebHDFS server, which is the one remote file system that the Hadoop inside pyspark can speak.

Hadoop's S3A needs jars that pyspark does not carry. Its WebHDFS client, told to handle `s3://` and `s3a://`,
asks for `http://BUCKET:9870/webhdfs/v1/KEY`. The bridge is the JVM's HTTP proxy, so it receives those
requests for every bucket, and turns each one into calls of S3 with the credentials of the job's role.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import shutil
import tempfile
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer
from typing import Any, cast

from local_aws.core.servers import IgnoresDroppedConnections
from local_aws.core.threads import ThreadGroup
from local_aws.services.sagemaker.containers.spark.webhdfs.bodies import receive_body
from local_aws.services.sagemaker.containers.spark.webhdfs.failures import JavaError, java_error
from local_aws.services.sagemaker.containers.spark.webhdfs.operations import Document, operation
from local_aws.services.sagemaker.containers.spark.webhdfs.paths import WebHdfsRequest, parse_target
from local_aws.services.sagemaker.containers.spark.webhdfs.tree import Tree

HOST = "127.0.0.1"
_IN_MEMORY = 8 * 1024**2  # of an upload; a larger one goes through the disk
_PIECE = 256 * 1024
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_CONTENT = "content"  # marks the second step, which carries a file's content
_log = logging.getLogger(__name__)


class S3Bridge:
    """A WebHDFS server on 127.0.0.1 over the S3 of `client` (boto3), from creation until `close`.

    Its threads are among `threads`.
    """

    def __init__(self, client: Any, threads: ThreadGroup) -> None:
        self._server = _Server(Tree(client), threads)
        self.port: int = self._server.server_address[1]
        self._thread = threads.start(self._server.serve_forever, 0.05, name="s3-bridge")

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(IgnoresDroppedConnections, TCPServer):
    request_queue_size = 128

    def __init__(self, tree: Tree, threads: ThreadGroup) -> None:
        super().__init__((HOST, 0), _Handler)
        self.tree, self.threads = tree, threads


def _escaped(byte: re.Match[bytes]) -> bytes:
    return b"%%%02X" % byte[0][0]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body are two packets, and Nagle's algorithm would hold the second one back for 40 ms.
    disable_nagle_algorithm = True

    def parse_request(self) -> bool:
        # Java sends UTF-8 unescaped, and http.server splits the line at what is a space in Latin-1.
        self.raw_requestline: bytes = _NOT_ASCII.sub(_escaped, self.raw_requestline)
        self._replied = False
        return super().parse_request()

    def answer(self) -> None:
        request = None
        try:
            request = parse_target(self.path)
            self._perform(request)
        except ConnectionError:
            self.close_connection = True  # the client went away: nobody is left to be told
        except Exception as error:
            # The boundary between two languages: whatever fails here has to fail over there.
            self._fail(java_error(error, request.path if request else None))

    do_GET = do_PUT = do_POST = do_DELETE = answer

    def _perform(self, request: WebHdfsRequest) -> None:
        if (self.command, request.operation) == ("GET", "OPEN"):
            self._open(request)
        elif (self.command, request.operation) == ("PUT", "CREATE"):
            self._create(request)
        else:
            document = operation(self.command, request.operation)(self._tree, request)
            self._reply(HTTPStatus.OK, document)

    def _open(self, request: WebHdfsRequest) -> None:
        """In two steps: the client asks once where the file is, then there for each part that it reads."""
        if not request.flag(_CONTENT):
            self._tree.check_readable(request.path)
            return self._reply(HTTPStatus.TEMPORARY_REDIRECT, None, f"{self.path}&{_CONTENT}=true")
        length = request.parameters.get("length")
        offset = int(request.parameters.get("offset", 0))
        content, size = self._tree.read(request.path, offset, int(length) if length else None)
        self._head(HTTPStatus.OK, size, "application/octet-stream")
        with contextlib.closing(content):
            shutil.copyfileobj(content, self.wfile, _PIECE)

    def _create(self, request: WebHdfsRequest) -> None:
        """In two steps, because Java's HTTP client would send the content before it hears of a refusal."""
        if not request.flag(_CONTENT):
            self._tree.check_writable(request.path, request.flag("overwrite"))
            return self._reply(HTTPStatus.TEMPORARY_REDIRECT, None, f"{self.path}&{_CONTENT}=true")
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as content:
            receive_body(self.headers, self.rfile, content)
            content.seek(0)
            self._tree.write(request.path, content)
        self._reply(HTTPStatus.CREATED, None, self.path)

    def _fail(self, error: JavaError) -> None:
        _log.info("%s %s: %s", self.command, self.path, error.message)
        # A body may be unread, or the reply half sent: no other request can follow on this connection.
        self.close_connection = True
        if not self._replied:
            self._reply(error.status, error.document())

    def _reply(self, status: HTTPStatus, document: Document, location: str | None = None) -> None:
        content = json.dumps(document).encode() if document else b""
        self._head(status, len(content), "application/json", location)
        self.wfile.write(content)

    def _head(self, status: HTTPStatus, size: int, content_type: str, location: str | None = None) -> None:
        self._replied = True
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(size))
        if location:
            self.send_header("Location", location)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        _log.debug(format, *args)

    @property
    def _tree(self) -> Tree:
        return cast(_Server, self.server).tree
