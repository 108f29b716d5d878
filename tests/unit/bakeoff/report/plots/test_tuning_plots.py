"""The pictures of a tuning, by where their marks are."""

import re

from bakeoff.domain.run.documents import TunedRange
from bakeoff.report.plots.tuning import draw_range

SEARCHED: TunedRange = {"integer": ["2", "10"]}


def ring(points: list[tuple[str, float]], best: tuple[str, float]) -> str:
    """Where the one mark without a filling is: the last one drawn at a place of its own."""
    svg = str(draw_range("max_depth", "0-0", SEARCHED, "validation:rmse", points, best))
    places: list[str] = re.findall(r'<use [^>]*y="([0-9.]+)"', svg)
    return places[-1]


def test_the_ring_is_at_the_best_of_trials_with_the_same_value() -> None:
    points = [("2", 3.2), ("2", 2.6), ("3", 3.0)]
    worse_first, best_first = ring(points, ("2", 2.6)), ring([points[1], points[0], points[2]], ("2", 2.6))
    assert worse_first == best_first != ring(points, ("2", 3.2))
