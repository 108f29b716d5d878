"""docs/changing.md names files, tests and targets that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs" / "changing.md").read_text("utf-8")
NAMED = sorted(
    set(re.findall(r"`((?:src|tests|local_aws|statemachine|docs|layers)/[^`<>]*)`", PAGE))
    - {"docs/adr/NNNN-what-it-decides.md"}
)
TARGETS = sorted(set(re.findall(r"`make ([a-z-]+)`", PAGE)))


@pytest.mark.parametrize("named", NAMED)
def test_what_is_named_exists(named: str) -> None:
    path, _, test = named.partition("::")

    assert (PROJECT / path).exists()
    assert not test or f"def {test}(" in (PROJECT / path).read_text("utf-8")


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE)
