from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from bakeoff.report.plots.canvas import draw
from bakeoff.report.plots.palette import INK, SERIES


def scatter(axes: Any) -> None:
    axes.scatter([1, 2, 3], [3.14159, 1, 2], color=SERIES[0], alpha=0.35, linewidths=0)
    axes.set_xlabel('<script> & "quotes" $x$')


def test_a_plot_is_an_image_with_a_text_alternative() -> None:
    root = ElementTree.fromstring(draw("plot", 'Says "<b>" & more', 200, scatter, 300))

    assert root.tag == "svg" and root.get("role") == "img"
    assert root.get("aria-label") == 'Says "<b>" & more'
    assert (root.get("viewBox"), root.get("width")) == ("0 0 300 200", "300")
    assert '<script> & "quotes" $x$' in [element.text for element in root.iter("text")]


def test_colours_come_from_the_style_sheet_alone() -> None:
    svg = draw("plot", "A plot", 200, scatter)

    assert not re.search(r"#[0-9a-f]{6}|rgb", svg)
    assert {"var(--series-1)", "var(--ink)", "var(--muted)", "var(--grid)"} <= set(
        re.findall(r"var\(.*?\)", svg)
    )


def test_a_colour_that_no_theme_knows_is_refused() -> None:
    with pytest.raises(KeyError, match="#ff0000"):
        draw("plot", "A plot", 200, lambda axes: axes.plot([0, 1], [0, 1], color="#ff0000"))


def test_nothing_of_a_plot_reaches_beyond_it() -> None:
    svg = draw("plot", "A plot", 200, scatter)

    assert "<style" not in svg and "font-family" not in svg
    assert "http" not in svg and "xmlns" not in svg and "metadata" not in svg


def test_points_say_their_style_once_and_little_else() -> None:
    root = ElementTree.fromstring(draw("plot", "A plot", 200, scatter))
    points = next(group for group in root.iter("g") if "fill-opacity" in group.get("style", ""))

    assert len(points) == 3
    assert all(set(point.attrib) == {"href", "x", "y"} for point in points)
    assert all(len(ElementTree.tostring(point)) < 60 for point in points)


def test_two_plots_of_the_same_share_no_id() -> None:
    first, second = (
        set(re.findall(r'id="(.*?)"', draw(name, "A plot", 200, scatter))) for name in ("a", "b")
    )

    assert first and not first & second


def test_the_same_drawing_has_the_same_bytes() -> None:
    assert draw("plot", "A plot", 200, scatter) == draw("plot", "A plot", 200, scatter)


def test_the_settings_of_whoever_draws_elsewhere_stay_as_they_were() -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    draw("plot", "A plot", 200, lambda axes: axes.text(0, 0, "x", color=INK))

    assert dict(matplotlib.rcParams) == before
