"""Giving back what a candidate holds in SageMaker, in the one order that works."""

from __future__ import annotations

from typing import Protocol

# SageMaker refuses to delete an endpoint that is still on its way to one of the other states.
_IN_TRANSITION = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"})


class Hosting(Protocol):
    """What SageMaker hosts under a name. Deleting what is not there does nothing."""

    def endpoint_status(self, name: str) -> str | None:
        """The endpoint's status, None when there is no such endpoint."""

    def delete_endpoint(self, name: str) -> None: ...

    def delete_endpoint_config(self, name: str) -> None: ...

    def delete_model(self, name: str) -> None: ...


class TrainingJobs(Protocol):
    def stop_running(self, prefix: str) -> None:
        """Stop every training job that runs and whose name begins with `prefix`."""

    def stop_tuning(self, prefix: str) -> None:
        """Stop every tuning job that runs and whose name begins with `prefix`."""


def give_back(hosting: Hosting, jobs: TrainingJobs, resource_name: str, tuning_name: str = "") -> bool:
    """One step towards nothing left of a candidate; True when that is reached, else call again later.

    When the answer to a request for a job is lost, the workflow asks for another job of another name; the
    first one may go on unheard. Of a tuned candidate, `tuning_name` is what its tuning jobs' names begin
    with, and those of their training jobs.
    """
    is_gone = release(hosting, resource_name)
    jobs.stop_running(f"{resource_name}-")
    if tuning_name:
        # First the tuning job, which would begin another one for each that is stopped.
        jobs.stop_tuning(tuning_name)
        jobs.stop_running(tuning_name)
    return is_gone


def release(hosting: Hosting, resource_name: str) -> bool:
    """One step towards nothing left under `resource_name`; True when that is reached, else call again
    later.
    """
    status = hosting.endpoint_status(resource_name)
    if status is not None:
        if status not in _IN_TRANSITION:
            hosting.delete_endpoint(resource_name)
        return False
    hosting.delete_endpoint_config(resource_name)
    hosting.delete_model(resource_name)
    return True
