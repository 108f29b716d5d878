"""The server behind the embedded AWS's one address.

moto 5.2.5's leaves its socket open when it stops, its threads belong to nobody, and for each request it reads
its own folder to find the service of a host.
"""

from __future__ import annotations

import functools
import threading
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.server import ThreadedMotoServer

from local_aws.core.instance import Instance
from local_aws.core.patching import replace

_HOSTS = 256


class Server(ThreadedMotoServer):  # type: ignore[misc]
    """moto's server, which leaves nothing behind."""

    def give_threads_to(self, instance: Instance) -> None:
        """Have each connection's thread end with `instance`, once the client hangs up."""
        serve = self._server.process_request_thread

        def belonging(request: Any, client_address: Any) -> None:
            instance.threads.adopt(threading.current_thread())
            serve(request, client_address)

        instance.threads.adopt(self._thread)
        self._server.process_request_thread = belonging

    def stop(self) -> None:
        super().stop()
        self._server.server_close()


@functools.cache
def apply() -> None:
    """Have moto find the service of a host once. A second call does nothing."""
    find = functools.lru_cache(_HOSTS)(DomainDispatcherApplication.get_backend_for_host)
    replace(DomainDispatcherApplication, get_backend_for_host=find)
