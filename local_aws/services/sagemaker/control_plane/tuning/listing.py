"""The lists of tuning jobs and of a tuning job's training jobs: filters, order, pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from local_aws.services.sagemaker.control_plane.paging import Page, page
from local_aws.services.sagemaker.control_plane.tuning.records import Trial, TuningRecord

_PAGE = 10
T = TypeVar("T")

_JOB_ORDERS: Mapping[str, Callable[[TuningRecord], Any]] = {
    "Name": lambda job: job.name,
    "Status": lambda job: job.status,
    "CreationTime": lambda job: job.creation_time,
}
_TRIAL_ORDERS: Mapping[str, Callable[[Trial], Any]] = {
    "Name": lambda trial: trial.name,
    "Status": lambda trial: trial.status,
    "CreationTime": lambda trial: trial.job.creation_time,
    "FinalObjectiveMetricValue": lambda trial: trial.value,
}


def tuning_jobs(jobs: Iterable[TuningRecord], request: Mapping[str, Any]) -> Page[TuningRecord]:
    found = [each for each in jobs if _is_asked_for(each, request)]
    return page(_ordered(found, _JOB_ORDERS, request), request, _PAGE)


def trials(jobs: Iterable[Trial], request: Mapping[str, Any]) -> Page[Trial]:
    found = [each for each in jobs if each.status == request.get("StatusEquals", each.status)]
    if request.get("SortBy") == "FinalObjectiveMetricValue":
        found = [each for each in found if each.value is not None]
    return page(_ordered(found, _TRIAL_ORDERS, request), request, _PAGE)


def _is_asked_for(job: TuningRecord, request: Mapping[str, Any]) -> bool:
    return (
        request.get("NameContains", "").lower() in job.name.lower()
        and job.status == request.get("StatusEquals", job.status)
        and _lies_within(job.creation_time.timestamp(), request, "CreationTime")
        and _lies_within(job.last_modified_time.timestamp(), request, "LastModifiedTime")
    )


def _lies_within(seconds: float, request: Mapping[str, Any], member: str) -> bool:
    after, before = request.get(f"{member}After"), request.get(f"{member}Before")
    return (after is None or seconds > after) and (before is None or seconds < before)


def _ordered(
    items: Iterable[T], orders: Mapping[str, Callable[[T], Any]], request: Mapping[str, Any]
) -> list[T]:
    descending = request.get("SortOrder", "Ascending") == "Descending"
    return sorted(items, key=orders[request.get("SortBy", "Name")], reverse=descending)
