"""Numbers as sentences have them."""

from __future__ import annotations

import math

_SMALLEST_P = 1e-4


def figure(value: float) -> str:
    """Three significant digits as a person writes them: 0.0561, 2.23, 84.6, 12,345."""
    if value == 0 or not 1e-4 <= abs(value) < 1e9:
        return f"{value:.3g}"
    return f"{value:,.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"


def p_figure(p_value: float) -> str:
    """A p-value in a table: how far below 0.0001 it is, resampling cannot tell."""
    return f"< {_SMALLEST_P:.4f}" if p_value < _SMALLEST_P else figure(p_value)


def p_told(p_value: float) -> str:
    """A p-value in a sentence: p = 0.0123, or p < 0.0001."""
    told = p_figure(p_value)
    return f"p {told}" if told.startswith("<") else f"p = {told}"
