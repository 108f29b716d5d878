"""What saved verdicts and decisions say otherwise, because earlier releases wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, compress, product

IN_EACH_FOLD = " in each fold"
"""What earlier releases did not say of tuned candidates."""
_Rule = tuple[tuple[str, str], ...]
# Each is a pattern of today's words, and what stood there before; those of one rule changed together.
_RULES: tuple[_Rule, ...] = (
    (("R²", "R2"),),
    (("relative accuracy", "accuracy"),),
    ((IN_EACH_FOLD, ""),),
    (("test rows in all", "rows in all"),),
    # Groups were called distinct rows.
    (
        (r"test rows in ([\d,]+) groups?", r"test rows, \1 distinct"),
        (r"groups of test rows", "distinct test rows"),
        (r"takes ([\d,]+) groups", r"takes \1"),
        (r"of ([\d,]+) groups", r"of \1"),
        (r"([\d,]+) groups in all", r"\1 rows in all"),
    ),
)
# What is now p < 0.0001 was written as a number, of three significant digits or one.
_SMALLEST_P = re.compile(r"\bp = (?:0\.0001(?!\d)|\d(?:\.\d+)?e-\d+)")


def says_the_same(recorded: str, today: str) -> bool:
    """Whether what is recorded has the words of `today`, or those of an earlier release in their place. How
    words are cut into sentences does not matter.
    """
    said = _words(_SMALLEST_P.sub("p < 0.0001", recorded))
    return any(said == _words(each) for each in _formerly(today))


def _formerly(today: str) -> Iterator[str]:
    """In the words of every release: each took over what those before it had changed, but not all of them
    wrote of everything.
    """
    for former in product((False, True), repeat=len(_RULES)):
        text = today
        for pattern, words in chain.from_iterable(compress(_RULES, former)):
            text = re.sub(pattern, words, text)
        yield text


def _words(text: str) -> list[str]:
    return [word.strip(".,;:()").casefold() for word in text.split()]
