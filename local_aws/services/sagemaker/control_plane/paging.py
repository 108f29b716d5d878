"""Pages of a list, as every List operation of SageMaker gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from moto.sagemaker.exceptions import ValidationError

T = TypeVar("T")
Page = tuple[Sequence[T], str | None]


def page(items: Sequence[T], request: Mapping[str, Any], usual: int) -> Page[T]:
    """The items that a request asks for, `usual` many unless it says how many, and the next page's token."""
    token = request.get("NextToken", "0")
    if not token.isdecimal():
        raise ValidationError(message=f"Invalid NextToken {token!r}.")
    start = int(token)
    end = start + int(request.get("MaxResults", usual))
    return items[start:end], str(end) if end < len(items) else None
