"""Whether a request asks for a tuned candidate, and what the catalogue and the request say of it together."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from bakeoff.domain.errors import InvalidAlgorithms
from bakeoff.domain.messages import excerpt
from bakeoff.domain.run.names import MAX_CANDIDATE_NAME

Entry = dict[str, Any]
TUNING = "tuning"
_SUFFIX, _RANGES, _INSTEAD, _FIXED, _TASKS = "tuned", "ranges", "instead_of", "hyperparameters", "tasks"


def named(item: str) -> Entry:
    """The object that a name stands for: `xgboost:tuned` is a tuned `xgboost`, called `xgboost-tuned`; of a
    long name, as much as there is room for.

    Raises InvalidAlgorithms for another word after the colon.
    """
    name, colon, word = item.strip().partition(":")
    if not colon:
        return {"name": name}
    if word != _SUFFIX:
        raise InvalidAlgorithms(
            f"{excerpt(item)}: after the colon comes nothing but {_SUFFIX}: write "
            f"{excerpt(name)[1:-1]}:{_SUFFIX} for a tuned candidate."
        )
    room = MAX_CANDIDATE_NAME - len(_SUFFIX) - 1
    return {"name": f"{name[:room].rstrip('-')}-{_SUFFIX}", "algorithm": name, TUNING: {}}


def near_name(name: Any, override: Entry, entries: Mapping[str, Entry]) -> str | None:
    """What somebody may have meant by the name of no entry, as a list has it; None if nothing is near.

    A tuned candidate is called `xgboost-tuned`, but asked for as `xgboost:tuned`.
    """
    plain = re.sub(f"[-_: ]{_SUFFIX}$", "", str(name).lower())
    near = difflib.get_close_matches(plain, entries, n=1)
    if not near:
        return None
    is_tuned = (plain != str(name).lower() or TUNING in override) and TUNING in entries[near[0]]
    return f"{near[0]}:{_SUFFIX}" if is_tuned else near[0]


def with_tuning(entry: Entry, base: Entry, override: Entry) -> Entry:
    """The entry with all of its tuning, for each of its tasks, if the request asks for it; or else with none.

    Ranges are laid over each other like hyperparameters, and a null removes one. What the catalogue fixes and
    a range has as well gives way, and is kept under `instead_of`.
    """
    if TUNING not in override:
        return _without(entry, override)
    layers = [_object(base.get(TUNING)), _object(override[TUNING])]
    if not any({"objective", _RANGES} & layer.keys() for layer in layers):
        raise InvalidAlgorithms(
            f"Algorithm {excerpt(entry['name'])}: the catalogue does not say how to tune it: give "
            "tuning.objective and tuning.ranges, or compare it untuned."
        )
    if not all(isinstance(layer.get(_RANGES, {}), Mapping) for layer in layers):
        # The schema's to refuse.
        return {**entry, TUNING: {**layers[0], **layers[1]}}
    if not isinstance(override[TUNING], Mapping):
        return entry
    tuned = _giving_way({**entry, TUNING: _laid_over(layers)})
    sections = entry.get(_TASKS)
    if not isinstance(sections, Mapping):
        return tuned
    return {**tuned, _TASKS: {name: _section(own, name, base, override) for name, own in sections.items()}}


def refuse_fixed(entry: Entry, override: Entry) -> None:
    """Raise InvalidAlgorithms for a hyperparameter that a request gives a value although it is ranged."""
    tasks = _object(override.get(_TASKS))
    said = [
        (_FIXED, entry[TUNING], override),
        *((f"tasks.{name}.{_FIXED}", entry[_TASKS][name][TUNING], tasks[name]) for name in tasks),
    ]
    for place, tuning, own in said:
        for name, value in _object(own.get(_FIXED)).items():
            if value is not None and name in tuning[_RANGES]:
                raise InvalidAlgorithms(
                    f"Algorithm {entry['name']!r}: {place}.{name} is {excerpt(value)}, but "
                    f"tuning.ranges.{name} varies it: leave one of them out (tuning.ranges.{name}: null "
                    "keeps the value fixed)."
                )


def _without(entry: Entry, override: Entry) -> Entry:
    """The catalogue's ranges are of no use to a candidate that nobody tunes."""
    rest = {name: value for name, value in entry.items() if name != TUNING}
    sections, said = rest.get(_TASKS), _object(override.get(_TASKS))
    if any(TUNING in _object(own) for own in said.values()):
        raise InvalidAlgorithms(
            f"Algorithm {excerpt(entry['name'])}: its tasks say how to tune it, but nobody asks for that: "
            'add "tuning": {} beside "tasks".'
        )
    if isinstance(sections, Mapping):
        rest[_TASKS] = {name: _dropping(own, (TUNING,)) for name, own in sections.items()}
    return rest


def _section(own: Any, name: str, base: Entry, override: Entry) -> Any:
    """A task's, with its full objective and ranges."""
    layers = [
        layer
        for each in (base, override)
        for layer in (
            _object(each.get(TUNING)),
            _object(_object(_object(each.get(_TASKS)).get(name)).get(TUNING)),
        )
    ]
    if not isinstance(own, Mapping) or not all(isinstance(each.get(_RANGES, {}), Mapping) for each in layers):
        return own
    budget = ("jobs", "parallel", "strategy", "seed", "each_fold")
    return _giving_way({**own, TUNING: _dropping(_laid_over(layers), budget)})


def _laid_over(layers: Iterable[Mapping[str, Any]]) -> Entry:
    joined: Entry = {}
    ranges: Entry = {}
    for layer in layers:
        joined |= layer
        ranges |= layer.get(_RANGES, {})
    return {**joined, _RANGES: {name: value for name, value in ranges.items() if value is not None}}


def _giving_way(owner: Entry) -> Entry:
    """What is ranged is not fixed."""
    fixed, tuning = owner.get(_FIXED), _dropping(owner[TUNING], (_INSTEAD,))
    if not isinstance(fixed, Mapping):
        return owner
    instead = {name: value for name, value in fixed.items() if name in tuning[_RANGES]}
    if instead:
        tuning[_INSTEAD] = instead
    return {**owner, _FIXED: _dropping(fixed, instead), TUNING: tuning}


def _dropping(value: Any, names: Iterable[str]) -> Any:
    dropped = set(names)
    if not isinstance(value, Mapping):
        return value
    return {name: each for name, each in value.items() if name not in dropped}


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
