"""The colours that plots draw with: roles whose values style.css gives, once for light and once for dark.

matplotlib knows no CSS variables, so it draws with stand-ins that `svg.inline` replaces.
"""

from __future__ import annotations

INK = "#000001"
MUTED = "#000002"
GRID = "#000003"
# One colour, marker and dash pattern a candidate: colour alone must not tell them apart.
SERIES = ("#000011", "#000012", "#000013", "#000014", "#000015", "#000016")
MARKERS = ("o", "s", "^", "D", "v", "P")
DASHES = ((), (5, 2), (1, 1.5), (6, 2, 1, 2), (3, 1), (8, 3))

VARIABLES = {
    INK: "--ink",
    MUTED: "--muted",
    GRID: "--grid",
    **{color: f"--series-{place}" for place, color in enumerate(SERIES, start=1)},
}
