"""What holds for a run, of all that was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from bakeoff.domain.errors import InvalidAlgorithms
from bakeoff.domain.planning.algorithms import Catalogue, Entry
from bakeoff.domain.planning.settings.vocabulary import Said, Vocabulary
from bakeoff.domain.reading.mixed.settings import ColumnSettings
from bakeoff.domain.reading.target import NO_TARGET, PARAMETER, Target
from bakeoff.domain.run.documents import Settings
from bakeoff.domain.run.planned import DEFAULT

_RECORDED_IF_SAID = ("task", "positive", "max_cost")


@dataclass(frozen=True)
class Resolved:
    """`document` is what the plan records; `said` has the place that decided, by setting."""

    document: Settings
    said: Mapping[str, Said]

    @property
    def target(self) -> Target:
        value, said = self.document["target"]["value"], self.said["target"]
        return Target(str(value), said.source or PARAMETER) if value is not None else NO_TARGET

    @property
    def columns(self) -> ColumnSettings:
        """What was said of single columns."""
        return columns_of(self.document, {name: said.source or DEFAULT for name, said in self.said.items()})

    def entries(self, catalogue: Catalogue) -> list[Entry]:
        """The algorithms, complete. Raises InvalidAlgorithms, naming line and column of a file."""
        return entries_of(catalogue, self.document["algorithms"]["value"], self.said["algorithms"])


def resolve(vocabulary: Vocabulary, places: Sequence[Said]) -> Resolved:
    """Of each setting the first value that one of the `places` has; the last of them has all that have no
    default.

    What is about classes is recorded only where somebody says it, or the label's values do, and a limit only
    where somebody sets it.
    Raises InvalidSettings for what any of them cannot mean, whether it would hold or not.
    """
    defaults = Said(vocabulary.defaults, DEFAULT)
    checked = [(said, vocabulary.checked(said)) for said in (*places, defaults)]
    document, decided = {}, {}
    for name in vocabulary.names:
        said, values = next((said, values) for said, values in checked if name in values)
        decided[name] = said
        if name in _RECORDED_IF_SAID and said is defaults:
            continue
        document[name] = {"value": values[name], "source": said.source_of(name)}
    return Resolved(cast(Settings, document), decided)


def columns_of(settings: Mapping[str, Any], sources: Mapping[str, str]) -> ColumnSettings:
    """What settings say of columns, all by text: a whole number is a position from 1."""
    values = {name: setting["value"] for name, setting in settings.items()}
    return ColumnSettings(
        ignore=_texts(values.get("ignore")),
        categorical=_texts(values.get("categorical")),
        group=next(iter(_texts([values.get("group")])), None),
        time=next(iter(_texts([values.get("time")])), None),
        missing=_texts(values.get("missing")),
        task=values.get("task"),
        positive=next(iter(_texts([values.get("positive")])), None),
        sources=sources,
    )


def _texts(values: Sequence[Any] | None) -> tuple[str, ...]:
    return tuple(str(value) for value in values or () if value is not None)


def entries_of(catalogue: Catalogue, requested: Sequence[str | Entry], said: Said) -> list[Entry]:
    """Complete entries. Raises InvalidAlgorithms, with the place in the file that said so."""
    try:
        return catalogue.resolve(requested)
    except InvalidAlgorithms as err:
        if not said.places:
            raise
        raise InvalidAlgorithms(f"{_place_of_fault(catalogue, requested, said)}: {err}") from err


def _place_of_fault(catalogue: Catalogue, requested: Sequence[Any], said: Said) -> str:
    """Of the first algorithm that is wrong by itself, or else of the list."""
    for number, item in enumerate(requested):
        try:
            catalogue.resolve([item])
        except InvalidAlgorithms:
            return said.where("algorithms", number)
    return said.where("algorithms")
