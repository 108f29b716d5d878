"""What a test may leave to its neighbours: nothing but what belongs to the embedded AWS that they share."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
import weakref
from dataclasses import dataclass
from functools import wraps
from typing import Any, Self

from local_aws.core.instance import Instance, active_instances

# Only a test that fails waits so long.
_SECONDS = 30.0
_POLL_SECONDS = 0.02
_children: weakref.WeakSet[subprocess.Popen[Any]] = weakref.WeakSet()
# With the thread that made it, which tells whose it is.
_servers: weakref.WeakKeyDictionary[socket.socket, threading.Thread] = weakref.WeakKeyDictionary()


@dataclass(frozen=True)
class Leftovers:
    """What there was before a test."""

    before: frozenset[int]

    @classmethod
    def now(cls) -> Self:
        return cls(frozenset(map(id, _present())))

    def new(self) -> list[str]:
        """What a test has left, once that had time to go."""
        deadline = time.monotonic() + _SECONDS
        while (found := self._found()) and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        return found

    def _found(self) -> list[str]:
        instances = active_instances()
        new = [thing for thing in _present() if id(thing) not in self.before]
        return [str(thing) for thing in new if not any(_belongs(thing, instance) for instance in instances)]


def _present() -> list[Any]:
    children = [child for child in list(_children) if child.returncode is None and child.poll() is None]
    return [*threading.enumerate(), *children, *filter(_listens, list(_servers))]


def _listens(server: socket.socket) -> bool:
    return server.fileno() != -1 and bool(server.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN))


def _belongs(thing: Any, instance: Instance) -> bool:
    if isinstance(thing, subprocess.Popen):
        return thing in instance.processes
    thread = _servers.get(thing) if isinstance(thing, socket.socket) else thing
    return thread in instance.threads


def watch() -> None:
    """Have every child process and every server of this process noticed from now on."""
    start = subprocess.Popen.__init__

    @wraps(start)
    def noticed(self: subprocess.Popen[Any], *args: Any, **kwargs: Any) -> None:
        start(self, *args, **kwargs)
        _children.add(self)

    subprocess.Popen.__init__ = noticed  # type: ignore[method-assign]
    sys.addaudithook(_notice_server)


def _notice_server(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.bind" and isinstance(arguments[0], socket.socket):
        _servers[arguments[0]] = threading.current_thread()
