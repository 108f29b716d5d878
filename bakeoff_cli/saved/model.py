"""The model of a saved run that answers new rows: its archive, and all that says how to ask it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bakeoff.domain.errors import BakeoffError, InvalidRunId
from bakeoff.domain.planning.sections import of_section
from bakeoff.domain.predicting.columns import RunColumns
from bakeoff.domain.run.documents import Encoding, ModelRequest, Plan, PlannedCandidate
from bakeoff.domain.run.files import PLAN, RunFiles, model_of, result_of
from bakeoff.domain.run.folds import folds_of
from bakeoff.domain.run.planned import view_of
from bakeoff.domain.run.task import task_of
from bakeoff.domain.scoring.answering import Answering, answering_of
from bakeoff_cli.errors import BadInput, disk_sentence
from bakeoff_cli.saved.folder import FolderStore, final_model_of, read_object, saved_folder
from bakeoff_cli.text import name_one_of

_DAMAGE = (LookupError, TypeError, ValueError, AttributeError, RecursionError)
_ARCHIVE = "output/model.tar.gz"
_NUMBERS = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class SavedModel:
    """`candidate` is planned for as many classes as the run has; `encoding` is that of a mixed table, and
    `answering` reads the replies.
    """

    folder: Path
    plan: Plan
    candidate: PlannedCandidate
    encoding: Encoding | None
    columns: RunColumns
    answering: Answering[Any]

    def __str__(self) -> str:
        return f"{self.name} of the run {self.run_id}"

    @property
    def run_id(self) -> str:
        return self.plan["run_id"]

    @property
    def name(self) -> str:
        return self.candidate["name"]

    @property
    def request(self) -> ModelRequest:
        return self.candidate

    @property
    def view(self) -> str:
        return view_of(self.plan, self.name)

    @cached_property
    def archive(self) -> Path:
        """The model itself. Raises BadInput where the folder holds none."""
        found = final_model_of(self.folder) if folds_of(self.plan) else _of_candidate(self.folder, self.name)
        if found is None:
            raise BadInput(
                f"The folder {self.folder} holds no model of {self.name}: take a complete copy of the run, "
                "or name an endpoint that serves it with --endpoint."
            )
        return found


def saved_model(folder: Path, candidate: str | None) -> SavedModel:
    """That of a named candidate, or of the recommended one; with folds, the final model. Raises BadInput."""
    plan_file = saved_folder(folder) / PLAN
    if not plan_file.is_file():
        raise BadInput(f"{folder} is no saved run: it holds no {PLAN}.")
    try:
        store = FolderStore(folder, str(read_object(plan_file).get("run_id")))
    except InvalidRunId as err:
        raise BadInput(f"{plan_file} is damaged: {err}") from err
    with _refusing_damage(store):
        run = RunFiles(store, str(read_object(plan_file)["run_id"]))
        plan = run.plan()
        name = _chosen(run, plan, candidate)
        planned = next(each for each in plan["candidates"] if each["name"] == name)
        encoding = run.encoding() if "table" in plan else None
        return SavedModel(
            folder=folder,
            plan=plan,
            candidate=of_section(planned, task_of(run.summary()).section) if "task" in plan else planned,
            encoding=encoding,
            columns=RunColumns.of(plan, encoding),
            answering=answering_of(run, plan, name),
        )


def _chosen(run: RunFiles, plan: Plan, wanted: str | None) -> str:
    names = [each["name"] for each in plan["candidates"]]
    if wanted is not None and wanted not in names:
        raise BadInput(f"The run {run.run_id} has no candidate {wanted!r}: {name_one_of(names)}.")
    recommended = run.comparison()["verdict"]["recommended"]
    if wanted is None and recommended is None:
        raise BadInput(f"The run {run.run_id} recommends no candidate, as none finished: name another run.")
    name = wanted or str(recommended)
    if folds_of(plan):
        final = run.final_model()
        if final["error"] is not None:
            raise BadInput(f"The final model of the run {run.run_id} was not trained: {final['error']}")
        if name != final["candidate"]:
            raise BadInput(
                f"With folds the run {run.run_id} has one model of all rows, that of {final['candidate']}: "
                "leave out --candidate."
            )
    elif (error := run.result(name)["error"]) is not None:
        raise BadInput(f"The candidate {name} did not finish in the run {run.run_id}: {error}")
    return name


def _of_candidate(folder: Path, name: str) -> Path | None:
    """A tuned candidate's is that of its best training job; else that of the last job, by its attempt."""
    jobs = folder / model_of(name)
    tuning = read_object(folder / result_of(name)).get("tuning")
    if tuning:
        return next((each for each in jobs.glob(f"*/{_ARCHIVE}") if _job(each) == tuning["best"]), None)
    return max(jobs.glob(f"*/{_ARCHIVE}"), key=_attempt, default=None)


def _job(archive: Path) -> str:
    return archive.parent.parent.name


def _attempt(archive: Path) -> list[int]:
    """Of a job's name, whose end is -<redrive>-<attempt>-<retry>."""
    return [int(number) for number in _NUMBERS.findall(_job(archive))][-3:]


@contextmanager
def _refusing_damage(store: FolderStore) -> Iterator[None]:
    """What files that anybody may have edited make reading raise is BadInput."""
    try:
        yield
    except FileNotFoundError as err:
        raise BadInput(f"{err} The folder is no complete copy of a finished run.") from err
    except OSError as err:
        raise BadInput(f"The run cannot be read: {disk_sentence(err)}") from err
    except BakeoffError as err:
        raise BadInput(f"The run cannot be read: {err}") from err
    except _DAMAGE as err:
        raise BadInput(
            f"{store.last_read} is damaged, or an earlier release wrote it: {type(err).__name__}: {err}."
        ) from err
