"""What a strategy is asked, and what it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Observation:
    """The values of a training job, and its objective as something to minimise.

    `loss` is None as long as the job runs, and for good when it told none.
    """

    values: Mapping[str, str]
    loss: float | None = None


class Strategy(Protocol):
    def learns(self, count: int) -> bool:
        """Whether what the first `count` training jobs told decides the values of the next one."""

    def next(self, seen: Sequence[Observation]) -> dict[str, str] | None:
        """The values of the next training job after those `seen`; None when nothing is left to try."""
