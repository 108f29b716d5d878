"""Documents about production, which may hold anything: others may write to the bucket."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from bakeoff.domain.promotion.history import moment
from bakeoff.domain.run.documents import SCHEMA_VERSION, ProductionRecord
from bakeoff_cli.documents import list_of, mapping_of
from bakeoff_cli.errors import LeftInconsistent

_TEXTS = ("endpoint", "config", "why", "run", "candidate", "algorithm", "metric")


@dataclass(frozen=True)
class Judged:
    """The interval of a version's metric when it was judged; None where its rows were too few for one."""

    low: float | None
    high: float | None
    confidence: float


def readable_record(body: bytes, where: str) -> ProductionRecord:
    """Raises LeftInconsistent for one of another schema, and for one that does not tell what it serves."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as err:
        raise LeftInconsistent(f"{where} is damaged: it holds no JSON ({err}).") from err
    if not isinstance(found, dict) or found.get("schema_version") != SCHEMA_VERSION:
        raise LeftInconsistent(f"{where} has a schema_version that this bakeoff cannot read: upgrade it.")
    sound = [
        *(isinstance(found.get(name), str) for name in _TEXTS),
        isinstance(found.get("previous"), str | None),
        isinstance(found.get("value"), int | float | None),
        isinstance(found.get("test_rows"), int),
        _is_moment(found.get("since")),
    ]
    if not all(sound):
        raise LeftInconsistent(f"{where} is damaged: it does not tell what it serves.")
    return cast(ProductionRecord, found)


def judged_in(entry: bytes | None, record: ProductionRecord) -> Judged | None:
    """What a run's entry in the history of runs says of the version; None for another run's entry, and one
    that does not tell: it only adds to what the record says.
    """
    try:
        run = mapping_of(json.loads(entry or b""))
    except (ValueError, RecursionError):
        return None
    own = [each for each in list_of(run.get("candidates")) if _is_of(each, record)]
    confidence = run.get("confidence")
    if run.get("run_id") != record["run"] or not own or not isinstance(confidence, int | float):
        return None
    low, high = own[0].get("ci_low"), own[0].get("ci_high")
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return Judged(None, None, confidence)
    return Judged(low, high, confidence)


def _is_of(candidate: Any, record: ProductionRecord) -> bool:
    return isinstance(candidate, Mapping) and candidate.get("name") == record["candidate"]


def _is_moment(value: Any) -> bool:
    try:
        found: datetime = moment(value)
    except (TypeError, ValueError):
        return False
    # Moments are put in order, which takes a time zone.
    return found.tzinfo is not None
