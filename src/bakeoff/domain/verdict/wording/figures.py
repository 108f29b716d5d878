"""Numbers as sentences have them."""

from __future__ import annotations

import math


def figure(value: float) -> str:
    """Three significant digits as a person writes them: 0.0561, 2.23, 84.6, 12,345."""
    if value == 0 or not 1e-4 <= abs(value) < 1e9:
        return f"{value:.3g}"
    return f"{value:,.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"
