"""What the embedded AWS's own HTTP servers share."""

from __future__ import annotations

import sys
from socketserver import BaseServer
from typing import Any

from local_aws.core.threads import ThreadGroup


class IgnoresDroppedConnections(BaseServer):
    """A server that logs no client's disconnect; each connection has one of `threads`."""

    threads: ThreadGroup

    def process_request(self, request: Any, client_address: Any) -> None:
        self.threads.start(self._serve, request, client_address, name=f"connection of {client_address}")

    def _serve(self, request: Any, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        except Exception:
            # The boundary of a connection's thread, as in socketserver.ThreadingMixIn.
            self.handle_error(request, client_address)
        finally:
            self.shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A killed process drops its connection; whoever watches the process reports that.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)
