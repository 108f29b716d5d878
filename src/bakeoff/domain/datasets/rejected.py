"""Malformed rows: how many of them are too many, and what helps against them."""

from __future__ import annotations

from bakeoff.domain.errors import TooManyRejectedRows
from bakeoff.domain.messages import excerpt
from bakeoff.domain.planning.splits import NAMES
from bakeoff.domain.run.documents import Summary

# What the Spark job calls a reason, and what helps against it; a test ties the two together.
ZERO_INDEX = "a libsvm index is 0"
_AS_CATEGORY = "name the column in `categorical` or `ignore`"
_MEND = "mend or remove such rows"
CURES = {
    "a libsvm index is above the number of features": "set FeatureCount to the number of all features",
    "the libsvm indices are not ascending": "sort the indices of each row, none twice",
    "the label is too large to be squared in single precision": "give the label in a larger unit",
    # A setting about columns makes a table mixed, which may have gaps.
    "a feature is not a number": f"{_MEND}, or name such a cell in the setting missing if it stands for no "
    "value (missing: [''] for empty ones)",
    "a feature is too large for single precision": "give the feature in a larger unit",
    "a quoted cell runs over the end of the line": "write each row on one line",
    "a feature is neither true nor false": f"write true or false, or {_AS_CATEGORY}",
    "a feature is not a date like 2026-01-31": f"write such dates, or {_AS_CATEGORY}",
    "a feature is not a time like 2026-01-31T23:59": f"write such times, or {_AS_CATEGORY}",
    "the time is missing": "give each row a time, or leave out the setting time",
}


def refuse_rejected(summary: Summary, tolerated: float, where: str) -> None:
    """Features that are numbered from 0 are no matter of a share: other rows would be read amiss."""
    rejected, reasons = summary["rejected"]["total"], summary["rejected"]["reasons"]
    rows = rejected + sum(summary["rows"][split] for split in NAMES)
    if ZERO_INDEX in reasons:
        raise TooManyRejectedRows(
            f"{reasons[ZERO_INDEX]} of {rows} rows number their libsvm features from 0, but the first one "
            f"must be 1{_example(summary, ZERO_INDEX)}: write them with dump_svmlight_file(..., "
            "zero_based=False)."
        )
    if rejected > tolerated * rows:
        counts = ", ".join(f"{reason} ({count})" for reason, count in reasons.items())
        commonest = max(reasons, key=lambda reason: int(reasons[reason]))
        raise TooManyRejectedRows(
            f"{rejected} of {rows} rows are malformed, more than the tolerated share of {tolerated:g}: "
            f"{counts}{_example(summary, commonest)}. See {where}; {CURES.get(commonest, _MEND)}, or raise "
            "MaxRejectedShare."
        )


def _example(summary: Summary, reason: str) -> str:
    for example in summary["rejected"]["examples"]:
        if example["reason"] == reason:
            return f"; for example, {example['object']} has the line {excerpt(example['line'])}"
    return ""
