"""The settings there are, and what each may be: settings.schema.json, in sentences."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

import fastjsonschema

from bakeoff.domain.errors import InvalidSettings
from bakeoff.domain.messages import excerpt
from bakeoff.domain.run.planned import OF_THE_STACK, capitalised

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Said:
    """What one place says, by the settings' names; without a `source`, they are the stack's parameters.

    `keys` and `places` are the lines and columns, from 1, of names and values in a file.
    """

    values: Mapping[str, Any]
    source: str | None = None
    keys: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    places: Mapping[Path, tuple[int, int]] = field(default_factory=dict)

    def source_of(self, name: str) -> str:
        return self.source or f"{OF_THE_STACK}{parameter_of(name)}"

    def where(self, *path: str | int) -> str:
        """The beginning of a sentence about a value: its place as exactly as it is known."""
        return self._sentence(str(path[0]), self.places.get(path))

    def where_named(self, name: str) -> str:
        return self._sentence(name, self.keys.get(name))

    def _sentence(self, name: str, place: tuple[int, int] | None) -> str:
        source = self.source_of(name)
        at = f", line {place[0]}, column {place[1]}" if place else ""
        return f"{capitalised(source)}{at}"


@dataclass(frozen=True)
class Vocabulary:
    """The JSON Schema of an object that has any of the settings; a description is what a value must be."""

    schema: Mapping[str, Any]

    @property
    def of_the_stack(self) -> tuple[str, ...]:
        """Those that are a parameter of the stack, too."""
        return tuple(name for name in self.names if name not in self.defaults)

    @property
    def defaults(self) -> dict[str, Any]:
        """What holds of the others where nobody says anything."""
        properties = self.schema["properties"]
        return {name: about["default"] for name, about in properties.items() if "default" in about}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.schema["properties"])

    def compile(self) -> None:
        """Compile the schema now; otherwise the first `checked` does."""
        _ = self._check

    def checked(self, said: Said) -> dict[str, Any]:
        """The values, whole numbers as such. Raises InvalidSettings for the first that cannot hold."""
        for name in said.values:
            self._require_known(name, said)
        # A parameter of the stack may be left empty.
        given = {name: value for name, value in said.values.items() if value is not None or said.source}
        try:
            self._check(given)
        except fastjsonschema.JsonSchemaValueException as err:
            name = str(err.path[1])
            raise self._refusal(name, said) from err
        for name, value in said.values.items():
            # Every comparison with a bound is False.
            if isinstance(value, float) and not math.isfinite(value):
                raise self._refusal(name, said)
        return {name: self._whole(name, value) for name, value in said.values.items()}

    def _require_known(self, name: str, said: Said) -> None:
        if name in self.names:
            return
        close = difflib.get_close_matches(name.lower().replace("-", "_"), self.names, n=1)
        cure = f"did you mean {close[0]}?" if close else f"the settings are {', '.join(self.names)}."
        raise InvalidSettings(f"{said.where_named(name)}: nothing reads {excerpt(name)}: {cure}")

    def _refusal(self, name: str, said: Said) -> InvalidSettings:
        demand = self.schema["properties"][name]["description"]
        return InvalidSettings(
            f"{said.where(name)}: {name} must be {demand}, not {excerpt(said.values[name])}."
        )

    def _whole(self, name: str, value: Any) -> Any:
        """JSON Schema takes 2.0 for a whole number."""
        is_whole = "integer" in self.schema["properties"][name].get("type", ())
        if isinstance(value, list):
            return [int(item) if isinstance(item, float) and item.is_integer() else item for item in value]
        return int(value) if is_whole and isinstance(value, float) else value

    @cached_property
    def _check(self) -> Callable[[dict[str, Any]], Any]:
        return cast("Callable[[dict[str, Any]], Any]", fastjsonschema.compile(dict(self.schema)))


def parameter_of(name: str) -> str:
    """The stack's parameter that a setting goes before: MaxScoredRows for max_scored_rows."""
    return "".join(part.capitalize() for part in name.split("_"))
