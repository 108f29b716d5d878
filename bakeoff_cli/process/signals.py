"""What ends a command from outside: Ctrl-C, `kill`, and a terminal that is closed."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from types import FrameType
from typing import NoReturn, TypeVar

T = TypeVar("T")
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(KeyboardInterrupt):
    """Unwinds the stack as Ctrl-C does; by default the signal would leave processes and files behind."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = 128 + number


@contextmanager
def unwinding() -> Iterator[None]:
    """SIGTERM and SIGHUP raise Ended within the block, as SIGINT raises KeyboardInterrupt everywhere."""
    with _handling(signal.SIGTERM, signal.SIGHUP, handler=_end):
        yield


@contextmanager
def left_undisturbed(manager: AbstractContextManager[T]) -> Iterator[T]:
    """`manager`, whose clearing up no impatient second Ctrl-C cuts short."""
    with ExitStack() as afterwards, manager as entered:
        try:
            yield entered
        finally:
            # Ignored until `afterwards` puts the handlers back, which is when `manager` has left.
            afterwards.enter_context(_handling(*_ENDINGS, handler=signal.SIG_IGN))


@contextmanager
def _handling(*numbers: signal.Signals, handler: signal._HANDLER) -> Iterator[None]:
    # An ignored signal stays ignored: nohup relies on it.
    heeded = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    before = [(number, signal.signal(number, handler)) for number in heeded]
    try:
        yield
    finally:
        for number, previous in before:
            signal.signal(number, previous)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    raise Ended(number)
