from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise

import pytest

from bakeoff.domain.report import render, verdict_sentence
from tests.unit.bakeoff.domain.report import examples
from tests.unit.bakeoff.domain.report.examples import Run
from tests.unit.bakeoff.domain.report.html import Page

LIMIT = 2_000_000
EXAMPLES = [
    examples.winner,
    examples.tie,
    examples.inconclusive,
    examples.nothing_finished,
    examples.too_few_rows,
    examples.unbounded,
    examples.undefined,
    examples.hostile,
    lambda: examples.crowd(candidates=12, rows=1),
]


@cache
def rendered(example: Callable[[], Run]) -> str:
    return render(*example().parts)


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_page_is_whole_and_in_order(example: Callable[[], Run]) -> None:
    html = rendered(example)
    page = Page(html)

    assert html.startswith("<!doctype html>")
    assert page.unclosed == [] and page.mismatched == []
    levels = [int(tag[1]) for tag in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_id_is_unique_and_every_reference_hits_one(example: Callable[[], Run]) -> None:
    page = Page(rendered(example))
    ids = [found["id"] for found in page.attributes if "id" in found]
    references = {
        value.removeprefix("url(").removesuffix(")")[1:]
        for found in page.attributes
        for name, value in found.items()
        if (name == "href" and value.startswith("#")) or name == "clip-path"
    }
    labels = {found["aria-labelledby"] for found in page.attributes if "aria-labelledby" in found}

    assert len(ids) == len(set(ids))
    assert references | labels <= set(ids)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_page_needs_no_other_file_and_no_script(example: Callable[[], Run]) -> None:
    html = rendered(example)
    page = Page(html)

    assert not {"script", "img", "iframe", "object", "image"} & set(page.tags)
    assert [found["href"] for found in page.all("link")] == ["data:,"]
    assert all(found["href"].startswith("#") for found in [*page.all("a"), *page.all("use")])
    assert "http" not in html.replace('http-equiv="Content-Security-Policy"', "")
    assert "@import" not in html
    assert not any(name.startswith("on") for found in page.attributes for name in found)
    policy = next(found["content"] for found in page.all("meta") if "http-equiv" in found)
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:;")


def test_the_same_run_gives_the_same_bytes() -> None:
    assert render(*examples.tie().parts) == rendered(examples.tie)


def test_every_table_has_heads_that_say_what_they_head() -> None:
    page = Page(rendered(examples.tie))

    assert page.all("th") and all(found.get("scope") in ("col", "row") for found in page.all("th"))


def test_whatever_scrolls_can_be_reached_by_keyboard_and_has_a_name() -> None:
    scrolling = [found for found in Page(rendered(examples.tie)).all("div") if found.get("class") == "scroll"]

    assert scrolling
    assert all(found["tabindex"] == "0" and found["role"] == "region" for found in scrolling)
    assert len({found["aria-label"] for found in scrolling}) == len(scrolling)


def test_a_page_of_many_candidates_and_rows_stays_small_and_says_what_it_leaves_out() -> None:
    html = render(*examples.crowd(candidates=40, rows=5000).parts)
    page = Page(html)

    assert len(html.encode()) < LIMIT
    assert page.tags.count("h3") - 4 == 6
    assert "1,500 of 5,000 rows are drawn" in page.words
    assert "every row. Shown are the best 6; the leaderboard has the other 34. All plots" in page.words
    assert all(f"candidate-{place:02}" in page.text for place in range(40))


@pytest.mark.parametrize(
    ("example", "badge"),
    [(examples.winner, "Winner"), (examples.tie, "Tie"), (examples.inconclusive, "Inconclusive")],
)
def test_the_verdict_opens_the_page(example: Callable[[], Run], badge: str) -> None:
    given = example()
    page = Page(rendered(example))
    verdict = page.words.partition("Leaderboard")[0]

    assert verdict_sentence(given.comparison) == given.comparison["verdict"]["reason"]
    assert f"{badge} {verdict_sentence(given.comparison)}" in verdict
    assert "Recommended xgboost" in verdict


def test_a_run_without_any_finished_candidate_still_has_a_report() -> None:
    words = Page(rendered(examples.nothing_finished)).words

    assert "Recommended no candidate" in words
    assert "xgboost failed Create endpoint: no capacity." in words
    assert "There are no predictions to show." in words and "Nothing was timed." in words


def test_the_rows_that_an_undecided_run_would_need_are_named() -> None:
    given = examples.tie()
    given.comparison["verdict"].update(rows_needed=4123)

    assert "about 4,100 would be needed" in Page(render(*given.parts)).words
