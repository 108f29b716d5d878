"""The held-out rows on which every candidate is judged."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.domain.errors import TooFewRows
from bakeoff.domain.run.files import RunFiles


@dataclass(frozen=True)
class HeldOutRows:
    """`numbers` are positions in the test split, `features` are CSV without the label; all of shape (n,)."""

    numbers: Sequence[int]
    actual: Sequence[float]
    features: Sequence[str]

    def clusters(self) -> list[int]:
        """For each row, the number of the first of these rows that equals it: its own, or a smaller one.

        Rows are equal when their labels and features are the same numbers, however they are spelled.
        """
        first: dict[bytes, int] = {}
        found = []
        for number, actual, cells in zip(self.numbers, self.actual, self.features, strict=True):
            # + 0.0, because -0.0 is the same number as 0.0.
            row = array("d", [actual + 0.0, *(float(cell) + 0.0 for cell in cells.split(",") if cell)])
            # Digests, because a split may hold millions of rows.
            digest = hashlib.blake2b(row.tobytes(), digest_size=16).digest()
            found.append(first.setdefault(digest, number))
        return found


def read_test_rows(run: RunFiles, max_rows: int) -> HeldOutRows:
    """The test split, evenly thinned out to `max_rows` rows (0: all); the same rows for every candidate.

    Raises TooFewRows when the split is empty.
    """
    lines = list(run.test_lines())
    if not lines:
        raise TooFewRows(f"Run {run.run_id} has no test rows.")
    kept = sample_positions(len(lines), max_rows)
    actual = [float(lines[position].partition(",")[0]) for position in kept]
    return HeldOutRows(kept, actual, [lines[position].partition(",")[2] for position in kept])


def sample_positions(total: int, cap: int) -> Sequence[int]:
    """At most `cap` evenly spaced positions of `total`; 0 keeps all.

    Depends on nothing else, so it is repeatable.
    """
    if not cap or total <= cap:
        return range(total)
    return [position * total // cap for position in range(cap)]
