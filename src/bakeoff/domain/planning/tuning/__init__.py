"""Tuned candidates: an entry's ranges, a request's budget, and what SageMaker's tuning job is asked for.

Why so: docs/adr/0040-tuned-candidates.md.
"""

from bakeoff.domain.planning.tuning.asked import named, near_name, with_tuning
from bakeoff.domain.planning.tuning.checks import refuse_untunable
from bakeoff.domain.planning.tuning.filled import with_tuning_job
from bakeoff.domain.planning.tuning.planned import longest_seconds, of_task, planned_tuning, rounds_of, told

__all__ = [
    "longest_seconds",
    "named",
    "near_name",
    "of_task",
    "planned_tuning",
    "refuse_untunable",
    "rounds_of",
    "told",
    "with_tuning",
    "with_tuning_job",
]
