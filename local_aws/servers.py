"""What the embedded AWS's own HTTP servers share."""

from __future__ import annotations

import sys
from socketserver import BaseServer
from typing import Any


class ServesMortals(BaseServer):
    """A server whose clients are processes that may be killed."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A killed process drops its connection; whoever watches the process reports that.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)
