"""Whether the views of a saved run's mixed table have its rows' labels, and its encodings are its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, product, zip_longest

from bakeoff.domain.datasets.encoding import Encoder
from bakeoff.domain.datasets.test_rows import HeldOutSplit
from bakeoff.domain.errors import UnreadableCell
from bakeoff.domain.messages import excerpt
from bakeoff.domain.planning.splits import NAMES
from bakeoff.domain.run.documents import Plan
from bakeoff.domain.run.files import FINAL, PLAN, SUMMARY, RunFiles, encoding_of, fold_name, split_of
from bakeoff.domain.run.folds import fold_summaries, folds_of
from bakeoff.domain.run.task import task_of
from bakeoff_cli.saved.differing import first_difference
from bakeoff_cli.saved.folder import FolderStore

Label = str | float
"""The name of a class, or a number."""


def table_alteration(store: FolderStore, run: RunFiles) -> str | None:
    """The first label that a view has otherwise than the other views or than the test rows as they came, what
    of an encoding is neither the plan's nor the summary's, and the first test row that it does not make; as
    far as the folder has them. None of a plain table.
    """
    plan = run.plan()
    if "table" not in plan:
        return None
    folds: list[int | None] = [None] if not folds_of(plan) else [*range(folds_of(plan))]
    tables = (_of_table(store, run, plan, fold) for fold in folds)
    encodings = (_of_encoding(store, run, plan, fold) for fold in dict.fromkeys((None, *folds)))
    features = (_of_features(store, run, plan, fold) for fold in folds)
    found = chain(_of_views(store, run, plan), tables, encodings, features)
    return next(filter(None, found), None)


def _of_views(store: FolderStore, run: RunFiles, plan: Plan) -> Iterator[str | None]:
    """The same rows are written in the same order several times."""
    folds = folds_of(plan)
    units = [*map(fold_name, range(folds)), FINAL] if folds else [""]
    first, *others = plan["formats"]
    for unit, split, view in product(units, NAMES, others):
        yield _first_differing(store, run, split_of(first, split, unit), split_of(view, split, unit))


def _of_table(store: FolderStore, run: RunFiles, plan: Plan, fold: int | None) -> str | None:
    split = HeldOutSplit.of_any(plan, fold)

    def label(line: str, classes: Sequence[str]) -> Label:
        cell = str(json.loads(line)[0])
        return cell if classes else float(cell)

    return _first_differing(store, run, split.place, split.table, label)


def _of_features(store: FolderStore, run: RunFiles, plan: Plan, fold: int | None) -> str | None:
    """A row of a view is what the encoding makes of the row as it came."""
    any_view, path = HeldOutSplit.of_any(plan, fold), store.path(run.key(encoding_of(fold)))
    names = [column["name"] for column in any_view.columns or ()]
    for view in plan["formats"]:
        split = replace(any_view, view=view)
        data, table = (store.path(run.key(each)) for each in (split.place, split.table))
        if not path.is_file() or not all(store.sizes(run.key(each)) for each in (split.place, split.table)):
            continue
        encoder = Encoder(run.encoding(fold), view)
        lines = zip(run.lines_of(split.place), run.lines_of(split.table), strict=True)
        for row, (line, cells) in enumerate(lines):
            if line.partition(",")[2] != _encoded(encoder, dict(zip(names, json.loads(cells), strict=True))):
                return (
                    f"{path}, the rows in {table}* or those in {data}* were changed after the run: of row "
                    f"{row} the first does not make what the last say."
                )
    return None


def _encoded(encoder: Encoder, cells: Mapping[str, str]) -> str | None:
    """None of cells that the encoding cannot read."""
    try:
        return ",".join(encoder.row(cells))
    except UnreadableCell:
        return None


def _in_view(line: str, classes: Sequence[str]) -> Label:
    """A view has the numbers of classes."""
    number = float(line.partition(",")[0])
    return classes[int(number)] if classes else number


def _first_differing(
    store: FolderStore,
    run: RunFiles,
    one: str,
    other: str,
    label: Callable[[str, Sequence[str]], Label] = _in_view,
) -> str | None:
    """None where the folder lacks either, and of rows with the same labels; `label` reads the other's."""
    if not store.sizes(run.key(one)) or not store.sizes(run.key(other)):
        return None
    classes = task_of(run.summary()).classes
    here = (_in_view(line, classes) for line in run.lines_of(one))
    there = (label(line, classes) for line in run.lines_of(other))
    for row, pair in enumerate(zip_longest(here, there)):
        if pair[0] != pair[1]:
            data, table = (store.path(run.key(each)) for each in (one, other))
            return (
                f"The rows in {table}* or those in {data}* were changed after the run: row {row} of the "
                f"first has {_told(pair[1])}, and of the second {_told(pair[0])}."
            )
    return None


def _told(label: Label | None) -> str:
    if label is None:
        return "no place"
    return f"the label {excerpt(label) if isinstance(label, str) else f'{label:.9g}'}"


def _of_encoding(store: FolderStore, run: RunFiles, plan: Plan, fold: int | None) -> str | None:
    path = store.path(run.key(encoding_of(fold)))
    if not path.is_file():
        return None
    encoding, summary = run.encoding(fold), run.summary()
    unit = summary if fold is None else fold_summaries(summary)[fold]
    labels = [each["name"] for each in plan["table"]["columns"] if each["role"] == "label"]
    expected = {
        "run_id": run.run_id,
        "label": labels[0],
        "train_rows": unit["rows"]["train"],
        "missing": plan["table"]["missing"],
    }
    found = {name: encoding.get(name) for name in expected}
    difference = first_difference(found, expected)
    return None if difference is None else f"{path} does not follow from {PLAN} and {SUMMARY}: {difference}."
