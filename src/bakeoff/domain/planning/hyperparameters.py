"""The hyperparameters that an image of AWS's own algorithms, or a script, knows, and what each takes.

An image refuses others only when it trains, and a script may pass them over, so that a candidate would train
with the default of what somebody has misspelled.

Sources of image_options.json: hyperparameter_validation.py of the public sagemaker-xgboost-container, and
"Hyperparameters" and "Tune" of each algorithm in the SageMaker developer guide, such as
https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost_hyperparameters.html; of script_options.json: the
scripts' libraries (scripts/catalogue/script_options.py).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, Literal, NotRequired, TypedDict

from bakeoff.domain.errors import InvalidAlgorithms
from bakeoff.domain.messages import excerpt
from bakeoff.domain.statistics.registry import TaskKind

Entry = dict[str, Any]
Kind = Literal["integer", "number", "text"]
"""What a hyperparameter takes of numbers: whole ones, any, or none; each of them may also take words."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
# The containers take these for themselves, and no program sees them.
_OF_SAGEMAKER = "sagemaker_"
_MOST_NAMES = 60
_LISTED = "script_options.json"


class Options(TypedDict):
    """`aliases` are further names of `hyperparameters`, by alias; `objectives` are the metrics that a tuning
    job may go by, of an image; what a script takes besides may depend on the value of one hyperparameter,
    `by`, and hold for one `image` alone.
    """

    hyperparameters: Mapping[str, Kind]
    aliases: NotRequired[Mapping[str, str]]
    objectives: NotRequired[Sequence[str]]
    by: NotRequired[Mapping[str, Mapping[str, Mapping[str, Kind]]]]
    image: NotRequired[str]


@dataclass(frozen=True)
class Known:
    """What is known of `images`, by `framework:version`, and of `scripts`, by their folders."""

    images: Mapping[str, Options] = field(default_factory=dict)
    scripts: Mapping[str, Options] = field(default_factory=dict)

    def refuse_unknown(self, entry: Entry, *tasks: TaskKind) -> None:
        """Raise InvalidAlgorithms for a hyperparameter or an objective that the image or the script of a
        valid entry lacks, and for a value or a range that it cannot take; where that depends on the task, in
        all of the `tasks` that there may be. Of other images and scripts nothing is known.
        """
        options = self._options(entry)
        if options is None:
            return
        flaws = {task: [*self._flaws(entry, own, options)] for task, own in _by_task(entry).items()}
        # What depends on a hyperparameter may be right in one task, and wrong in the other.
        certain = [] if "by" in options else [*chain.from_iterable(flaws.values())]
        possible = [flaws[task] for task in tasks if task in flaws]
        if not certain and all(possible):
            certain = [*chain.from_iterable(possible)]
        if certain:
            raise InvalidAlgorithms(f"Algorithm {entry['name']!r}: {certain[0]}")

    def _options(self, entry: Entry) -> Options | None:
        """None where nothing is known."""
        if "image_uri" in entry:
            return None
        image = _image_of(entry)
        found = self.scripts.get(entry["script"]) if "script" in entry else self.images.get(image)
        return found if found and found.get("image", image) == image else None

    def _flaws(self, entry: Entry, sections: Mapping[str, Any], options: Options) -> Iterator[str]:
        script = entry.get("script")
        called = f"the script {script}" if script else _image_of(entry).replace(":", " ")
        for place, own in sections.items():
            yield from _Section(place, own, options, called, is_script=script is not None).flaws()


def _image_of(entry: Entry) -> str:
    image = entry.get("image", {})
    return f"{image.get('framework')}:{image.get('version')}"


def _by_task(entry: Entry) -> dict[TaskKind, dict[str, Any]]:
    """What holds hyperparameters in each task that the entry has, by its place."""
    classes = {f"tasks.{name}.": own for name, own in entry.get("tasks", {}).items()}
    return {"regression": {"": entry}, **({"classification": classes} if classes else {})}


@dataclass(frozen=True)
class _Section:
    """The hyperparameters of an entry's task, in a `place` of it, and the options of what is `called` so."""

    place: str
    own: Mapping[str, Any]
    options: Options
    called: str
    is_script: bool

    def flaws(self) -> Iterator[str]:
        kinds, tuning = self._kinds, self.own.get("tuning", {})
        if kinds is None:
            return
        for name, value in self.own["hyperparameters"].items():
            yield from self._of_name("hyperparameters", name) or _of_values(
                f"{self.place}hyperparameters", name, kinds.get(name), [value]
            )
        for name, each in tuning.get("ranges", {}).items():
            yield from self._of_name("tuning.ranges", name) or _of_range(
                f"{self.place}tuning.ranges", name, kinds.get(name), each
            )
        metric, objectives = tuning.get("objective", {}).get("metric"), self.options.get("objectives")
        if metric is not None and objectives is not None and metric not in objectives:
            yield self._unknown("tuning.objective.metric", metric, "objective", objectives)

    @cached_property
    def _kinds(self) -> Mapping[str, Kind] | None:
        """None where nothing is known of a value that decides what there is."""
        kinds = dict(self.options["hyperparameters"])
        for hyperparameter, values in self.options.get("by", {}).items():
            chosen = self._values(hyperparameter)
            if not all(value in values for value in chosen):
                return None
            for value in chosen:
                kinds |= values[value]
        return kinds

    def _values(self, hyperparameter: str) -> list[str]:
        """Those that a tuning job tries, or the one that there is."""
        ranges = self.own.get("tuning", {}).get("ranges", {})
        tried: list[str] = ranges.get(hyperparameter, {}).get("categorical", [])
        return tried or [self.own["hyperparameters"].get(hyperparameter, "")]

    @property
    def _aliases(self) -> Mapping[str, str]:
        return self.options.get("aliases", {})

    def _of_name(self, where: str, name: str) -> list[str]:
        """An alias is refused: beside its main name, the program would train with one of the two silently."""
        if main := self._aliases.get(name):
            return [f"{self.place}{where}.{name} is another name of {main}: write {main}."]
        if name in (self._kinds or ()) or (self.is_script and name.startswith(_OF_SAGEMAKER)):
            return []
        return [self._unknown(where, name, "hyperparameter", list(self._kinds or ()))]

    def _unknown(self, where: str, name: str, what: str, names: Sequence[str]) -> str:
        near = difflib.get_close_matches(name, [*names, *self._aliases], n=1)
        others = ", ".join(names) if len(names) <= _MOST_NAMES else f"the {len(names)} that {_LISTED} names"
        cure = f"did you mean {self._aliases.get(near[0], near[0])}?" if near else f"use one of {others}."
        decided = [value for each in self.options.get("by", {}) for value in self._values(each)]
        called = " or ".join(decided) or self.called
        return f"{self.place}{where} names {excerpt(name)}, which is no {what} of {called}: {cure}"


def _of_values(where: str, name: str, kind: Kind | None, values: Sequence[str]) -> Iterator[str]:
    for value in values:
        if kind == "integer" and _NUMBER.fullmatch(value) and not _WHOLE.fullmatch(value):
            yield f"{where}.{name} is {excerpt(value)}, and takes whole numbers only."


def _of_range(where: str, name: str, kind: Kind | None, each: Mapping[str, Any]) -> Iterator[str]:
    if kind == "integer" and "continuous" in each:
        yield f"{where}.{name} is continuous, and {name} takes whole numbers only: write integer instead."
    elif kind == "text" and "categorical" not in each:
        yield f"{where}.{name} is a range of numbers, and {name} takes words: list them as categorical."
    else:
        yield from _of_values(where, name, kind, each.get("categorical", ()))
