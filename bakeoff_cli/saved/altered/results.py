"""Whether a saved run's results say of predictions what those say themselves."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import chain, islice, product
from typing import Any, cast

from bakeoff.domain.datasets.champion import champion_of
from bakeoff.domain.datasets.test_rows import sample_positions
from bakeoff.domain.messages import excerpt
from bakeoff.domain.run.documents import CandidateName, CompletedResult
from bakeoff.domain.run.files import PLAN, RunFiles, predictions_of, result_of
from bakeoff.domain.run.folds import folds_of, share_of
from bakeoff.domain.run.task import task_of
from bakeoff.domain.scoring.predictions import read_predictions
from bakeoff.domain.statistics.metrics import measure
from bakeoff_cli.saved.altered.predictions import flaw_of_rows
from bakeoff_cli.saved.differing import first_difference
from bakeoff_cli.saved.folder import FolderStore

# Of an interval that was computed from its middle.
_ROUNDING = 1e-9


def results_alteration(store: FolderStore, run: RunFiles) -> str | None:
    """The first thing that a result says otherwise than its predictions, or than itself. That the comparison
    follows from the predictions of all candidates is known, and that merged results are those of the folds.
    """
    plan = run.plan()
    champion = champion_of(plan)
    others: list[CandidateName] = [champion] if champion else []
    units = [*product(plan["candidates"], [*range(folds_of(plan))] or [None]), *product(others, [None])]
    found = [told for each in units if (told := _of_result(store, run, *each))]
    return next(iter(found or _of_rows(store, run, plan["candidates"], others)), None)


def _completed(store: FolderStore, run: RunFiles, name: str, fold: int | None) -> CompletedResult | None:
    """None where a failure was never recorded, too, or production was not compared."""
    if not store.path(run.key(result_of(name, fold))).is_file():
        return None
    result = run.result(name, fold)
    return result if result["status"] == "completed" else None


def _of_rows(
    store: FolderStore, run: RunFiles, candidates: Sequence[CandidateName], others: Sequence[CandidateName]
) -> Iterator[str]:
    """All candidates' predictions are of the same rows; whether they are those of the test split."""
    scored, besides = (
        (result for each in names if (result := _completed(store, run, each["name"], None)))
        for names in (candidates, others)
    )
    for result in chain(islice(scored, 1), besides):
        found = read_predictions(run, [result], task_of(run.summary()).classes)[result["name"]]
        if flaw := flaw_of_rows(store, run, result, found):
            path = store.path(run.key(predictions_of(result["name"])))
            yield f"{path} or the test split was changed after the run: the first {flaw}."


def _of_result(store: FolderStore, run: RunFiles, planned: CandidateName, fold: int | None) -> str | None:
    name = planned["name"]
    result = _completed(store, run, name, fold)
    if result is None:
        return None
    path = store.path(run.key(result_of(name, fold)))
    _, *lines = run.prediction_lines(name, fold)
    expected: dict[str, Any] = {"name": name, "algorithm": planned["algorithm"], "scored_rows": len(lines)}
    if "task" not in run.plan():
        # Earlier releases measured less; what is measured of classes is in the comparison alone.
        pairs = [line.split(",")[1:3] for line in lines]
        actual, predicted = ([float(pair[place]) for pair in pairs] for place in (0, 1))
        measured = measure(actual, predicted).as_dict()
        expected["metrics"] = {each: measured.get(each) for each in result["metrics"]}
    told = {each: cast(Any, result).get(each) for each in expected}
    if difference := first_difference(told, expected):
        return f"{path} was changed after the run: {difference} from {predictions_of(name, fold)}."
    if (asked := _rows_asked(run, fold)) not in (None, len(lines)):
        plan, scored = store.path(run.key(PLAN)), f"{predictions_of(name, fold)} has {len(lines):,}"
        return f"{plan} was changed after the run: by its max_scored_rows {asked:,} are scored, and {scored}."
    flaw = next(chain(_of_importance(result), _of_tuning(result)), None)
    return flaw and f"{path} was changed after the run: {flaw}."


def _rows_asked(run: RunFiles, fold: int | None) -> int | None:
    """None of a plan of earlier releases, which records no settings."""
    plan, summary = run.plan(), run.summary()
    if "settings" not in plan:
        return None
    most = int(plan["settings"]["max_scored_rows"]["value"])
    if fold is None:
        return len(sample_positions(summary["rows"]["test"], most))
    return len(sample_positions(summary["folds"][fold]["rows"], share_of(most, folds_of(plan), fold)))


def _of_importance(result: CompletedResult) -> Iterator[str]:
    """An interval lies around its increase, and the greatest increase comes first."""
    importance = result.get("importance")
    if importance is None:
        return
    if importance["rows"] > result["scored_rows"]:
        yield f"its importance is of {importance['rows']} rows, and it was scored on {result['scored_rows']}"
    for each in importance["columns"]:
        low, high, increase = each["ci_low"], each["ci_high"], each["increase"]
        if low is None and high is None:
            continue
        off = math.inf if low is None or high is None or low > high else abs(low + high - 2 * increase)
        if off > _ROUNDING * max(abs(low or 0.0), abs(high or 0.0)):
            yield (
                f"the increase of {excerpt(each['column'])}, {increase:.9g}, is not in the middle of its "
                f"interval from {low} to {high}"
            )
    order = sorted(importance["columns"], key=lambda item: (-item["increase"], item["column"]))
    if order != importance["columns"]:
        yield "the columns of its importance do not stand in the order of their increases"


def _of_tuning(result: CompletedResult) -> Iterator[str]:
    """The best of the trials is the one with the best objective."""
    tuning = result.get("tuning")
    if tuning is None:
        return
    known = {
        each["name"]: each["objective"]
        for each in tuning["trials"]
        if each["status"] == "Completed" and each["objective"] is not None
    }
    if tuning["best"] not in known:
        return
    best = (min if tuning["objective"]["goal"] == "minimize" else max)(known.values())
    if known[tuning["best"]] != best:
        own = f"its best trial {excerpt(tuning['best'])} has the objective {known[tuning['best']]:.9g}"
        yield f"{own}, and another one {best:.9g}"
