"""Forks the processes of execution environments from one that has loaded what Lambda's runtime provides.

Runs as a process of its own, with one thread, in the Python of the functions, and imports nothing of ours.
Importing boto3 is most of what a cold start costs; it is done here once, with the path of the layers, and
with neither credentials nor an endpoint. A function's own code is imported after the fork.

Each message on the socket is one JSON document: a request {handler, variables, folder} comes with the file
for the function's output, and is answered by {"forked": pid}, where 0 says that this function needs a fresh
process. {"ended": pid, "code": code} follows, with the code as `subprocess` tells it.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

MODULE = "awslambdaric"
LOG_FD = "_LAMBDA_TELEMETRY_LOG_FD"
MAX_MESSAGE_BYTES = 2**20
# What `ps` says of a process lies where its first arguments and variables lay: this makes room there.
MORE_ARGUMENTS = "." * 256
MORE_VARIABLES = {"_ROOM": "." * 2**15}
_DIE_WITH_PARENT = 1


class Request(NamedTuple):
    handler: str
    variables: dict[str, str]
    folder: str
    output: int


def main() -> None:
    # A fresh `python -m` has the working folder there; this file's own is no business of a function.
    del sys.path[0]
    preload()
    request = serve(socket.socket(fileno=int(sys.argv[1])))
    if request:
        become(request)
        runpy.run_module(MODULE, run_name="__main__", alter_sys=True)


def preload() -> None:
    """Import boto3, and what it imports only when it makes a client."""
    boto3 = importlib.import_module("boto3")
    # A session of its own: the default one stays unmade, as in a fresh process.
    boto3.Session("none", "none", region_name="us-east-1").client("s3")
    gc.collect()
    # Otherwise each child's collector would touch, and so copy, every page.
    gc.freeze()


def serve(control: socket.socket) -> Request | None:
    """Answer requests until the other side closes; returns a request in the process that is made for it."""
    loaded = {name.partition(".")[0] for name in sys.modules}
    with _deaths() as deaths:
        while True:
            ready, _, _ = select.select([control, deaths], [], [])
            if deaths in ready:
                deaths.recv(MAX_MESSAGE_BYTES)
                _tell_who_ended(control)
            if control in ready:
                request = _received(control)
                if request is None or _forked(control, request, loaded):
                    control.close()
                    return request


@contextmanager
def _deaths() -> Iterator[socket.socket]:
    """A socket that can be read when a child has ended."""
    woken, waker = socket.socketpair()
    with woken, waker:
        waker.setblocking(False)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        yield woken
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def _received(control: socket.socket) -> Request | None:
    message, files, _, _ = socket.recv_fds(control, MAX_MESSAGE_BYTES, 1)
    return Request(**json.loads(message), output=files[0]) if message else None


def _forked(control: socket.socket, request: Request, loaded: set[str]) -> bool:
    """Make the process of a request, unless a module of the function's would come before one that is loaded;
    True in the new process.
    """
    own = {entry.name.partition(".")[0] for entry in os.scandir(request.folder)}
    pid = os.fork() if own.isdisjoint(loaded) else 0
    if pid == 0 and own.isdisjoint(loaded):
        return True
    os.close(request.output)
    _send(control, forked=pid)
    return False


def _tell_who_ended(control: socket.socket) -> None:
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            _send(control, ended=ended[0], code=os.waitstatus_to_exitcode(ended[1]))


def _send(control: socket.socket, **message: int) -> None:
    # Nobody listens any more when the embedded AWS has died: then the next read says so.
    with suppress(BrokenPipeError):
        control.send(json.dumps(message).encode())


def become(request: Request) -> None:
    """Have this process be what `python -m awslambdaric HANDLER` would be in the folder of the function."""
    os.setsid()
    _end_with_parent()
    for stream in (1, 2):
        os.dup2(request.output, stream)
    os.chdir(request.folder)
    variables = {**request.variables, LOG_FD: str(request.output)}
    sys.path.insert(0, os.path.realpath(request.folder))
    sys.argv = [sys.argv[0], request.handler]
    sys.orig_argv = [sys.orig_argv[0], "-m", MODULE, request.handler]
    os.environ.clear()
    os.environ.update(variables)
    _show(sys.orig_argv, [f"{name}={value}" for name, value in variables.items()])


def _end_with_parent() -> None:
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def _show(arguments: list[str], variables: list[str]) -> None:
    """Let the system tell of this process what it would tell of a fresh one (see proc_pid_stat(5))."""
    with open("/proc/self/stat", "rb") as file:  # noqa: PTH123 (pathlib is not loaded in a fresh process)
        places = [int(place) for place in file.read().rpartition(b")")[2].split()[45:49]]
    for start, end, texts in ((places[0], places[1], arguments), (places[2], places[3], variables)):
        if not start:  # a kernel that hides addresses
            continue
        text = b"".join(os.fsencode(each) + b"\0" for each in texts)
        ctypes.memmove(start, text.ljust(end - start, b"\0")[: end - start - 1] + b"\0", end - start)


if __name__ == "__main__":
    main()
