from __future__ import annotations

import re
import warnings

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bakeoff.domain.verdict.headline import headline
from tests.unit.bakeoff.report.examples import HOSTILE, hostile
from tests.unit.bakeoff.report.html import Page
from tests.unit.bakeoff.report.pages import rendered

# Visible characters: whitespace is free to collapse, and what no page can show is a test of its own.
visible = st.text(st.characters(exclude_categories=("C", "Z")), max_size=24)
PLAIN = Page(rendered(hostile("plain")))


@settings(max_examples=8)
@given(visible)
@example(HOSTILE)
@example("</style></svg></title><script>")
@example("{{ 7 * 7 }}{% raw %}]]>--><!--")
def test_whatever_comes_from_data_is_text_and_never_a_tag(text: str) -> None:
    text = f"<{text}>&amp;"
    page = Page(rendered(hostile(text)))

    assert page.tags == PLAIN.tags
    assert [found.keys() for found in page.attributes] == [found.keys() for found in PLAIN.attributes]
    assert page.mismatched == [] and page.unclosed == []
    line = headline(hostile(text).comparison)
    assert page.text.count(line) == 1
    # The headline shortens long names, too.
    below, plain = page.text.replace(line, ""), PLAIN.text.replace(headline(hostile("plain").comparison), "")
    assert below.count(text) == plain.count("plain") > 30
    # Plots shorten long names.
    assert "".join(page.drawn).count(text[:24]) == "".join(PLAIN.drawn).count("plain") > 5
    assert [label.count(text) for label in page.images] == [label.count("plain") for label in PLAIN.images]


def test_a_script_in_every_place_stays_harmless() -> None:
    html = rendered(hostile(HOSTILE))

    assert "<script" not in html and "<img" not in html
    assert html.count("&lt;script&gt;") > 30


def test_a_dollar_sign_in_a_plot_is_no_formula() -> None:
    svgs = "".join(re.findall(r"<svg.*?</svg>", rendered(hostile("$x^2$")), flags=re.DOTALL))

    assert ">$x^2$ (best)</text>" in svgs


def test_what_no_page_can_show_is_replaced() -> None:
    html = rendered(hostile("a\x00b\x1b\ud800\uffff"))

    assert "a\ufffdb\ufffd\ufffd\ufffd" in html
    html.encode()  # a lone surrogate could not be encoded
    assert not re.search(r"[\x00\x1b\ud800\uffff]", html)


def test_a_name_in_any_script_needs_no_font_of_this_machine() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        html = rendered(hostile("鮑魚 ابالون 🐚"))

    assert ">鮑魚 ابالون 🐚 (best)</text>" in html
