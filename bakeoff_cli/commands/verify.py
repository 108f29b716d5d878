"""`bakeoff verify`: does everything in a saved run's comparison.json follow from its other files?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bakeoff_cli.errors import BadInput, disk_sentence
from bakeoff_cli.saved.differing import Difference, first_difference
from bakeoff_cli.saved.folder import FolderStore, read_object, saved_folder
from bakeoff_cli.show.next_steps import after_verification
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.bucket import require_readable

if TYPE_CHECKING:
    from bakeoff.domain.verdict_options import VerdictOptions
    from bakeoff_cli.saved.altered import Alteration


@dataclass(frozen=True)
class Verification:
    """`difference` is the first between the recorded comparison and the recomputed one; None without any.

    `changed` says which file was changed after the run, and where, as far as that is certain; else None.
    """

    folder: Path
    run_id: str
    difference: Difference | None = None
    changed: str | None = None

    @property
    def identical(self) -> bool:
        return self.difference is None and self.changed is None

    def as_json(self) -> dict[str, Any]:
        difference = self.difference.as_json() if self.difference else None
        return {
            "folder": str(self.folder),
            "run_id": self.run_id,
            "identical": self.identical,
            "difference": difference,
            "changed": self.changed,
        }


def verify_run(folder: Path, output: Output) -> Verification:
    """Recompute the comparison and tell whether it is the recorded one. Raises CliError."""
    recorded = _recorded(folder)
    output.note(f"Recomputing the comparison from the files in {folder} ...")
    # The plan names the run: were it the comparison, nothing would hold that name to account.
    run_id = str(read_object(_required(folder / "plan.json")).get("run_id"))
    store = _store(folder, run_id)
    verification = _verified(recorded, store, run_id, folder)
    if store.missing and not verification.identical:
        raise BadInput(f"There is no file {store.missing[0]}: {folder} is no complete copy of a run.")
    output.show(_sentence(verification))
    output.note(after_verification(folder, verification.identical))
    output.document(verification.as_json())
    return verification


def _verified(recorded: dict[str, Any], store: FolderStore, run_id: str, folder: Path) -> Verification:
    from bakeoff.domain.errors import InconsistentPredictions

    try:
        recomputed = _recomputed(store, run_id, _options(recorded, folder))
    except InconsistentPredictions as err:
        # The run was judged, so its predictions were consistent then.
        changed = f"{store.path(err.key)} was changed after the run: it {err.flaw}."
        return Verification(folder, run_id, changed=changed)
    difference = _difference(recorded, recomputed, folder)
    found = _alteration(store, run_id, recorded, recomputed) if difference else None
    if found is None:
        return Verification(folder, run_id, difference)
    return Verification(folder, run_id, found.difference, found.changed)


def _alteration(store: FolderStore, run_id: str, recorded: Any, recomputed: Any) -> Alteration | None:
    """The predictions come first: when one moves, candidates may change places, and everything with them."""
    from bakeoff.domain.errors import BakeoffError
    from bakeoff_cli.saved.altered import alteration

    try:
        return alteration(store, run_id, recorded, recomputed)
    except (
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        ArithmeticError,
        OSError,
        BakeoffError,
        BadInput,
    ):
        # Whatever else somebody may have edited, the difference that was found is told all the same.
        return None


def _store(folder: Path, run_id: str) -> FolderStore:
    from bakeoff.domain.errors import InvalidRunId

    try:
        return FolderStore(folder, run_id)
    except InvalidRunId as err:
        raise BadInput(f"{folder / 'plan.json'} is damaged: {err}") from err


def _difference(recorded: Any, recomputed: Any, folder: Path) -> Difference | None:
    if _words(recorded) == _words(recomputed):
        # Earlier releases cut the same reason into other sentences.
        recomputed["verdict"]["reason"] = recorded["verdict"]["reason"]
    try:
        return first_difference(recorded, recomputed)
    except RecursionError as err:
        raise BadInput(f"{folder / 'comparison.json'} is damaged: it is nested too deeply.") from err


def _words(comparison: dict[str, Any]) -> list[str]:
    reason = str(comparison["verdict"].get("reason"))
    return [word.strip(".,;:()").casefold() for word in reason.split()]


def _recorded(folder: Path) -> dict[str, Any]:
    path = _required(saved_folder(folder) / "comparison.json")
    comparison = read_object(path)
    require_readable(comparison, str(path))
    return comparison


def _required(path: Path) -> Path:
    if not path.is_file():
        raise BadInput(f"{path.parent} is no saved run of a comparison: it holds no {path.name}.")
    return path


def _recomputed(store: FolderStore, run_id: str, options: VerdictOptions) -> dict[str, Any]:
    """What the judging function would store, as it would come back from the bucket."""
    # numpy takes longer to import than all other commands to start.
    from bakeoff.domain.comparison import compare_run
    from bakeoff.domain.errors import BakeoffError, InconsistentPredictions

    try:
        comparison = compare_run(store, run_id, options)
        recomputed: dict[str, Any] = json.loads(json.dumps(comparison, allow_nan=False))
    except OSError as err:
        raise BadInput(f"The run cannot be read: {_reason(err)}") from err
    except InconsistentPredictions:
        raise
    except BakeoffError as err:
        raise BadInput(f"The run cannot be recomputed: {err}") from err
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as err:
        # Files that anybody may have edited can lack any field and hold any type; none of that is a bug.
        raise BadInput(
            f"The run cannot be recomputed, a file is damaged: {type(err).__name__}: {err} "
            f"(the last file read is {store.last_read})."
        ) from err
    return recomputed


def _options(recorded: dict[str, Any], folder: Path) -> VerdictOptions:
    from bakeoff.domain.verdict_options import VerdictOptions

    try:
        verdict = recorded["verdict"]
        return VerdictOptions(
            metric=recorded["metric"],
            confidence=float(verdict["confidence"]),
            preference=verdict["preference"],
            resamples=int(verdict["resamples"]),
            seed=int(verdict["seed"]),
            equivalence_margin=float(verdict["equivalence_margin"]),
        )
    except (LookupError, TypeError, ValueError, ArithmeticError) as err:
        raise BadInput(
            f"{folder / 'comparison.json'} does not record how the verdict was reached: "
            f"{type(err).__name__}: {err}."
        ) from err


def _reason(error: OSError) -> str:
    return disk_sentence(error) if error.strerror else str(error)


def _sentence(verification: Verification) -> str:
    if not verification.identical:
        told = [str(part) for part in (verification.changed, verification.difference) if part]
        return f"Not identical: {' '.join(told)}"
    return (
        f"Identical: all that the comparison of {verification.run_id} says follows from the run's own files."
    )
