"""Ctrl-C while a run is watched, which ends the watching and not the run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bakeoff_cli.errors import INTERRUPTED


class Unwatched(KeyboardInterrupt):
    """`sentence` says what goes on, and `exit_code` is that of the signal; both are for whoever ends."""

    def __init__(self, sentence: str, exit_code: int) -> None:
        super().__init__(sentence)
        self.sentence, self.exit_code = sentence, exit_code


@contextmanager
def explaining(sentence: str) -> Iterator[None]:
    """An interrupt within the block ends the command with `sentence`."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        raise Unwatched(sentence, getattr(interrupt, "exit_code", INTERRUPTED)) from interrupt
