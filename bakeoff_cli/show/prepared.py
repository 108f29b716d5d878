"""How many rows a run has prepared, and of which classes: from its summary.json, which may hold anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bakeoff.domain.run.planned import moved_told
from bakeoff_cli.documents import list_of, mapping_of
from bakeoff_cli.text import counted, listed, one_line


def prepared_rows(summary: Any) -> str | None:
    """How many rows the Spark job made of the data; None when its summary does not say."""
    told = _folds(list_of(mapping_of(summary).get("folds"))) or _splits(
        mapping_of(mapping_of(summary).get("rows"))
    )
    if told is None:
        return None
    rejected = mapping_of(summary.get("rejected")).get("total")
    aside = f"; {counted(rejected, 'line')} set aside" if isinstance(rejected, int) and rejected else ""
    unlabelled = summary.get("unlabelled")
    if isinstance(unlabelled, int) and unlabelled:
        aside += f"; {counted(unlabelled, 'row')} without a label left out"
    return " ".join([f"{told}{aside}.", *_classes(list_of(summary.get("classes")))])


def _splits(rows: Mapping[str, Any]) -> str | None:
    counts = _counts([rows.get(name) for name in ("train", "validation", "test")])
    if not counts:
        return None
    train, validation, test = counts
    return f"{sum(counts):,} rows: {train:,} to train, {validation:,} to validate, {test:,} to test"


def _folds(folds: list[Any]) -> str | None:
    counts = _counts([mapping_of(fold).get("rows") for fold in folds])
    if not counts:
        return None
    least, most = min(counts), max(counts)
    each = f"of {least:,}" if least == most else f"of {least:,} to {most:,}"
    return f"{sum(counts):,} rows in {len(counts)} folds {each}"


def _counts(values: list[Any]) -> list[int]:
    """None of them, if one is no number."""
    counts = [value for value in values if isinstance(value, int)]
    return counts if len(counts) == len(values) else []


def _classes(classes: list[Any]) -> Iterator[str]:
    """How many there are, and which of them had to be moved to the training split."""
    found = [each for each in map(mapping_of, classes) if each]
    if not found:
        return
    yield f"{len(found)} classes: {listed(tuple(one_line(str(each.get('name'))) for each in found))}."
    moved = [each for each in found if isinstance(each.get("moved"), int)]
    if moved:
        names = listed(tuple(one_line(str(each.get("name"))) for each in moved))
        yield f"{moved_told(names, sum(each['moved'] for each in moved))}."
