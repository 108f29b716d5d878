"""Which versions of the functions nobody can call any more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

# A run that began with a version may last 20 days, be redriven for 14 more, and then last as long again.
CALLED_FOR = timedelta(days=60)


@dataclass(frozen=True)
class Version:
    """A function as it was published at a moment; a later one has a higher number."""

    number: int
    published: datetime


def outlived(versions: Iterable[Version], now: datetime) -> list[Version]:
    """Those that a newer version took the place of so long ago that no run can call them; oldest first.

    The age of a version tells nothing: it may have been the newest for years.
    """
    in_order = sorted(versions, key=lambda version: version.number)
    return [old for old, newer in pairwise(in_order) if now - newer.published > CALLED_FOR]
