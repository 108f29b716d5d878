from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest

from bakeoff.report.page import render, verdict_sentence
from tests.unit.bakeoff.report import examples
from tests.unit.bakeoff.report.examples import Run
from tests.unit.bakeoff.report.html import Page, uneven_tables
from tests.unit.bakeoff.report.pages import rendered

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
    examples.mixed,
    lambda: examples.mixed(more_numbers=1000),
    lambda: examples.crowd(candidates=12, rows=1),
    examples.folded,
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_page_is_whole_and_in_order(example: Callable[[], Run]) -> None:
    html = rendered(example())
    page = Page(html)

    assert html.startswith("<!doctype html>")
    assert page.unclosed == [] and page.mismatched == []
    levels = [int(tag[1]) for tag in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    linked = re.findall(r'<li><a href="#([a-z]+)"', html)
    sections = re.findall(r'<h2 id="([a-z]+)"', html)
    assert linked == [section for section in sections if section in linked]


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_id_is_unique_and_every_reference_hits_one(example: Callable[[], Run]) -> None:
    page = Page(rendered(example()))
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
    html = rendered(example())
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
    assert render(examples.tie().reported) == rendered(examples.tie())


def test_every_table_has_heads_that_say_what_they_head() -> None:
    page = Page(rendered(examples.tie()))

    assert page.all("th") and all(found.get("scope") in ("col", "row") for found in page.all("th"))


@pytest.mark.parametrize(
    "example", [examples.winner, examples.tie, examples.described, examples.inconclusive]
)
def test_every_row_of_a_table_has_a_cell_under_each_heading(example: Callable[[], Run]) -> None:
    assert uneven_tables(rendered(example())) == []


def test_whatever_scrolls_can_be_reached_by_keyboard_and_has_a_name() -> None:
    scrolling = [
        found for found in Page(rendered(examples.tie())).all("div") if found.get("class") == "scroll"
    ]

    assert scrolling
    assert all(found["tabindex"] == "0" and found["role"] == "region" for found in scrolling)
    assert len({found["aria-label"] for found in scrolling}) == len(scrolling)


def test_a_page_of_many_candidates_and_rows_stays_small_and_says_what_it_leaves_out() -> None:
    html = rendered(examples.crowd(candidates=40, rows=5000))
    page = Page(html)

    assert len(html.encode()) < LIMIT
    assert page.tags.count("h3") - 4 == 6
    assert "1,500 of 5,000 rows are drawn" in page.words
    assert "every row. Shown are the best 6; the leaderboard has the other 34. All plots" in page.words
    assert all(f"candidate-{place:02}" in page.text for place in range(40))


@pytest.mark.parametrize(
    ("example", "line"),
    [
        (examples.winner, "Winner: xgboost predicts better than linear-learner."),
        (examples.tie, "Tie: xgboost and linear-learner cannot be told apart."),
        (examples.inconclusive, "Inconclusive: only xgboost finished, so nothing was compared."),
    ],
)
def test_the_page_opens_with_the_verdict_in_one_line_and_the_evidence_after_it(
    example: Callable[[], Run], line: str
) -> None:
    given = example()
    page = Page(rendered(example()))
    verdict = page.words.partition("Leaderboard")[0]

    assert verdict_sentence(given.comparison, given.plan) == given.comparison["verdict"]["reason"]
    assert f"UTC {line} {verdict_sentence(given.comparison, given.plan)} " in verdict
    assert page.tags.count("h1") == 1 and page.words.count(line) == 1
    assert "Recommended xgboost" in verdict


@pytest.mark.parametrize("metric", ["rmse", "mae", "r2", "relative_accuracy"])
def test_the_column_that_decides_is_marked(metric: str) -> None:
    page = Page(rendered(examples.judged(examples.winner(), metric)))

    heading = {"rmse": "RMSE", "mae": "MAE", "r2": "R²", "relative_accuracy": "Relative accuracy %"}[metric]
    assert f" {heading} decides " in page.words and page.words.count(" decides ") == 1


def test_what_was_read_and_assumed_is_told() -> None:
    words = Page(rendered(examples.described())).words

    assert "Predicted rings column 9 (Target)" in words
    told = words.partition("What was read Label ")[2]
    assert told.startswith("rings , column 9 (Target) 32 features feature 1, feature 2, ")
    assert "feature 30 and 2 more Assumed, skipped or left out dataset1.csv, line 1: the unnamed" in told
    assert "Objects that were not read Object Why Inputs/README.txt is no table of numbers" in told


def test_rows_that_repeat_are_counted_wherever_rows_are() -> None:
    words = Page(rendered(examples.described())).words

    assert "Test rows 200 180 distinct, never seen in training" in words
    assert "on the same 200 test rows, 180 distinct, for every candidate" in words
    assert "Equal rows are drawn together: the 200 test rows are 180 pieces of evidence." in words


def test_a_comparison_of_an_earlier_release_tells_nothing_of_its_data() -> None:
    words = Page(rendered(examples.tie())).words

    assert "What was read" not in words and "distinct" not in words and "Predicted rings" not in words


def test_a_label_without_a_name_is_told_by_its_column() -> None:
    given = examples.described()
    given.comparison["dataset"]["target"] = {"name": None, "position": 1, "source": "the first column"}

    words = Page(rendered(given)).words

    assert "Predicted the label column 1 (the first column)" in words
    assert "What was read Label column 1 (the first column) 32 features" in words


def test_labels_of_any_size_are_written_with_few_digits() -> None:
    given = examples.relabel(examples.too_few_rows(), [1.8e19 * (1 + row % 7) / 7 for row in range(38)])
    examples.judged(given, "rmse")
    given.comparison["baseline"] = {
        "name": "training mean",
        "prediction": 9.1234567891234567e18,
        "metrics": {
            "rmse": 9.1234567891234567e18,
            "mae": 1.2345678912345e27,
            "r2": -1e300,
            "relative_accuracy": -1e25,
        },
    }

    words = Page(rendered(given)).words

    shown = words.partition("Provenance Data")[0].partition("UTC")[2]
    numbers = re.findall(r"[-+0-9.,]+(?:e[+-]?\d+)?", shown)
    assert "9.123e+18" in shown and max(len(re.sub(r"\D", "", number)) for number in numbers) <= 7


def test_a_run_without_any_finished_candidate_still_has_a_report() -> None:
    words = Page(rendered(examples.nothing_finished())).words

    assert "Recommended no candidate" in words
    assert "xgboost failed Create endpoint: no capacity." in words
    assert "There are no predictions to show." in words and "Nothing was timed." in words


def test_the_rows_that_an_undecided_run_would_need_are_named() -> None:
    given = examples.tie()
    given.comparison["verdict"].update(rows_needed=4123)

    assert "about 4,100 would be needed" in Page(rendered(given)).words
