"""Doing all of several things before the failure of one is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bakeoff.domain.errors import BakeoffError


@dataclass
class ErrorCollector:
    """Errors of the attempts so far; an exception that is no BakeoffError is a bug and is not caught."""

    errors: list[BakeoffError] = field(default_factory=list)

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Keep a BakeoffError raised inside, so that the next attempt is made all the same."""
        try:
            yield
        except BakeoffError as err:
            self.errors.append(err)

    def raise_first(self) -> None:
        """Raise the first error if there is one, with the others as its notes."""
        if not self.errors:
            return
        first, *others = self.errors
        for other in others:
            first.add_note(f"Also: {type(other).__name__}: {other}")
        raise first
