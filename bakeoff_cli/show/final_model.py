"""The final model of a run with folds: the best candidate, trained once more on the rows of all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from bakeoff.domain.messages import sentence
from bakeoff.domain.run.documents import Comparison, FinalModel
from bakeoff.domain.run.files import FINAL_MODEL
from bakeoff_cli.documents import mapping_of
from bakeoff_cli.errors import LeftInconsistent
from bakeoff_cli.text import one_line


def has_folds(comparison: Comparison | None) -> bool:
    """Whether a final model belongs to it; a damaged one may lack anything."""
    return "folds" in mapping_of(mapping_of(comparison).get("dataset"))


def final_model_in(document: Any, run_id: str) -> FinalModel | None:
    """A run's final.json; None if there is none. Raises LeftInconsistent for a damaged one."""
    if document is None:
        return None
    try:
        url, candidate, rows = document["model_data_url"], document["candidate"], document["rows"]
        sound = [
            isinstance(candidate, str),
            isinstance(url, str) or (url is None and isinstance(document["error"], str)),
            all(isinstance(rows[split], int) for split in ("train", "validation")),
        ]
    except (LookupError, TypeError, AttributeError):
        sound = [False]
    if not all(sound):
        raise LeftInconsistent(f"The {FINAL_MODEL} of the run {run_id} is damaged: it tells of no model.")
    return cast(FinalModel, document)


def told_of_final_model(final: FinalModel | None) -> Iterator[str]:
    """One for a run with folds."""
    if final is None:
        yield "There is no final model: none was trained."
        return
    name, rows = one_line(final["candidate"]), final["rows"]
    if final["model_data_url"] is None:
        error = sentence(one_line(final["error"] or ""))
        yield f"There is no final model of {name}: {error} The verdict stands."
        return
    yield (
        f"The final model is {name}, trained once more: on {rows['train']:,} rows, with "
        f"{rows['validation']:,} to validate and none to test."
    )
