"""Whether the views of a saved run's mixed table have its rows' labels, and its encodings are its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import product, zip_longest

from bakeoff.domain.datasets.test_rows import HeldOutSplit
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
    """The first label that a view has otherwise than the other views or than the test rows as they came, and
    what of an encoding is neither the plan's nor the summary's; as far as the folder has them. None of a
    plain table.
    """
    plan = run.plan()
    if "table" not in plan:
        return None
    folds: list[int | None] = [None] if not folds_of(plan) else [*range(folds_of(plan))]
    tables = (_of_table(store, run, plan, fold) for fold in folds)
    encodings = (_of_encoding(store, run, plan, fold) for fold in dict.fromkeys((None, *folds)))
    return next(filter(None, (*_of_views(store, run, plan), *tables, *encodings)), None)


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
    label = next(each["name"] for each in plan["table"]["columns"] if each["role"] == "label")
    expected = {"run_id": run.run_id, "label": label, "train_rows": unit["rows"]["train"]}
    found = {name: encoding.get(name) for name in expected}
    difference = first_difference(found, expected)
    return None if difference is None else f"{path} does not follow from {PLAN} and {SUMMARY}: {difference}."
