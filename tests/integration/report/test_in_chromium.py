"""The report in a real browser, from a file and without a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from scripts.chromium import Page, Pipe, open_page
from tests.integration.report.conftest import HISTORIES, RUNS

DESKTOP, PHONE = (1280, 800), (360, 740)
A4 = (703, 1031)  # between margins of 12 mm, at 96 pixels an inch
COMPLAINTS = {
    "Log.entryAdded",
    "Runtime.consoleAPICalled",
    "Runtime.exceptionThrown",
    "Network.loadingFailed",
}
# The boxes of whatever sticks out of the screen and cannot be scrolled to inside its own container.
STICKING_OUT = """[...document.body.querySelectorAll('*')]
    .filter(e => !e.closest('.scroll, svg, .skip') && e.getBoundingClientRect().right > innerWidth + 0.5)
    .map(e => e.outerHTML.slice(0, 80))"""
DRAWN = """[...document.querySelectorAll('svg.plot')]
    .map(e => ({marks: e.querySelectorAll('path, use').length, box: e.getBBox().width}))"""


@dataclass(frozen=True)
class Screen:
    """In CSS pixels: `inner` and `scroll` are widths, `sticking_out` begins the elements that do."""

    inner: int
    scroll: int
    sticking_out: list[str]


@dataclass(frozen=True)
class Seen:
    """What a tab showed of a page: on a desktop, where it was loaded first, on a phone and on paper."""

    address: str
    requested: set[str]
    complaints: list[Any]
    active_elements: int
    desktop: Screen
    phone: Screen
    paper: Screen


@pytest.fixture(scope="module", params=[*RUNS, *HISTORIES])
def seen(request: pytest.FixtureRequest, browser: Pipe, addresses: dict[str, str]) -> Seen:
    address = addresses[request.param]
    with open_page(browser) as tab:
        desktop = _screen(tab, address, DESKTOP)
        events = [*tab.events]
        active = tab.evaluate("document.querySelectorAll('script, img, iframe, [onerror]').length")
        phone = _screen(tab, address, PHONE)
        paper = _screen(tab, address, A4, media="print")
    requests = [each for each in events if each.get("method") == "Network.requestWillBeSent"]
    return Seen(
        address,
        {each["params"]["request"]["url"] for each in requests},
        [each for each in events if each.get("method") in COMPLAINTS],
        active,
        desktop,
        phone,
        paper,
    )


def _screen(tab: Page, address: str, size: tuple[int, int], media: str = "screen") -> Screen:
    tab.show(*size)
    tab.call("Emulation.setEmulatedMedia", media=media)
    tab.open(address)
    assert tab.evaluate(f"matchMedia('{media}').matches")
    scroll = tab.evaluate("document.documentElement.scrollWidth")
    return Screen(tab.evaluate("innerWidth"), scroll, tab.evaluate(STICKING_OUT))


def test_the_page_loads_alone_and_without_complaint(seen: Seen) -> None:
    assert seen.requested - {"data:,"} == {seen.address}
    assert seen.complaints == []


def test_no_script_runs_and_no_image_is_made_of_data(seen: Seen) -> None:
    assert seen.active_elements == 0


def test_nothing_sticks_out_of_the_screen(seen: Seen) -> None:
    for screen, (width, _) in ((seen.desktop, DESKTOP), (seen.phone, PHONE)):
        assert screen.inner == width
        assert screen.scroll <= width
        assert screen.sticking_out == []


def test_a_printed_page_loses_nothing_at_its_edge(seen: Seen) -> None:
    assert seen.paper.scroll <= A4[0]


def test_the_policy_stops_a_script_that_got_in_all_the_same(tab: Page, addresses: dict[str, str]) -> None:
    tab.open(addresses["tie"])
    tab.evaluate(
        """(() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';
        document.body.append(s); })()"""
    )

    assert tab.evaluate("window.ran") is None
    assert "Content Security Policy" in str([e for e in tab.events if e["method"] == "Log.entryAdded"])


@pytest.mark.parametrize(
    ("kind", "plots"),
    [
        ("tie", 10),
        ("one-row", 10),
        ("crowd", 16),
        ("folds", 11),
        ("two-classes", 6),
        ("five-classes", 4),
        ("too-few-rows", 7),
        ("nothing-finished", 0),
    ],
)
def test_the_plots_are_drawn(tab: Page, addresses: dict[str, str], kind: str, plots: int) -> None:
    tab.open(addresses[kind])
    drawn = tab.evaluate(DRAWN)

    assert len(drawn) == plots
    assert all(plot["marks"] >= 5 and plot["box"] > 300 for plot in drawn)


def test_every_point_is_drawn_in_the_themes_colour(tab: Page, addresses: dict[str, str]) -> None:
    tab.show(*DESKTOP, dark=True)
    tab.open(addresses["tie"])
    fills = tab.evaluate(
        "[...document.querySelectorAll('.candidate use')].filter(e => e.parentNode.style.fillOpacity)"
        ".map(e => getComputedStyle(e).fill)"
    )

    assert len(fills) == 200 * 2 * 3
    assert set(fills) == {"rgb(74, 168, 255)"}


def test_wide_tables_scroll_inside_their_own_container(tab: Page, addresses: dict[str, str]) -> None:
    tab.show(*PHONE)
    tab.open(addresses["tie"])
    tab.evaluate("document.querySelector('.scroll').scrollLeft = 10000")

    assert tab.evaluate("document.querySelector('.scroll').scrollLeft") > 100
    assert tab.evaluate("document.documentElement.scrollLeft") == 0


def test_a_history_is_as_wide_as_its_card_and_legible_on_a_phone(
    tab: Page, addresses: dict[str, str]
) -> None:
    width = "document.querySelector('svg.plot').getBoundingClientRect().width"
    tab.show(*DESKTOP)
    tab.open(addresses["many-runs"])
    assert tab.evaluate(f"{width} - document.querySelector('.scroll').clientWidth") == 0

    tab.show(*PHONE)
    letters = "document.querySelector('svg.plot text').getBoundingClientRect().height"
    assert tab.evaluate(width) > PHONE[0] and tab.evaluate(letters) >= 10
    assert tab.evaluate("document.querySelector('figcaption').getBoundingClientRect().right") <= PHONE[0]


@pytest.mark.parametrize("kind", ["winner", "tie", "folds", "two-classes"])
def test_a_desktop_shows_a_leaderboard_with_all_its_columns(
    tab: Page, addresses: dict[str, str], kind: str
) -> None:
    tab.show(1200, 1340)
    tab.open(addresses[kind])

    hidden = (
        "(each => each.scrollWidth - each.clientWidth)(document.querySelector('.leaderboard').parentNode)"
    )
    assert tab.evaluate(hidden) == 0


@pytest.mark.parametrize(
    ("dark", "paper", "ink"),
    [(False, "rgb(245, 246, 248)", "rgb(27, 33, 40)"), (True, "rgb(13, 17, 23)", "rgb(232, 235, 239)")],
)
def test_the_page_and_its_plots_follow_the_preferred_theme(
    tab: Page, addresses: dict[str, str], dark: bool, paper: str, ink: str
) -> None:
    tab.show(*DESKTOP, dark=dark)
    tab.open(addresses["tie"])

    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == paper
    assert tab.evaluate("getComputedStyle(document.querySelector('svg text')).fill") == ink


def test_print_is_light_whatever_the_theme(tab: Page, addresses: dict[str, str]) -> None:
    tab.show(*DESKTOP, dark=True)
    tab.call("Emulation.setEmulatedMedia", media="print")
    tab.open(addresses["tie"])

    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"


def test_the_keyboard_reaches_the_verdict_first_and_every_table(tab: Page, addresses: dict[str, str]) -> None:
    tab.open(addresses["tie"])
    visited = []
    for _ in range(20):
        for kind in ("keyDown", "keyUp"):
            tab.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)
        visited.append(tab.evaluate("document.activeElement.textContent.trim().slice(0, 19)"))
        if len(visited) == 1:
            assert tab.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
        outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid" or tab.evaluate("document.activeElement === document.body")

    assert visited[0] == "Skip to the verdict"
    assert tab.evaluate("document.querySelectorAll('[tabindex=\"0\"]').length") == len(
        [text for text in visited if text.startswith(("Rank", "Candidate", "Label", "Object", "Split"))]
    )


def test_assistive_technology_meets_landmarks_and_named_pictures(
    tab: Page, addresses: dict[str, str]
) -> None:
    tab.open(addresses["tie"])
    nodes = tab.call("Accessibility.getFullAXTree")["nodes"]
    roles = [
        (node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if "role" in node
    ]

    assert {"banner", "main", "navigation", "contentinfo"} <= {role for role, _ in roles}
    pictures = [name for role, name in roles if role in ("image", "img")]
    assert len(pictures) == 10 and all(len(name) > 30 and any(map(str.isdigit, name)) for name in pictures)
