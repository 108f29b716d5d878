"""The algorithms to compare: names and overrides from a request, completed from the catalogue."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast, get_args

import fastjsonschema

from bakeoff.domain.errors import InvalidAlgorithms
from bakeoff.domain.messages import excerpt, holds_credential
from bakeoff.domain.planning.hyperparameters import Known
from bakeoff.domain.planning.sections import Entry, with_sections
from bakeoff.domain.planning.tuning import named, near_name, refuse_untunable, with_tuning
from bakeoff.domain.statistics.registry import TaskKind

__all__ = ["MAX_CANDIDATES", "Catalogue", "Entry"]
MAX_CANDIDATES = 40


@dataclass(frozen=True)
class Catalogue:
    """The known algorithms by name, the JSON Schema that a complete entry must satisfy, and what is known of
    hyperparameters.
    """

    entries: Mapping[str, Entry]
    schema: Mapping[str, Any]
    known: Known = field(default_factory=Known)

    def resolve(self, requested: Sequence[str | Entry]) -> list[Entry]:
        """Complete entries for a request: names, objects that override an entry, or objects that define a
        new one.

        An object names the entry that it builds on in `algorithm` (by default its own `name`). Its
        hyperparameters are laid over the entry's; a null removes one. A name with `:tuned` behind it, and an
        object with `tuning`, is a tuned candidate.

        Raises InvalidAlgorithms, saying which entry is wrong and what is allowed.
        """
        if not requested:
            raise InvalidAlgorithms(f"The list of algorithms is empty: name at least one of {self._known()}.")
        if len(requested) > MAX_CANDIDATES:
            raise InvalidAlgorithms(
                f"{len(requested)} algorithms are more than the {MAX_CANDIDATES} of one run."
            )
        overrides = [_object_of(item) for item in requested]
        entries = [self._complete(override) for override in overrides]
        _refuse_duplicates(entries)
        for entry, override in zip(entries, overrides, strict=True):
            self._validate(entry)
            refuse_untunable(entry, override)
            _refuse_credentials(entry)
            self.known.refuse_unknown(entry, *get_args(TaskKind))
        return entries

    def compile(self) -> None:
        """Compile the schema now, which takes a thousand times as long as checking an entry; otherwise the
        first `resolve` does.
        """
        _ = self._check

    def refuse_unknown(self, entries: Sequence[Entry], task: TaskKind) -> None:
        """Raises InvalidAlgorithms for what cannot train as it says, once it is known what is predicted."""
        for entry in entries:
            self.known.refuse_unknown(entry, task)

    def _complete(self, override: Entry) -> Entry:
        base = self._base(override)
        hyperparameters: Any = override.get("hyperparameters", {})
        # Anything but an object is the schema's to refuse.
        if isinstance(hyperparameters, dict):
            merged = {**(base.get("hyperparameters") or {}), **hyperparameters}
            hyperparameters = {name: value for name, value in merged.items() if value is not None}
        entry = {**base, **override, "algorithm": base["algorithm"], "hyperparameters": hyperparameters}
        return with_tuning(with_sections(entry, base, override), base, override)

    def _base(self, override: Entry) -> Entry:
        name = override.get("algorithm", override["name"])
        if isinstance(name, str) and name in self.entries:
            return {**self.entries[name], "algorithm": name}
        if "image_uri" in override:
            return {"algorithm": name}
        hint = f"did you mean {meant}? Else " if (meant := near_name(name, override, self.entries)) else ""
        raise InvalidAlgorithms(
            f"Unknown algorithm {excerpt(name)}: {hint}use one of {self._known()}, or give an image_uri to "
            "define a new one."
        )

    def _validate(self, entry: Entry) -> None:
        try:
            self._check(entry)
        except fastjsonschema.JsonSchemaValueException as err:
            # A name may hold letters that look like others.
            problem = _problem(err).encode("ascii", "backslashreplace").decode()
            raise InvalidAlgorithms(f"Algorithm {excerpt(entry['name'])}: {problem}.") from err

    @cached_property
    def _check(self) -> Callable[[Entry], Entry]:
        return cast("Callable[[Entry], Entry]", fastjsonschema.compile(dict(self.schema)))

    def _known(self) -> str:
        return ", ".join(sorted(self.entries))


def _object_of(item: str | Entry) -> Entry:
    override = named(item) if isinstance(item, str) else item
    if not isinstance(override, dict) or not isinstance(override.get("name"), str):
        raise InvalidAlgorithms(f"An algorithm is a name or an object with a name, not {excerpt(item)}.")
    return override


def _problem(err: fastjsonschema.JsonSchemaValueException) -> str:
    """What breaks which rule, in the words of the schema's descriptions where it has some."""
    place = err.name.removeprefix("data").removeprefix(".") or "the entry"
    rule = err.rule_definition
    if err.rule == "required":
        return f"{place} lacks {', '.join(field for field in rule if field not in err.value)}"
    if err.rule == "propertyNames":
        return f"every name in {place} must be {rule['description']}, not {excerpt(', '.join(err.value))}"
    if err.rule == "maxProperties":
        return f"{place} has {len(err.value)} members, more than the {rule} that there may be"
    told = {"description", "patternProperties"} & err.definition.keys()
    if err.rule == "additionalProperties" and not told:
        properties = err.definition["properties"]
        unknown = ", ".join(str(name) for name in err.value if name not in properties)
        return f"{place} knows no {excerpt(unknown)}: use {', '.join(sorted(properties))}"
    return f"{place} {_demand(err)}, but it is {excerpt(err.value)}"


def _demand(err: fastjsonschema.JsonSchemaValueException) -> str:
    rule, value = err.rule_definition, err.value
    if err.rule in ("pattern", "additionalProperties") and "description" in err.definition:
        return f"must be {err.definition['description']}"
    if err.rule == "enum":
        return f"must be one of {', '.join(rule)}"
    if err.rule == "type" and rule == "string" and isinstance(value, bool | int | float):
        return f'must be in quotes ("{json.dumps(value)}")'
    if err.rule == "type" and rule == "integer":
        return "must be a whole number without quotes"
    return str(err.message.removeprefix(f"{err.name} "))


def _refuse_duplicates(entries: Sequence[Entry]) -> None:
    twice = [name for name, count in Counter(entry["name"] for entry in entries).items() if count > 1]
    if twice:
        raise InvalidAlgorithms(
            f"Algorithm {excerpt(twice[0])} is listed twice: give each candidate a name of its own "
            '({"name": ..., "algorithm": ...}).'
        )


def _refuse_credentials(entry: Entry) -> None:
    for place, text in _texts(entry):
        # With its name, because a password looks like any word.
        if holds_credential(text) or holds_credential(f"{place.rpartition('.')[2]}={text}"):
            raise InvalidAlgorithms(
                f"Algorithm {entry['name']!r}: {place} looks like a credential, which SageMaker takes in no "
                "setting of a job because many can read it: grant the stack's SageMakerRole access instead."
            )


def _texts(entry: Entry, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a valid entry, with its place such as hyperparameters.eta."""
    for name, value in entry.items():
        if isinstance(value, dict):
            yield from _texts(value, f"{path}{name}.")
        elif isinstance(value, str):
            yield f"{path}{name}", value
