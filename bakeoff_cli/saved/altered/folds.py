"""Whether a saved run's merged predictions and results follow from those of its folds, and the final model
from the verdict.
"""

from __future__ import annotations

from itertools import zip_longest

from bakeoff.domain.run.documents import Result
from bakeoff.domain.run.files import FINAL_MODEL, RunFiles, predictions_of, result_of
from bakeoff.domain.run.folds import fold_offsets, folds_of
from bakeoff.domain.scoring.merging import MergedLines, failure_of_folds, result_of_folds
from bakeoff.domain.scoring.results import read_result
from bakeoff_cli.saved.differing import first_difference
from bakeoff_cli.saved.folder import FolderStore


def fold_alteration(store: FolderStore, run: RunFiles, merged_is_right: bool) -> str | None:
    """What is wrong with the first file of a fold that is not in the merged one as it is; None without folds,
    too. `merged_is_right`: the comparison follows from the merged files, so that the fold's was changed.

    Raises InconsistentPredictions for what no fold's predictions can be.
    """
    plan = run.plan()
    if not folds_of(plan):
        return None
    offsets, measured = fold_offsets(run.summary()), "task" not in plan
    for candidate in plan["candidates"]:
        results = [read_result(run, candidate, fold) for fold in range(len(offsets))]
        completed = [each for each in results if each["status"] == "completed"]
        merged = MergedLines(run, candidate["name"], offsets, measured)
        if len(completed) < len(results):
            told = _of_result(store, run, failure_of_folds(candidate, results))
        else:
            told = _of_lines(store, run, merged, merged_is_right) or _of_result(
                store, run, result_of_folds(completed, merged.metrics())
            )
        if told:
            return told
    return None


def final_model_alteration(store: FolderStore, run: RunFiles, recommended: str | None) -> str | None:
    """What in final.json is not of the recommended candidate and the rows of all folds; None of a run that
    has none, as without folds or when it ended before its report.
    """
    path = store.path(run.key(FINAL_MODEL))
    if not folds_of(run.plan()) or not path.is_file():
        return None
    final, rows = run.final_model(), run.summary()["rows"]
    expected = {
        "candidate": recommended,
        "rows": {"train": rows["train"], "validation": rows["validation"]},
    }
    difference = first_difference({"candidate": final["candidate"], "rows": final["rows"]}, expected)
    return None if difference is None else f"{path} is not of this comparison: {difference}."


def _of_lines(store: FolderStore, run: RunFiles, lines: MergedLines, merged_is_right: bool) -> str | None:
    name, last = lines.candidate, 0
    held = run.prediction_lines(name)
    for number, (line, found) in enumerate(zip_longest(lines.lines(), held), start=1):
        last = line.fold if line else last
        if line is not None and line.text == found:
            continue
        merged, own = (store.path(run.key(predictions_of(name, fold))) for fold in (None, last))
        place = f"line {line.place}" if line else "the end"
        changed, differing = merged, f"line {number} is not {place} of {own.parent.name}/{own.name}"
        if merged_is_right:
            changed, differing = own, f"{place} is not line {number} of {merged.name}"
        return f"{changed} was changed after the run: {differing}."
    return None


def _of_result(store: FolderStore, run: RunFiles, expected: Result) -> str | None:
    difference = first_difference(read_result(run, expected), expected)
    if difference is None:
        return None
    path = store.path(run.key(result_of(expected["name"])))
    return f"{path} is not what the results of its folds are together: {difference}."
