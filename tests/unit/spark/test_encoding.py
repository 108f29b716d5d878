"""What columns become, by what was found in their training rows."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preparation.failures import JobError
from preparation.mixed.columns import Columns
from preparation.mixed.encoding import encoding_of, fill_of
from preparation.mixed.fitting import Found, Levels, Measure
from preparation.mixed.text import any_spelling, bare_pattern, gap_pattern, plain_pattern

VALUES = st.lists(st.floats(-3.4e38, 3.4e38), min_size=1, max_size=50)


def measure_of(values: Sequence[float]) -> Measure:
    return Measure(len(values), sum(values), min(values), max(values))


def plan_of(*columns: tuple[str, ...], formats: Sequence[str] = ("coded", "csv", "dense")) -> dict[str, Any]:
    listed = [
        {
            "name": name,
            "kind": kind,
            "role": "feature" if place else "label",
            **({"why": why[0]} if why else {}),
        }
        for place, (name, kind, *why) in enumerate((("y", "number"), *columns))
    ]
    table = {"columns": listed, "missing": [""], "max_levels": 50}
    return {"run_id": "run-1", "table": table, "formats": formats}


def encoded(plan: dict[str, Any], rows: int, levels: Sequence[Levels], **measures: Measure) -> dict[str, Any]:
    label = {0: Measure(rows, 0.0, 0.0, 0.0)}
    others = {int(place[1:]): measure for place, measure in measures.items()}
    return encoding_of(plan, Columns.of(plan), Found(rows, label | others, dict(enumerate(levels))))


@pytest.mark.parametrize(
    ("values", "fill"),
    [
        ([1.0, 2.0], "1.5"),
        ([0.0, -0.0], "0"),
        ([1e-9, -1e-9], "0"),
        ([3.2345], "3.2345"),
        ([1 / 3], "0.3333333"),
        ([123456789.0], "123456800"),
        ([1e38, 3e38], "2" + "0" * 38),
        ([1e-300], "0." + "0" * 299 + "1"),
        ([1000.0], "1000"),
        ([-5.0, 1e7], "5000000"),
    ],
)
def test_a_fill_is_the_mean_in_plain_spelling(values: list[float], fill: str) -> None:
    assert fill_of(measure_of(values)) == fill


@given(VALUES, st.randoms(use_true_random=False))
def test_a_fill_is_near_the_mean_and_hides_how_it_was_added_up(
    values: list[float], chance: random.Random
) -> None:
    shuffled = chance.sample(values, len(values))
    largest = max(map(abs, values))

    fill = fill_of(measure_of(values))

    assert re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", fill)
    assert abs(float(fill) - math.fsum(values) / len(values)) <= 1e-6 * largest
    exact = Measure(len(values), math.fsum(values), min(values), max(values))
    assert fill_of(measure_of(shuffled)) == fill == fill_of(exact)


@given(st.integers(10_000_000, 99_999_999), st.integers(1, 60))
def test_a_tie_of_the_last_digit_does_not_turn_on_the_order(value: int, count: int) -> None:
    number = (value - value % 10 + 5) / 1000  # eight digits, the last one a 5
    exact = Measure(count, number * count, number, number)

    assert fill_of(measure_of([number] * count)) == fill_of(exact)


def test_levels_need_a_hundredth_of_the_rows_and_the_rest_is_rare() -> None:
    common = [("a", 300), ("b", 7), ("c", 6), ("d", 1)]
    document = encoded(plan_of(("k", "category")), 700, [Levels(9, 690, common)])

    assert document["columns"] == [
        {
            "name": "k",
            "kind": "category",
            "missing": 10,
            "levels": ["a", "b"],
            "rare": ["c", "d"],
            "rare_rows": 7,
            "unlisted_levels": 5,
        }
    ]
    one_hot = ["k=a", "k=b", "k=(rare)", "k=(missing)"]
    assert document["views"] == {
        "coded": {"features": ["k"], "categorical": [1]},
        "csv": {"features": one_hot},
        "dense": {"features": one_hot},
    }


@pytest.mark.parametrize(("rows", "least"), [(1, 2), (200, 2), (201, 3), (950, 10), (10**6, 10)])
def test_a_level_needs_at_least_2_rows_and_10_are_enough(rows: int, least: int) -> None:
    levels = Levels(3, rows, [("a", least), ("b", least - 1)])
    document = encoded(plan_of(("k", "category", "the setting categorical")), rows, [levels])

    assert document["columns"][0]["levels"] == ["a"]


def test_a_column_that_tells_nothing_is_dropped_and_says_why() -> None:
    plan = plan_of(("gone", "number"), ("id", "category"), ("kept", "category", "the setting categorical"))
    levels = Levels(95, 100, [(f"id {n}", 1) for n in range(50)])

    columns = encoded(plan, 100, [levels, levels])["columns"]

    assert [column.get("dropped") for column in columns] == [
        "every training row lacks a value",
        "95 levels in 100 rows: nearly every row has another",
        None,
    ]


def test_parts_of_dates_and_indicators_have_names_of_their_own() -> None:
    plan = plan_of(("d", "date"), ("n", "number"), ("t", "timestamp"))
    part = Measure(9, 18.0, 1.0, 3.0)

    document = encoded(plan, 10, [], **{f"m{place}": part for place in range(1, 9)})

    dates, times = ["d:day", "d:month", "d:weekday"], ["t:day", "t:month", "t:weekday", "t:second"]
    assert document["views"]["csv"]["features"] == [*dates, "n", *times]
    dense = [*dates, "d (missing)", "n", "n (missing)", *times, "t (missing)"]
    assert document["views"]["dense"]["features"] == dense
    assert document["columns"][0]["fill"] == {"day": "2", "month": "2", "weekday": "2"}


def test_features_of_one_name_are_told_apart() -> None:
    plan = plan_of(("a", "category"), ("a=b", "category"), ("a=b=c", "number"))
    levels = [Levels(2, 20, [("b=c", 10), ("x", 10)]), Levels(2, 20, [("c", 10), ("x", 10)])]

    features = encoded(plan, 20, levels, m1=Measure(20, 1.0, 0.0, 1.0))["views"]["csv"]["features"]

    assert features == ["a=b=c", "a=x", "a=b=c (2)", "a=b=x", "a=b=c (3)"]


def test_more_features_than_a_comparison_takes_are_refused_with_the_widest_columns() -> None:
    columns = [(f"{'c' * 300}{n}", "category") for n in range(250)]
    levels = Levels(45, 900, [(f"l{n}", 20) for n in range(45)])

    with pytest.raises(JobError, match="11,250 features in the view csv") as caught:
        encoded(plan_of(*columns, formats=["csv"]), 900, [levels] * 250)

    assert len(str(caught.value).encode()) <= 1024


@pytest.mark.parametrize("text", ["NA", "nA", "-999", "\u2126\u00c5", "N/A", "*"])
def test_a_pattern_of_gaps_knows_every_case(text: str) -> None:
    pattern = any_spelling(["", "n/a", "na", "-999", "\u03c9\u00e5", "*"])

    assert re.fullmatch(f"(?:{pattern})", text)
    assert not re.fullmatch(f"(?:{pattern})", f"{text}x")


@given(st.text(max_size=6), st.sampled_from(["unknown", "stra\u00dfe", "\u00e9t\u00e9", "i"]))
def test_a_pattern_of_gaps_matches_what_is_one_in_lower_case(text: str, gap: str) -> None:
    assert bool(re.fullmatch(f"(?:{any_spelling([gap])})", text)) == (text.lower() == gap)


def test_a_view_that_gaps_make_too_wide_says_so() -> None:
    columns = [(f"f{place}", "number") for place in range(6_000)]
    gaps = {f"m{place}": Measure(9, 9.0, 1.0, 1.0) for place in range(1, 6_001)}

    with pytest.raises(
        JobError, match="12,000 features in the view dense, where each column with gaps needs one more"
    ) as caught:
        encoded(plan_of(*columns, formats=["csv", "dense"]), 10, [], **gaps)

    assert str(caught.value).endswith(", or compare no algorithm that trains on this view.")


_MISSING = ["", "n/a", "na", "-", "-999", "none"]
_CELLS = [
    "",
    "1",
    "-1.5",
    "-9990",
    "-999",
    "-",
    "NA",
    "nA",
    "N/a",
    "None",
    "nan",
    "nation",
    "-none",
    "a-",
    "a na",
]
_CELLS += ["1e3", "1e99", " 2", "\xe5", "\u3000a", "a\u3000", '"a"', "NA,NA"]


@given(
    st.sampled_from(["1", "-1.5", "-9990", *_CELLS]),
    st.lists(st.sampled_from(_CELLS), min_size=3, max_size=3),
    st.sampled_from(",;|\t"),
)
def test_a_row_is_bare_if_it_is_plain_and_spells_no_missing_value(
    label: str, cells: list[str], delimiter: str
) -> None:
    columns = Columns.of(plan_of(("a", "number"), ("b", "category"), ("c", "category")))
    item = {"delimiter": delimiter, "columns": [0, 1, 2, 3], "width": 4}
    line = delimiter.join([label, *cells])

    emptied = re.sub(gap_pattern(_MISSING, delimiter), "", line)
    is_plain = re.search(plain_pattern(item, columns, any_spelling(_MISSING)), line) is not None
    is_bare = re.search(bare_pattern(item, columns, _MISSING), line) is not None

    assert emptied.split(delimiter) == ["" if c.lower() in _MISSING else c for c in line.split(delimiter)]
    assert is_bare == (is_plain and emptied == line)
