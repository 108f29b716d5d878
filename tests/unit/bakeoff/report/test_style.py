"""The colours of style.css against WCAG 2.2: 4.5 to 1 for text, 3 to 1 for what plots draw."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from bakeoff.report import page
from bakeoff.report.plots.palette import VARIABLES

CSS = Path(page.__file__).with_name("style.css").read_text()
LIGHT, DARK = (dict(re.findall(r"--([\w-]+): (#\w{6});", block)) for block in CSS.split("@media", 2)[:2])
TEXT = ("ink", "muted", "link", "good", "bad", "warn")
SURFACES = ("page", "card", "tint")


def contrast(first: str, second: str) -> float:
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def luminance(color: str) -> float:
    """Relative luminance of sRGB, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    channels = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize(("text", "surface"), list(product(TEXT, SURFACES)))
def test_text_can_be_read_on_every_surface(theme: dict[str, str], text: str, surface: str) -> None:
    assert contrast(theme[text], theme[surface]) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_badges_can_be_read(theme: dict[str, str]) -> None:
    assert all(contrast(theme["card"], theme[accent]) >= 4.5 for accent in ("good", "link", "warn"))


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_what_plots_draw_can_be_seen(theme: dict[str, str]) -> None:
    series = [name for name in theme if name.startswith("series-")]

    assert len(series) == 6
    assert all(contrast(theme[name], theme["card"]) >= 3 for name in series)


def test_both_themes_set_every_colour_that_plots_use() -> None:
    assert LIGHT.keys() == DARK.keys() >= {variable.removeprefix("--") for variable in VARIABLES.values()}
