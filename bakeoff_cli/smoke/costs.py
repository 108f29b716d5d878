"""Dollars of a rehearsal. All are estimates, by the assumed prices of scripts/estimate_costs.py."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bakeoff_cli.smoke.jobs import Job


def expected(full_runs: int, begun_runs: int) -> Decimal:
    """Dollars of runs that are seen through, with three algorithms, and of those that only begin."""
    from scripts.estimate_costs import ESTIMATES

    small = next(each for each in ESTIMATES if each.candidates == 3)
    _, spark_job = small.lines()["Spark job"]
    return full_runs * small.total() + begun_runs * spark_job


def of_jobs(jobs: Sequence[Job]) -> list[str]:
    """A sentence about the jobs whose prices are known, and one about the others."""
    from scripts.estimate_costs import HOURLY

    known = [job for job in jobs if job.instance_type in HOURLY]
    dollars = sum(
        (HOURLY[job.instance_type] * Decimal(job.seconds) * job.instances / 3600 for job in known), Decimal()
    )
    seconds = sum(job.seconds * job.instances for job in jobs)
    sentences = [
        f"Jobs, by the billable seconds that SageMaker reports ({seconds:.0f}) and the assumed prices of "
        f"scripts/estimate_costs.py: about ${dollars:.4f}. Endpoints, disks and storage are not in it."
    ]
    unknown = sorted({job.instance_type for job in jobs} - HOURLY.keys())
    return [*sentences, f"No price is known here for {', '.join(unknown)}."] if unknown else sentences
