from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bakeoff.domain.comparison import compare
from bakeoff.domain.report import render, verdict_sentence
from tests.unit.bakeoff.domain.results import DATASET, completed, failed

HOSTILE = "<script>alert('x')</script>&\"<img src=x onerror=y>"
printable = st.text(st.characters(exclude_categories=("C", "Z"))).map(lambda text: f"<{text}>&amp;")


class Page(HTMLParser):
    """The tags and the text of a page, as a browser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def comparison_of(
    *results: dict[str, Any], run_id: str = "run-1", key: str = "Inputs/a.csv"
) -> dict[str, Any]:
    objects = [{"key": key, "version_id": "v1", "etag": "e", "bytes": 10}]
    return compare(run_id, {**DATASET, "objects": objects}, results)


@given(printable, printable, printable, printable)
def test_whatever_comes_from_data_is_text_and_never_a_tag(
    run_id: str, name: str, error: str, key: str
) -> None:
    plain = Page(render(comparison_of(completed("a", 2.0), failed("b", "c"))))

    page = Page(render(comparison_of(completed(name, 2.0), failed("b", error), run_id=run_id, key=key)))

    assert page.tags == plain.tags
    assert page.attributes == plain.attributes
    for text in (run_id, name, error, key):
        assert text in page.text


def test_a_script_in_every_place_stays_harmless() -> None:
    html = render(
        comparison_of(completed(HOSTILE, 2.0), failed(HOSTILE, HOSTILE), run_id=HOSTILE, key=HOSTILE)
    )

    assert "<script" not in html and "<img" not in html
    assert html.count("&lt;script&gt;") == 8


def test_the_page_needs_no_other_file() -> None:
    html = render(comparison_of(completed("xgboost", 2.0)))

    assert not {"script", "link", "img", "iframe"} & set(Page(html).tags)
    assert "url(" not in html and "@import" not in html


def test_the_leaderboard_shows_every_candidate_in_order() -> None:
    page = Page(render(comparison_of(completed("worse", 2.5), failed("broken"), completed("better", 2.0))))

    assert page.tags.count("tr") == 4
    assert page.text.index("better2") < page.text.index("worse2.5") < page.text.index("broken–")  # noqa: RUF001
    assert "broken: Train model: out of memory" in page.text


def test_a_metric_that_the_labels_leave_undefined_is_a_dash() -> None:
    html = render(comparison_of(completed("xgboost", 2.0, r2=None, accuracy=None)))

    assert "<td>2</td><td>1.5</td><td>–</td><td>–</td><td>12.5</td>" in html  # noqa: RUF001


def test_the_page_says_what_was_compared() -> None:
    text = " ".join(Page(render(comparison_of(completed("xgboost", 2.0)))).text.split())

    assert "2924 rows for training, 627 for validation, 626 for test; 8 features; 3 rows rejected." in text
    assert "Inputs/a.csv (10 bytes)" in text
    assert "Failures" not in text


@pytest.mark.parametrize(
    ("results", "sentence"),
    [
        (
            [completed("knn", 2.0), completed("xgboost", 2.1)],
            "knn has the lowest RMSE on 626 test rows; whether the difference is real was not tested.",
        ),
        ([failed("knn")], "No candidate finished, so there is nothing to compare."),
    ],
)
def test_the_verdict_claims_no_more_than_the_ranking_shows(
    results: list[dict[str, Any]], sentence: str
) -> None:
    comparison = comparison_of(*results)

    assert verdict_sentence(comparison) == sentence
    assert f"<p>{sentence}</p>" in render(comparison)
