"""What a run decided about production, as a person asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from bakeoff.domain.messages import excerpt
from bakeoff.domain.run.documents import SCHEMA_VERSION, Promotion
from bakeoff.domain.run.files import PROMOTION
from bakeoff.domain.run.names import RUN_ID
from bakeoff_cli.errors import LeftInconsistent, NotProposed, RunNotFound
from bakeoff_cli.stack.run_objects import RunObjects
from bakeoff_cli.stack.runs import StackRuns
from bakeoff_cli.stack.stack import run_id_from

Files = Callable[[str], RunObjects]


def decision_to_promote(runs: StackRuns, files: Files, run: str) -> Promotion:
    """That of a run by its name or ARN, which names a candidate; of a superseded one, of the run that has its
    data.

    Raises RunNotFound, NotProposed for a run that goes on or promotes nothing, and LeftInconsistent.
    """
    run_id = _named(runs, run)
    found = files(run_id).document(PROMOTION)
    if found is None:
        # Step Functions forgets a run long before its files need to go, so they are asked first.
        run_id = _with_its_data(runs, run_id)
        found = files(run_id).document(PROMOTION)
    if found is None:
        raise NotProposed(_why_none(run_id, runs.how_it_ended(run_id)))
    promotion = _readable(found, run_id, files(run_id).uri(PROMOTION))
    if promotion["candidate"] is None:
        raise NotProposed(f"Decision about production of the run {run_id}: {promotion['reason']}")
    return promotion


def _named(runs: StackRuns, run: str) -> str:
    name = run_id_from(runs.stack.execution_arn(run)) if run.startswith("arn:") else run
    if not RUN_ID.fullmatch(name):
        raise RunNotFound(
            f"The stack {runs.stack.name!r} has no run {excerpt(name)}, and none can be called so: "
            "`bakeoff history` names them."
        )
    return name


def _with_its_data(runs: StackRuns, run_id: str) -> str:
    try:
        return runs.data_in(run_id)
    except RunNotFound as err:
        # Not that of `find`, by which one could leave the name out: what goes to production has to be named.
        raise RunNotFound(
            f"The stack {runs.stack.name!r} has no run {run_id!r}: `bakeoff history` names them."
        ) from err


def _why_none(run_id: str, ended: str | None) -> str:
    if ended is None:
        return (
            f"The run {run_id} goes on, and has decided nothing yet: see it through with "
            f"`bakeoff watch {run_id}`."
        )
    if ended == "has succeeded":
        return (
            f"The run {run_id} decided nothing about production, because Promotion was Off when it was "
            "planned: start a new run with `bakeoff run`."
        )
    return (
        f"The run {run_id} decided nothing about production, because it {ended}: start a new run with "
        "`bakeoff run`."
    )


def _readable(value: Any, run_id: str, where: str) -> Promotion:
    if not isinstance(value, dict) or value.get("schema_version") != SCHEMA_VERSION:
        raise LeftInconsistent(f"{where} has a schema_version that this bakeoff cannot read: upgrade it.")
    known = isinstance(value.get("candidate"), str | None) and isinstance(value.get("reason"), str)
    if not known or value.get("run_id") != run_id:
        raise LeftInconsistent(f"{where} is damaged: it does not tell what the run {run_id} decided.")
    return cast(Promotion, value)
