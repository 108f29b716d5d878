"""What a rehearsal has found out about each assumption."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from bakeoff_cli.smoke.assumptions import ASSUMPTIONS, Assumption
from bakeoff_cli.text import one_line

_QUOTED = 300


class Answer(StrEnum):
    YES = "yes"
    NO = "no"
    NOT_SEEN = "not seen"


@dataclass
class Finding:
    """A `no` stays: what was refuted once is not confirmed by another try. Evidence names what AWS said."""

    assumption: Assumption
    verdict: Answer = Answer.NOT_SEEN
    evidence: list[str] = field(default_factory=list)


class Findings:
    def __init__(self) -> None:
        self._by_key = {each.key: Finding(each) for each in ASSUMPTIONS}

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._by_key.values())

    def __getitem__(self, key: str) -> Finding:
        return self._by_key[key]

    def settle(self, key: str, holds: bool, evidence: str) -> None:
        found = self._by_key[key]
        if not (holds and found.verdict is Answer.NO):
            found.verdict = Answer.YES if holds else Answer.NO
        found.evidence.append(evidence)

    def refute_by(self, complaint: str, where: str) -> None:
        """Refute what the words of a failure refute; `where` names what failed."""
        for found in self._by_key.values():
            pattern = found.assumption.refuted_by
            if pattern and re.search(pattern, complaint, re.IGNORECASE):
                self.settle(found.assumption.key, False, f"{where}: {one_line(complaint)[:_QUOTED]}")

    @property
    def refuted(self) -> list[Finding]:
        return [found for found in self._by_key.values() if found.verdict is Answer.NO]
