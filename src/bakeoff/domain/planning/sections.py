"""What an entry of the catalogue says of classes: of two, and of more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from bakeoff.domain.errors import InvalidAlgorithms
from bakeoff.domain.planning.tuning import of_task
from bakeoff.domain.run.documents import PlannedCandidate, TaskSection
from bakeoff.domain.run.task import MAX_CLASSES, Section

Entry = dict[str, Any]
_TASKS, _HYPERPARAMETERS = "tasks", "hyperparameters"


def with_sections(entry: Entry, base: Entry, override: Entry) -> Entry:
    """The entry with all hyperparameters of each of its tasks, which lie over those of every task; what a
    request overrides lies over what the catalogue says, of any task.

    A task that is no object of objects is left to the schema to refuse.
    """
    if _TASKS not in base and _TASKS not in override:
        return entry
    layers = [base, override]
    sections = [_object(layer.get(_TASKS)) for layer in layers]
    everyone = [_object(layer.get(_HYPERPARAMETERS)) for layer in layers]
    if None in sections or None in everyone:
        return entry
    pairs = list(zip(cast("list[Entry]", everyone), cast("list[Entry]", sections), strict=True))
    names = dict.fromkeys(name for _, own in pairs for name in own)
    return {**entry, _TASKS: {name: _section(name, pairs) for name in names}}


def on_classes(candidates: Sequence[PlannedCandidate], entries: Sequence[Entry]) -> list[PlannedCandidate]:
    """The candidates of a classification, with what they need for two classes and for more: which of them
    holds is known with the data.

    Raises InvalidAlgorithms for one that tells no classes apart.
    """
    return [_on_classes(candidate, entry) for candidate, entry in zip(candidates, entries, strict=True)]


def of_section(candidate: PlannedCandidate, section: Section) -> PlannedCandidate:
    """What the candidate is with that many classes. Raises InvalidAlgorithms when it cannot tell so many."""
    if "tasks" not in candidate:
        return candidate
    if section not in candidate["tasks"]:
        raise InvalidAlgorithms(_refusal(candidate["name"], section))
    own = candidate["tasks"][section]
    resolved: dict[str, Any] = {name: value for name, value in candidate.items() if name != _TASKS}
    resolved |= {
        "hyperparameters": own["hyperparameters"],
        "accept": own.get("accept", candidate["accept"]),
        "prediction_path": own["reply"]["path"],
        "reply": own["reply"],
        **({"tuning": own["tuning"]} if "tuning" in own else {}),
    }
    return cast(PlannedCandidate, resolved)


def _on_classes(candidate: PlannedCandidate, entry: Entry) -> PlannedCandidate:
    if _TASKS not in entry:
        raise InvalidAlgorithms(_refusal(entry["name"], "binary", "multiclass"))
    # What the plan adds to an entry's own, whatever the task.
    added = {
        name: value
        for name, value in candidate["hyperparameters"].items()
        if name not in entry[_HYPERPARAMETERS]
    }
    tasks = {
        name: cast(
            TaskSection,
            {
                **own,
                _HYPERPARAMETERS: {**own[_HYPERPARAMETERS], **added},
                **({"tuning": of_task(candidate["tuning"], own["tuning"])} if "tuning" in candidate else {}),
            },
        )
        for name, own in entry[_TASKS].items()
    }
    return {**candidate, "hyperparameters": {}, "tasks": tasks}


def _section(name: str, layers: Sequence[tuple[Entry, Entry]]) -> Any:
    """Of layers of everyone's hyperparameters and the tasks, whose values may be anything."""
    own = [_object(tasks.get(name)) for _, tasks in layers]
    parameters = [None if each is None else _object(each.get(_HYPERPARAMETERS)) for each in own]
    if None in own or None in parameters:
        return next(tasks[name] for _, tasks in reversed(layers) if name in tasks)
    joined: Entry = {}
    merged: Entry = {}
    for (everyones, _), each, added in zip(layers, own, parameters, strict=True):
        joined |= cast(Entry, each)
        merged |= everyones | cast(Entry, added)
    return {**joined, _HYPERPARAMETERS: {key: value for key, value in merged.items() if value is not None}}


def _object(value: Any) -> Entry | None:
    """An absent one is empty."""
    if value is None:
        return {}
    return value if isinstance(value, Mapping) else None  # type: ignore[return-value]


def _refusal(name: str, *sections: Section) -> str:
    counts = {"binary": "two classes", "multiclass": f"3 to {MAX_CLASSES} classes"}
    what = " or ".join(counts.get(section, section) for section in sections)
    return (
        f"Algorithm {name!r} does not say how it tells {what} apart: give it tasks.{sections[-1]} with its "
        "hyperparameters and reply, or leave it out."
    )
