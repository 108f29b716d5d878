"""The verdict in a few sentences, for a reader who decides and has no time for statistics.

`bakeoff verify` holds their words to those of a saved verdict, whatever release wrote it: how sentences are
cut may change, but not the words of verdicts on test rows that are all distinct.
"""

from bakeoff.domain.verdict.wording.figures import figure, p_figure, p_told
from bakeoff.domain.verdict.wording.former import says_the_same
from bakeoff.domain.verdict.wording.lead import Lead
from bakeoff.domain.verdict.wording.rows import Floor, Rows
from bakeoff.domain.verdict.wording.sentences import (
    doubt,
    left_out,
    nothing_to_compare,
    recommendation,
    tie,
    too_few_measured,
    too_few_rows,
    tuned,
    undefined,
    winner,
)

__all__ = [
    "Floor",
    "Lead",
    "Rows",
    "doubt",
    "figure",
    "left_out",
    "nothing_to_compare",
    "p_figure",
    "p_told",
    "recommendation",
    "says_the_same",
    "tie",
    "too_few_measured",
    "too_few_rows",
    "tuned",
    "undefined",
    "winner",
]
