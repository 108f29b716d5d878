"""What a List operation of the registry chooses, how it sorts, and its pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from moto.core.utils import unix_time

from local_aws.services.sagemaker.control_plane.actions import Call
from local_aws.services.sagemaker.control_plane.paging import Page, page

_PAGE = 10


def chosen(call: Call, items: Iterable[Any], name: str) -> list[Any]:
    """Those of moto's records that a request asks for, sorted; `name` is the attribute with the name."""
    request = call.request
    after, before = request.get("CreationTimeAfter"), request.get("CreationTimeBefore")
    found = [
        item
        for item in list(items)
        if request.get("NameContains", "") in getattr(item, name)
        and (after is None or unix_time(item.creation_time) > after)
        and (before is None or unix_time(item.creation_time) < before)
    ]
    key = (lambda item: getattr(item, name)) if request.get("SortBy") == "Name" else _creation
    return sorted(found, key=key, reverse=request.get("SortOrder") == "Descending")


def chosen_page(call: Call, items: Sequence[Any]) -> Page[Any]:
    return page(items, call.request, _PAGE)


def _creation(item: Any) -> Any:
    return item.creation_time
