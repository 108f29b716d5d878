"""Numbers of a table: short whatever the unit of the labels, their decimals in line where that can be."""

from __future__ import annotations

import math

_SIGNIFICANT = 7
_SCIENTIFIC_DIGITS = 4
# Beyond these, scientific notation.
_LARGE, _SMALL = 1e7, 1e-3


def cell(value: float | None, decimals: int, has_unit: bool = False) -> str:
    """At most seven significant digits; a dash for None.

    `has_unit`: of a number in the labels' unit all digits count, also when it is tiny; another one that
    rounds to nothing is nothing.
    """
    if value is None:
        return "-"
    size = abs(value)
    if not math.isfinite(size) or size >= _LARGE or (has_unit and 0 < size < _SMALL):
        return f"{value:.{_SCIENTIFIC_DIGITS}e}"
    before = len(str(int(size)))
    places = max(0, min(decimals, _SIGNIFICANT - before))
    # + 0.0, because a rounded -0.0002 would be -0.0.
    return f"{round(value, places) + 0.0:.{places}f}"
