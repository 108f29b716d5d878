"""Forks processes from one that has run a file of imports.

Runs as a process of its own, with one thread, in the Python of the processes it makes, and imports nothing
of ours; the file (see `Preload`) does, where it needs to.

Each message on the socket is one JSON document: a request {command, variables, folder, output_variable} comes
with the file for the process's output, and is answered by {"forked": pid}, where 0 says that this one needs
a fresh process. {"ended": pid, "code": code} follows, with the code as `subprocess` tells it.
"""

from __future__ import annotations

import ctypes
import gc
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

MAX_MESSAGE_BYTES = 2**20
# What `ps` says of a process lies where its first arguments and variables lay: this makes room there.
MORE_ARGUMENTS = "." * 256
MORE_VARIABLES = {"_ROOM": "." * 2**15}
_DIE_WITH_PARENT = 1


class Request(NamedTuple):
    """`command` is [python, *options, "-m", module, *arguments]; `output_variable` names the variable that
    tells the descriptor of the output, where the process is to have one.
    """

    command: list[str]
    variables: dict[str, str]
    folder: str
    output_variable: str | None
    output: int

    @property
    def module(self) -> str:
        return self.command[self.command.index("-m") + 1]

    @property
    def arguments(self) -> list[str]:
        return self.command[self.command.index("-m") + 2 :]


def main() -> None:
    if not sys.flags.safe_path:
        # A fresh `python -m` has the working folder there; this file's own is no business of a module.
        del sys.path[0]
    preload(sys.argv[2])
    request = serve(socket.socket(fileno=int(sys.argv[1])))
    if request:
        become(request)
        runpy.run_module(request.module, run_name="__main__", alter_sys=True)


def preload(file: str) -> None:
    runpy.run_path(file, run_name="preloaded")
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
    """Make the process of a request, where a forked one is what a fresh one would be; True in the new one."""
    pid = _fork() if _is_like_a_fresh_one(request, loaded) else 0
    if pid is None:
        return True
    os.close(request.output)
    _send(control, forked=pid)
    return False


def _is_like_a_fresh_one(request: Request, loaded: set[str]) -> bool:
    """Not with a module in its folder that would come before one that is loaded, nor beside threads, whose
    locks a fork would copy as they are.
    """
    own = set() if sys.flags.safe_path else {entry.name for entry in os.scandir(request.folder)}
    return loaded.isdisjoint(name.partition(".")[0] for name in own) and _threads() == 1


def _threads() -> int:
    return len(os.listdir("/proc/self/task"))  # noqa: PTH208 (pathlib is not loaded in a fresh process)


def _fork() -> int | None:
    """The id of a new process once it leads a session, so that whoever knows it can end it; None in it."""
    waiting, telling = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(waiting)
        os.setsid()
        _end_with_parent()
        os.close(telling)
        return None
    os.close(telling)
    os.read(waiting, 1)
    os.close(waiting)
    return pid


def _end_with_parent() -> None:
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def _tell_who_ended(control: socket.socket) -> None:
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            _send(control, ended=ended[0], code=os.waitstatus_to_exitcode(ended[1]))


def _send(control: socket.socket, **message: int) -> None:
    # Nobody listens any more when the embedded AWS has died: then the next read says so.
    with suppress(BrokenPipeError):
        control.send(json.dumps(message).encode())


def become(request: Request) -> None:
    """Have this process be what the command would be in the folder, with the variables."""
    for stream in (1, 2):
        os.dup2(request.output, stream)
    variables = {**_set_while_loading(), **request.variables}
    if request.output_variable:
        variables[request.output_variable] = str(request.output)
    else:
        os.close(request.output)
    os.chdir(request.folder)
    if not sys.flags.safe_path:
        sys.path.insert(0, os.path.realpath(request.folder))
    sys.argv = [sys.argv[0], *request.arguments]
    sys.orig_argv = request.command
    os.environ.clear()
    os.environ.update(variables)
    _draw_a_seed()
    _show(request.command, [f"{name}={value}" for name, value in variables.items()])


def _set_while_loading() -> dict[str, str]:
    """The variables that the interpreter (LC_CTYPE) and imports have set by themselves."""
    with open("/proc/self/environ", "rb") as file:  # noqa: PTH123 (pathlib is not loaded in a fresh process)
        given = {os.fsdecode(each.partition(b"=")[0]) for each in file.read().split(b"\0")}
    return {name: value for name, value in os.environ.items() if name not in given}


def _draw_a_seed() -> None:
    # numpy draws that of its global generator once, at import; Python's own draws anew after a fork.
    if numpy := sys.modules.get("numpy.random"):
        numpy.seed()


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
