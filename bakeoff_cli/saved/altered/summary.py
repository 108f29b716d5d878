"""Whether a saved run's summary.json follows from its data sets, as far as the folder has them."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import stdev
from typing import Any, cast

from bakeoff.domain.datasets.test_rows import HeldOutSplit
from bakeoff.domain.planning.splits import NAMES
from bakeoff.domain.run.documents import Plan
from bakeoff.domain.run.files import (
    PLAN,
    REJECTED,
    SCORED_FORMAT,
    SUMMARY,
    RunFiles,
    data_part_of,
    encoding_of,
    predictions_of,
    split_of,
)
from bakeoff.domain.run.folds import counted_parts, folds_of, part_names, pooled, unit_parts
from bakeoff_cli.saved.differing import DocumentDifference, first_difference
from bakeoff_cli.saved.folder import FolderStore

# Of sums of many numbers that another program added up in another order, by the largest of the numbers.
_ROUNDING = 1e-9
# Of a standard deviation, which may be far smaller than what it is of.
_OF_SPREADS = 1e-6


def summary_alteration(store: FolderStore, run: RunFiles) -> str | None:
    """What of summary.json is neither what its plan, the encodings and the rows of a data set make of it, nor
    what it says of its own parts.
    """
    plan, summary, path = run.plan(), run.summary(), store.path(run.key(SUMMARY))
    folds = first_difference(len(summary.get("folds", ())), folds_of(plan), "folds")
    if folds is None:
        if difference := _of_parts(summary):
            return f"{path} was changed after the run: {difference}."
        found = (_of_rows(store, run, plan, counted) for counted in _Counted.all_of(plan, summary))
        if told := next(filter(None, found), None) or _of_documents(store, run, summary):
            return told
    copied = [name for name in ("run_id", "feature_dim") if name in plan and name in summary]
    own, planned = ({name: cast(Any, each)[name] for name in copied} for each in (summary, plan))
    difference = folds or first_difference(own, planned)
    return None if difference is None else f"{path} does not follow from {PLAN}: {difference}."


@dataclass(frozen=True)
class _Counted:
    """What the summary `says` in a `place` of the rows that lie where names begin with `beginning`; `fold` is
    that which they test, None where they test nothing or there are no folds.
    """

    place: str
    beginning: str
    says: Mapping[str, Any]
    tests: bool = False
    fold: int | None = None

    @classmethod
    def all_of(cls, plan: Plan, summary: Any) -> Iterator[_Counted]:
        """Whatever rows the summary counts."""
        folds, view = folds_of(plan), plan["formats"][0] if "table" in plan else SCORED_FORMAT
        if not folds:
            for split in NAMES:
                yield cls(split, split_of(view, split), _of_split(summary, split), split == "test")
            return
        for number, fold in enumerate(summary["folds"]):
            place = HeldOutSplit.of_any(plan, number).place
            yield cls(f"folds[{number}]", place, fold, tests=True, fold=number)
        if "table" not in plan:
            parts = zip(part_names(folds), counted_parts(summary), strict=True)
            yield from (cls(name, data_part_of(view, name), part) for name, part in parts)


def _of_parts(summary: Any) -> DocumentDifference | None:
    """What of the final model's rows, and of a fold that is cut, is not the sum of their parts."""
    if "folds" not in summary:
        return None
    for number, fold in enumerate(summary["folds"]):
        if "parts" in fold and (found := _joined(f"folds[{number}]", fold, fold["parts"])):
            return found
    parts, unit = counted_parts(summary), unit_parts(len(summary["folds"]), None)
    for split, read in (("train", unit.train), ("validation", unit.validation)):
        says = _of_split(summary, split)
        if found := _joined(split, says, [parts[part] for part in read]):
            return found
    return None


def _joined(place: str, says: Mapping[str, Any], parts: list[Any]) -> DocumentDifference | None:
    expected: dict[str, Any] = {"rows": sum(part["rows"] for part in parts)}
    if "label" in says:
        expected["label"] = pooled([part["label"] for part in parts])
    if "classes" in says:
        expected["classes"] = [sum(counts) for counts in zip(*(p["classes"] for p in parts), strict=True)]
    return _different(place, says, expected)


def _of_documents(store: FolderStore, run: RunFiles, summary: Any) -> str | None:
    """The views are as large as the encodings make them, and rejected rows are kept with their reasons."""
    path, folds = store.path(run.key(SUMMARY)), enumerate(summary.get("folds", ()))
    for place, fold, says in (("", None, summary), *((f"folds[{n}].", n, each) for n, each in folds)):
        encoding = store.path(run.key(encoding_of(fold)))
        if "views" in says and encoding.is_file():
            views = run.encoding(fold)["views"]
            sizes = {name: {**view, "features": len(view["features"])} for name, view in views.items()}
            if found := first_difference(says["views"], sizes, f"{place}views"):
                return f"{path} does not follow from {encoding}: {found}."
    rejected = store.path(run.key(REJECTED))
    total = sum(1 for _ in run.lines_of(REJECTED)) if store.sizes(run.key(REJECTED)) else None
    found = None if total is None else first_difference(summary["rejected"]["total"], total, "rejected.total")
    return None if found is None else f"{path} does not say how many rows are in {rejected}: {found}."


def _of_split(summary: Any, split: str) -> dict[str, Any]:
    says: dict[str, Any] = {"rows": summary["rows"][split]}
    if split in summary.get("label", ()):
        says["label"] = summary["label"][split]
    if "classes" in summary:
        says["classes"] = [each[split] for each in summary["classes"]]
    return says


def _of_rows(store: FolderStore, run: RunFiles, plan: Plan, counted: _Counted) -> str | None:
    """Whichever of summary and data set was changed, where predictions of the same rows tell."""
    if not store.sizes(run.key(counted.beginning)):
        return None
    labels = array("d", (float(line.partition(",")[0]) for line in run.lines_of(counted.beginning)))
    difference = _different(counted.place, counted.says, _said_of(labels, counted.says))
    if difference is None:
        return None
    summary, data = store.path(run.key(SUMMARY)), store.path(run.key(counted.beginning))
    asked = _asked(store, run, plan, counted)
    if asked is not None and "label" in counted.says:
        if _different("", counted.says, _said_of(asked, counted.says)) is None:
            return f"The rows in {data}* were changed after the run: {difference}."
        if asked == labels:
            return f"{summary} was changed after the run: {difference}."
    return f"{summary} does not say what the rows in {data}* are: {difference}."


def _asked(store: FolderStore, run: RunFiles, plan: Plan, counted: _Counted) -> array[float] | None:
    """The labels that the first candidate's predictions have beside them; None where there are none."""
    if not counted.tests:
        return None
    for candidate in plan["candidates"]:
        if store.path(run.key(predictions_of(candidate["name"], counted.fold))).is_file():
            lines = list(run.prediction_lines(candidate["name"], counted.fold))[1:]
            try:
                return array("d", (float(line.split(",")[1]) for line in lines))
            except (LookupError, ValueError):
                return None
    return None


def _said_of(labels: array[float], says: Mapping[str, Any]) -> dict[str, Any]:
    """As much of what can be said of the rows as is said."""
    said: dict[str, Any] = {"rows": len(labels)}
    if "classes" in says:
        said["classes"] = [labels.count(float(number)) for number in range(len(says["classes"]))]
    if "label" in says:
        count = len(labels)
        statistics = {
            "count": count,
            "mean": math.fsum(labels) / count if count else None,
            "stddev": stdev(labels) if count > 1 else None,
            "min": min(labels, default=None),
            "max": max(labels, default=None),
        }
        said["label"] = {what: value for what, value in statistics.items() if what in says["label"]}
    return said


def _different(place: str, says: Mapping[str, Any], expected: Mapping[str, Any]) -> DocumentDifference | None:
    """The first of what is expected that is said otherwise, but for what another order of sums changes."""
    own = {name: says.get(name) for name in expected}
    label, known = own.get("label"), expected.get("label")
    if isinstance(label, dict) and known:
        size = max(abs(known["min"] or 0), abs(known["max"] or 0)) if {"min", "max"} <= known.keys() else 0
        slack = {"mean": _ROUNDING * size, "stddev": _OF_SPREADS * (known.get("stddev") or 0)}
        told = {what: label.get(what) for what in known}
        for what, by in slack.items():
            pair = (label.get(what), known.get(what))
            if all(type(each) in (int, float) for each in pair) and abs(pair[0] - pair[1]) <= by:
                told[what] = known[what]
        own["label"] = told
    return first_difference(own, expected, place)
