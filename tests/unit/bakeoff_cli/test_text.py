from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bakeoff_cli.text import shortened, wrapped


def test_a_line_is_broken_between_words_only() -> None:
    assert wrapped("its RMSE of 2.43 is lower\nthan that", 12) == "its RMSE of\n2.43 is\nlower\nthan that"


def test_a_word_that_is_longer_than_a_line_stays_whole() -> None:
    address = "s3://a-bucket/runs/run-1/report.html"
    assert wrapped(f"Report: {address} (see there)", 20) == f"Report:\n{address}\n(see there)"


def test_an_indented_line_stays_whole_because_it_is_a_command() -> None:
    assert wrapped("Stop it:\n  aws stepfunctions stop-execution", 12) == (
        "Stop it:\n  aws stepfunctions stop-execution"
    )


def test_a_command_in_backquotes_stays_whole() -> None:
    assert wrapped("Then start `bakeoff run --target x`, or not", 20) == (
        "Then start\n`bakeoff run --target x`,\nor not"
    )
    assert wrapped("an odd ` is a word", 9) == "an odd `\nis a word"


def test_what_is_shortened_says_so() -> None:
    assert (shortened("abcdef", 6), shortened("abc defg", 7)) == ("abcdef", "abc...")


@given(
    st.text(st.characters(exclude_categories=["C"], exclude_characters="`"), max_size=200), st.integers(1, 40)
)
def test_wrapping_loses_nothing_and_only_single_words_are_too_wide(text: str, width: int) -> None:
    lines = wrapped(text, width).split("\n")
    assert " ".join(lines) == text
    assert text.startswith("  ") or all(cell_len(line) <= width for line in lines if " " in line.strip())


@given(st.text("ab `\n", max_size=60), st.integers(1, 12))
def test_wrapping_around_backquotes_loses_nothing(text: str, width: int) -> None:
    assert wrapped(text, width).replace("\n", " ") == text.replace("\n", " ")
