"""Doing all of several things before the failure of one is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bakeoff.domain.errors import BakeoffError


@dataclass
class ErrorCollector:
    """Errors of the things tried so far; whatever is no BakeoffError is a bug and stops everything."""

    errors: list[BakeoffError] = field(default_factory=list)

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Keep what goes wrong inside, so that the next thing is tried all the same."""
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
