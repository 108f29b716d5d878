"""How long the simulated AWS takes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Seconds = Mapping[str, float]


@dataclass(frozen=True)
class Durations:
    """In seconds: of jobs by their kind (processing-job, training-job), of an endpoint's coming and going,
    and of functions by their names. A tuning job has as many training jobs one after the other as its limits
    ask for. What is not named takes no time.
    """

    jobs: Seconds = field(default_factory=dict)
    endpoint: float = 0
    deletion: float = 0
    functions: Seconds = field(default_factory=dict)

    def of_job(self, kind: str, name: str, request: Mapping[str, Any]) -> float:
        if kind == "hyper-parameter-tuning-job":
            limits = request["HyperParameterTuningJobConfig"]["ResourceLimits"]
            rounds = math.ceil(limits["MaxNumberOfTrainingJobs"] / limits["MaxParallelTrainingJobs"])
            return float(rounds * self.of("training-job", name))
        return self.of(kind, name)

    def of(self, kind: str, name: str) -> float:
        """Of what has this name."""
        named = {"endpoint": self.endpoint, "deletion": self.deletion}
        return named.get(kind, self.jobs.get(kind, self.functions.get(kind, 0)))


NO_TIME = Durations()
