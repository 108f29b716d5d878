"""How long the workflow's states may last, and how often it may try.

These are the figures of statemachine/bakeoff.asl.yaml and of the functions in template.yaml; a test compares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True)
class Patience:
    """A Task's time limit and its retries, in seconds: their pauses grow by `rate` up to `longest_pause`.
    Where `refusals` are counted apart, a function that was refused, and ran nothing, is asked so often again.
    """

    seconds: int
    retries: int
    pause: int
    longest_pause: int = 60
    rate: int = 2
    refusals: int = 0

    @property
    def runs(self) -> int:
        """Tries that may run something."""
        return 1 + self.retries

    @property
    def tries(self) -> int:
        return self.runs + self.refusals

    @property
    def pauses(self) -> int:
        """All together, at their longest: jitter only shortens them."""
        return sum(map(self._pauses, (self.retries, self.refusals)))

    def _pauses(self, retries: int) -> int:
        return sum(min(self.longest_pause, self.pause * self.rate**n) for n in range(retries))

    @property
    def longest(self) -> int:
        """Until the last try has ended."""
        return self.tries * self.seconds + self.pauses


CREATE = Patience(seconds=60, retries=3, pause=3)
CHECK = Patience(seconds=60, retries=3, pause=3)
SCORE = Patience(seconds=930, retries=4, pause=2, refusals=10)
RECORD = Patience(seconds=90, retries=10, pause=2)
RELEASE = Patience(seconds=90, retries=10, pause=2)
PLAN = Patience(seconds=330, retries=4, pause=2)
CHECK_DATASETS = Patience(seconds=90, retries=4, pause=2)
JUDGE = Patience(seconds=930, retries=4, pause=2)
PUBLISH = Patience(seconds=330, retries=4, pause=2)
REGISTER = Patience(seconds=90, retries=4, pause=2)
STATES: Mapping[str, Patience] = {
    "Create model": CREATE,
    "Create endpoint config": CREATE,
    "Create endpoint": CREATE,
    "Check endpoint": CHECK,
    "Account for tuning": CHECK,
    "Score candidate": SCORE,
    "Record failure": RECORD,
    "Release resources": RELEASE,
    "Stop final training": RELEASE,
    "Plan run": PLAN,
    "Check datasets": CHECK_DATASETS,
    "Judge candidates": JUDGE,
    "Publish report": PUBLISH,
    "Register model": REGISTER,
}
# SageMaker's own mishap is repeated once.
TRAININGS = 2
# A job that is stopped has so long to end: API reference, StoppingCondition.
SIGTERM_SECONDS = 120
# A job that outlives its state is stopped by Sweep resources, which may take so long.
SWEEP_SECONDS = 300


@dataclass(frozen=True)
class Function:
    """Of a function that a state calls: its memory in MB, and its own time limit in seconds."""

    memory_mb: int
    seconds: int


FUNCTIONS: Mapping[str, Function] = {
    "Plan run": Function(512, 300),
    "Check datasets": Function(256, 60),
    "Score candidate": Function(2048, 900),
    "Record failure": Function(256, 60),
    "Release resources": Function(256, 60),
    "Stop final training": Function(256, 60),
    "Judge candidates": Function(3008, 900),
    "Publish report": Function(1769, 300),
    "Register model": Function(256, 60),
}


# Before a run has its plan; a worst case, which stands in the plan, has nothing of it.
TURN = Function(256, 60)
WAITING = frozenset({"Take turn", "Our turn?", "Wait for quiet", "Wait for plan", "Wait for turn"})


@dataclass(frozen=True)
class Capacity:
    """What the stack allows a run: seconds, GB, and how many at once."""

    processing_instance_type: str
    processing_instances: int
    volume_gb: int
    max_concurrency: int
    run_seconds: int
    endpoint_seconds: int
    endpoint_poll_seconds: int
    quota_wait_seconds: int

    @property
    def endpoint_look(self) -> int:
        """The shortest pause between two looks at an endpoint."""
        return ceil(max(self.endpoint_poll_seconds / 10, self.max_concurrency / 5))

    def pause_to_come(self, waited: float) -> int:
        """Before the next look at an endpoint that has been waited for so long."""
        if waited < 6 * self.endpoint_poll_seconds:
            return self.endpoint_poll_seconds
        return ceil(max(self.endpoint_look, waited / 90))

    def pause_to_go(self, waited: float) -> int:
        """As `pause_to_come`, of one that is being deleted."""
        if waited < self.endpoint_poll_seconds:
            return ceil(self.endpoint_poll_seconds / 2)
        return ceil(max(self.endpoint_look, waited / 30))

    @property
    def endpoint_pause(self) -> int:
        """By how much a wait for an endpoint may be longer than it may last."""
        return ceil(max(self.endpoint_poll_seconds, self.endpoint_look, self.endpoint_seconds / 30))

    @property
    def looks_to_come(self) -> int:
        """At an endpoint that comes, at most."""
        return self._looks(self.pause_to_come)

    @property
    def looks_to_go(self) -> int:
        return self._looks(self.pause_to_go)

    def _looks(self, pause: Callable[[float], int]) -> int:
        """One at once, and one after each pause; and one to spare."""
        looks, waited = 2, 0
        while waited < self.endpoint_seconds:
            looks, waited = looks + 1, waited + pause(waited)
        return looks

    @property
    def attempts(self) -> int:
        """To get what a quota refuses, at most, one more for SageMaker's own mishap."""
        return self.quota_wait_seconds // max(60, ceil(self.quota_wait_seconds / 240)) + 2

    @property
    def preparations(self) -> int:
        """Of the data, at most, as of final trainings: those that a quota refuses, and three more."""
        return self.quota_wait_seconds // max(60, ceil(self.quota_wait_seconds / 60)) + 4
