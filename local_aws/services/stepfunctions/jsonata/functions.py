"""The functions that Step Functions adds to JSONata.

Source: "Transforming data with JSONata in Step Functions", section "JSONata functions provided by Step
Functions".
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import uuid
from collections.abc import Callable
from typing import Any

from local_aws.services.stepfunctions.json_values import to_jsonata

_HASHES = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


def _partition(items: list[Any] | None, size: float | None = None) -> list[list[Any]] | None:
    if items is None:
        return None
    if not size or size != int(size) or size < 1:
        raise ValueError("the chunk size of $partition must be a positive integer")
    step = int(size)
    return [items[start : start + step] for start in range(0, len(items), step)]


def _range(first: float | None, last: float | None = None, step: float | None = 1) -> list[float] | None:
    if first is None or last is None or step is None:
        return None
    if step == 0:
        raise ValueError("the step of $range must not be 0")
    count = math.floor((last - first) / step) + 1
    return [first + index * step for index in range(max(count, 0))]


def _hash(data: str | None, algorithm: str | None = None) -> str | None:
    if data is None:
        return None
    if algorithm not in _HASHES:
        raise ValueError(f"the algorithm of $hash must be one of {', '.join(_HASHES)}")
    return hashlib.new(_HASHES[algorithm], data.encode()).hexdigest()


def _random(seed: float | None = None) -> float:
    return random.Random(seed).random()


def _parse(text: str | None) -> Any:
    return None if text is None else to_jsonata(json.loads(text))


def _uuid() -> str:
    return str(uuid.uuid4())


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "hash": _hash,
    "parse": _parse,
    "partition": _partition,
    "random": _random,
    "range": _range,
    "uuid": _uuid,
}
