"""Whether everything in a saved run's comparison.json and promotion.json follows from its other files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from bakeoff.domain.errors import BakeoffError, InconsistentPredictions, InvalidRunId
from bakeoff.domain.run.documents import Comparison
from bakeoff.domain.run.files import (
    COMPARISON,
    FINAL,
    FINAL_MODEL,
    PLAN,
    PROMOTION,
    RECEIPT,
    REPORT,
    RunFiles,
    model_of,
)
from bakeoff.domain.verdict.options import VerdictOptions
from bakeoff.domain.verdict.wording import says_the_same
from bakeoff_cli.documents import readable_comparison
from bakeoff_cli.errors import BadInput, disk_sentence
from bakeoff_cli.saved.altered.folds import final_model_alteration, fold_alteration
from bakeoff_cli.saved.altered.plan import plan_alteration
from bakeoff_cli.saved.altered.predictions import Alteration, alteration
from bakeoff_cli.saved.altered.results import results_alteration
from bakeoff_cli.saved.altered.summary import summary_alteration
from bakeoff_cli.saved.altered.table import table_alteration
from bakeoff_cli.saved.altered.units import units_alteration
from bakeoff_cli.saved.damage import damage
from bakeoff_cli.saved.differing import DocumentDifference, first_difference
from bakeoff_cli.saved.folder import FolderStore, read_object, saved_folder
from bakeoff_cli.saved.receipts import receipt_flaw

_BEFORE_COMPARING = (plan_alteration, summary_alteration, table_alteration, units_alteration)
_UNJUDGED = (
    f" There is no {COMPARISON}: the run ended before its verdict, and nothing else of it was verified."
)
# What the workflow writes after the comparison only: a run that failed may well have results without one.
_JUDGED_ONLY = (REPORT, PROMOTION, FINAL_MODEL, model_of("*", FINAL))
# A file that anybody may have edited can lack any field and hold any type, nested to any depth.
_DAMAGE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)


@dataclass(frozen=True)
class Verification:
    """`difference` is the first between the recorded comparison and the recomputed one; None without any.

    `changed` says which file was changed after the run, and where, as far as that is certain; else None. A
    run that `compared` nothing has its receipt alone to verify.
    """

    folder: Path
    run_id: str
    difference: DocumentDifference | None = None
    changed: str | None = None
    compared: bool = True

    @property
    def identical(self) -> bool:
        return self.difference is None and self.changed is None

    def __str__(self) -> str:
        if not self.identical:
            told = [str(part) for part in (self.changed, self.difference) if part]
            return f"Not identical: {' '.join(told)}"
        what, besides = ("comparison", "") if self.compared else ("receipt", _UNJUDGED)
        return (
            f"Identical: all that the {what} of {self.run_id} says follows from the run's own files.{besides}"
        )

    def as_json(self) -> dict[str, Any]:
        difference = self.difference.as_json() if self.difference else None
        return {
            "folder": str(self.folder),
            "run_id": self.run_id,
            "compared": self.compared,
            "identical": self.identical,
            "difference": difference,
            "changed": self.changed,
        }


def verify_folder(folder: Path, note: Callable[[str], None]) -> Verification:
    """Recompute the comparison and tell whether it is the recorded one. Raises CliError."""
    if not (saved_folder(folder) / COMPARISON).is_file() and (folder / RECEIPT).is_file():
        return _verify_unjudged(folder)
    path = _required(folder / COMPARISON)
    recorded = readable_comparison(read_object(path), str(path))
    note(f"Recomputing the comparison from the files in {folder} ...")
    # From the plan, so that the run_id in comparison.json is verified like all else.
    plan = _required(folder / PLAN)
    run_id = str(read_object(plan).get("run_id"))
    try:
        store = FolderStore(folder, run_id)
    except InvalidRunId as err:
        raise BadInput(f"{plan} is damaged: {err}") from err
    verification = _verify(recorded, store, RunFiles(store, run_id), folder)
    if store.missing and not verification.identical:
        raise BadInput(f"There is no file {store.missing[0]}: {folder} is no complete copy of a run.")
    return replace(verification, changed=receipt_flaw(folder)) if verification.identical else verification


def _verify_unjudged(folder: Path) -> Verification:
    """Of a run that ended before its verdict, the receipt. Raises BadInput where the verdict was deleted."""
    if judged := next(chain.from_iterable(map(folder.glob, _JUDGED_ONLY)), None):
        raise BadInput(
            f"{folder} is no complete copy of a run: it holds {judged.relative_to(folder)}, which a run has "
            f"only after its verdict, but no {COMPARISON}."
        )
    # Without a plan, as of a run that ended before it had one, the receipt alone tells whose it is.
    named = folder / (PLAN if (folder / PLAN).is_file() else RECEIPT)
    run_id = str(read_object(named).get("run_id"))
    return Verification(folder, run_id, changed=receipt_flaw(folder), compared=False)


def _required(path: Path) -> Path:
    if not path.is_file():
        raise BadInput(f"{path.parent} is no saved run of a comparison: it holds no {path.name}.")
    return path


def _verify(recorded: Comparison, store: FolderStore, run: RunFiles, folder: Path) -> Verification:
    # numpy takes longer to import than all other commands to start.
    from bakeoff.domain.verdict.comparison import compare_run

    options = _options(recorded, run, folder)
    with _refusing_damage(store, run):
        if changed := next(filter(None, (told(store, run) for told in _BEFORE_COMPARING)), None):
            return Verification(folder, run.run_id, changed=changed)
        try:
            comparison = compare_run(run, options)
            promotion = _promotion(run, comparison, options)
        except InconsistentPredictions as err:
            return Verification(folder, run.run_id, changed=_inconsistent(store, err))
        # As it would come back from the bucket.
        recomputed: Comparison = json.loads(json.dumps(comparison, allow_nan=False))
    difference = _difference(recorded, recomputed, folder) or promotion
    is_right, recommended = difference is None, recomputed["verdict"]["recommended"]
    if changed := _changed(
        store, run, lambda: fold_alteration(store, run, merged_is_right=is_right)
    ) or _changed(store, run, lambda: final_model_alteration(store, run, recommended)):
        return Verification(folder, run.run_id, difference, changed)
    if is_right:
        changed = _changed(store, run, lambda: results_alteration(store, run))
        return Verification(folder, run.run_id, changed=changed)
    found = _alteration(store, run, recorded, recomputed)
    if found is None:
        return Verification(folder, run.run_id, difference)
    return Verification(folder, run.run_id, found.difference, found.changed)


def _promotion(run: RunFiles, comparison: Comparison, options: VerdictOptions) -> DocumentDifference | None:
    """The first difference in what was decided about production, if anything was."""
    from bakeoff.domain.promotion.decision import decide

    if "promotion" not in run.plan():
        return None
    recorded, decided = run.promotion(), decide(run, comparison, options)
    recomputed = json.loads(json.dumps(decided, allow_nan=False))
    _keep_words(recorded, recomputed)
    return first_difference(recorded, recomputed, PROMOTION.removesuffix(".json"))


def _changed(store: FolderStore, run: RunFiles, look: Callable[[], str | None]) -> str | None:
    """What `look` finds changed, or predictions that contradict themselves: the run was judged, so they were
    consistent then.
    """
    with _refusing_damage(store, run):
        try:
            return look()
        except InconsistentPredictions as err:
            return _inconsistent(store, err)


def _inconsistent(store: FolderStore, err: InconsistentPredictions) -> str:
    return f"{store.path(err.key)} was changed after the run: it {err.flaw}."


def _options(recorded: Comparison, run: RunFiles, folder: Path) -> VerdictOptions:
    """What the plan settled; of plans of earlier releases only the comparison tells."""
    plan, file = run.plan(), COMPARISON
    try:
        verdict = recorded["verdict"]
        drawn: dict[str, Any] = {"resamples": int(verdict["resamples"]), "seed": int(verdict["seed"])}
        if "settings" in plan:
            file = PLAN
            return VerdictOptions.of(plan["settings"], **drawn)
        return VerdictOptions(
            metric=recorded["metric"],
            confidence=float(verdict["confidence"]),
            preference=verdict["preference"],
            equivalence_margin=float(verdict["equivalence_margin"]),
            **drawn,
        )
    except (LookupError, TypeError, ValueError, ArithmeticError) as err:
        raise BadInput(
            f"{folder / file} does not record how the verdict was reached: {type(err).__name__}: {err}."
        ) from err


@contextmanager
def _refusing_damage(store: FolderStore, run: RunFiles) -> Iterator[None]:
    """What files that anybody may have edited make the recomputation raise is BadInput."""
    try:
        yield
    except OSError as err:
        reason = disk_sentence(err) if err.strerror else str(err)
        raise BadInput(f"The run cannot be read: {reason}") from err
    except BakeoffError as err:
        raise BadInput(f"The run cannot be recomputed: {err}") from err
    except _DAMAGE as err:
        if (told := damage(store, run, err)) is not None:
            raise BadInput(f"The run cannot be recomputed: {told}") from err
        raise BadInput(
            f"The run cannot be recomputed, a file is damaged: {type(err).__name__}: {err} "
            f"(the last file read is {store.last_read})."
        ) from err


def _difference(recorded: Comparison, recomputed: Comparison, folder: Path) -> DocumentDifference | None:
    _keep_words(recorded["verdict"], recomputed["verdict"])
    try:
        return first_difference(recorded, recomputed)
    except RecursionError as err:
        raise BadInput(f"{folder / COMPARISON} is damaged: it is nested too deeply.") from err


def _keep_words(recorded: Any, recomputed: Any) -> None:
    """Earlier releases said the same reason in other words, and cut it into other sentences."""
    reason = recorded.get("reason")
    if isinstance(reason, str) and says_the_same(reason, recomputed["reason"]):
        recomputed["reason"] = reason


def _alteration(
    store: FolderStore, run: RunFiles, recorded: Comparison, recomputed: Comparison
) -> Alteration | None:
    """The predictions come first: when one moves, candidates may change places, and everything with them."""
    try:
        return alteration(store, run, recorded, recomputed)
    except (*_DAMAGE, OSError, BakeoffError, BadInput):
        # Only the explanation fails, on other files that were edited; the difference is told all the same.
        return None
