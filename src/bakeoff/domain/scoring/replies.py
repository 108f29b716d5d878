"""What travels to and from a live endpoint: rows out, one number a row back.

What comes back of classes is `reply_kinds`' to read.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from bakeoff.domain.errors import MalformedPrediction
from bakeoff.domain.scoring.reply_items import no_number, number, reply_items, shown

MAX_BODY_BYTES = 5 * 1024**2
MAX_BATCH_ROWS = 1000


def batches(
    rows: Sequence[str], max_bytes: int = MAX_BODY_BYTES, max_rows: int = MAX_BATCH_ROWS
) -> Iterator[Sequence[str]]:
    """Cut rows into consecutive batches whose newline-joined bodies stay within both limits.

    A single row above `max_bytes` makes a batch of its own, for SageMaker to refuse.
    """
    start, size = 0, 0
    for position, row in enumerate(rows):
        width = len(row.encode()) + 1
        if position > start and (size + width > max_bytes or position - start >= max_rows):
            yield rows[start:position]
            start, size = position, 0
        size += width
    if rows:
        yield rows[start:]


def parse_predictions(body: str, accept: str, path: str, expected: int) -> list[float]:
    """The numbers of a reply, shape (expected,).

    `path` says where a number stands in JSON, such as `predictions[].score`; a `text/csv` reply holds
    numbers between commas or line ends, as old XGBoost images answer on one line.
    Raises MalformedPrediction when that is not `expected` finite numbers.
    """
    try:
        found = [number(item) for item in reply_items(body, accept, path)]
    except (TypeError, ValueError, OverflowError) as err:
        raise no_number(body, path) from err
    if len(found) != expected or not all(map(math.isfinite, found)):
        raise MalformedPrediction(
            f"The model answered {expected} rows with {sum(map(math.isfinite, found))} finite numbers: "
            f"the reply reads {shown(body)}."
        )
    return found
