"""The pages of docs/ name files, tests and targets that exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PAGES = sorted((PROJECT / "docs").glob("*.md"))
ROOTS = "src|tests|local_aws|bakeoff_cli|statemachine|docs|layers|scripts|benchmarks|spark|events|tools"
NAMED = re.compile(rf"`((?:{ROOTS})/[^`<>*{{}} ]*)`")
LINKED = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
# As a pattern for the files to come.
EXAMPLES = {"docs/adr/NNNN-what-it-decides.md"}


def named() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for place in sorted(set(NAMED.findall(page.read_text("utf-8"))) - EXAMPLES):
            yield page.name, place


@pytest.mark.parametrize(("page", "place"), [*named()])
def test_what_is_named_exists(page: str, place: str) -> None:
    path, _, test = place.partition("::")

    assert (PROJECT / path).exists()
    assert not test or f"def {test}(" in (PROJECT / path).read_text("utf-8")


@pytest.mark.parametrize(
    "page", [*PAGES, PROJECT / "README.md", PROJECT / "CONTRIBUTING.md"], ids=lambda page: page.name
)
def test_what_is_linked_exists(page: Path) -> None:
    linked = set(LINKED.findall(page.read_text("utf-8")))

    assert [place for place in linked if not (page.parent / place).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_target_exists(page: Path) -> None:
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"`make ([a-z-]+)[ `]", page.read_text("utf-8")))

    assert [target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)] == []
