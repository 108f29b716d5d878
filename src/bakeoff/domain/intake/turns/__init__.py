"""Whose turn it is: how many runs go on at once, and which of those that wait need not run at all.

A run reads everything under Inputs/, so one run serves every upload that its plan holds. Nothing is locked
and nothing is counted: the runs that go on, ordered by their start, are the queue. A run's place in it only
moves forward, because later runs come after it and ended ones leave; and runs wait for earlier ones only, so
that no two ever wait for each other. Why so: docs/adr/0016 and docs/adr/0022.
"""

from bakeoff.domain.intake.turns.asking import (
    NO_SETTINGS,
    Asking,
    Execution,
    Executions,
    KnownRun,
    TurnStore,
    has_own_settings,
)
from bakeoff.domain.intake.turns.pauses import MAX_QUIETS, MAX_WAIT_SECONDS, next_wait, seconds_until_quiet
from bakeoff.domain.intake.turns.taking import MAX_WAITED_SECONDS, TurnTaker, ahead_of

__all__ = [
    "MAX_QUIETS",
    "MAX_WAITED_SECONDS",
    "MAX_WAIT_SECONDS",
    "NO_SETTINGS",
    "Asking",
    "Execution",
    "Executions",
    "KnownRun",
    "TurnStore",
    "TurnTaker",
    "ahead_of",
    "has_own_settings",
    "next_wait",
    "seconds_until_quiet",
]
