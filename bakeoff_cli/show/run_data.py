"""What a run has read, and what it has assumed about that, from its plan.json.

It may hold anything, because others may write to the bucket; what is not as it should be is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from bakeoff.domain.reading.mixed.telling import described
from bakeoff.domain.reading.target import FIRST_COLUMN
from bakeoff.domain.run.documents import TableColumn, WorstCase
from bakeoff.domain.run.planned import capitalised, is_told, worded
from bakeoff_cli.documents import list_of, mapping_of
from bakeoff_cli.show.costs.receipt import most_in
from bakeoff_cli.show.fold_price import Price, price_in, told
from bakeoff_cli.show.tuned import tuned_in
from bakeoff_cli.text import counted, listed, one_line

# A source that ends in a relative clause, after which English wants a second comma.
_RELATIVE = re.compile(r", (?:which|whose) ")


@dataclass(frozen=True)
class RunData:
    """`features` are None when the data have no header; `ignored` holds pairs of a key and the reason, and
    `settings` the name, value and source of what others than the stack's parameters said. `tuned` has the
    candidates that are tuned, with what that costs, `folds` their number with what they cost, and `most` what
    the run may cost, by the plan's `worst` case. `undecided` says why it promotes nothing, if that is known.
    """

    target: Mapping[str, Any]
    features: tuple[str, ...] | None
    feature_count: int | None
    notes: tuple[str, ...]
    ignored: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, str, str], ...] = ()
    columns: str | None = None
    tuned: tuple[tuple[str, str], ...] = ()
    folds: Price | None = None
    most: str | None = None
    worst: WorstCase | None = None
    undecided: str | None = None

    @property
    def label(self) -> str | None:
        """The predicted column by its name, else by its place; None of a plan that tells neither."""
        return self._name() or self._place()

    def lines(self) -> Iterator[str]:
        """One for what is predicted, one for each source of settings, one for each note, one for each object
        that was ignored.
        """
        count = self.feature_count if self.features is None else len(self.features)
        whence = "" if count is None else f" from {counted(count, 'feature')}"
        names = f": {listed(self.features)}" if self.features else ""
        yield f"Predicting {self._target()}{whence}{names}."
        for source in dict.fromkeys(source for _, _, source in self.settings):
            said = (f"{name}: {value}" for name, value, whose in self.settings if whose == source)
            comma = "," if _RELATIVE.search(source) else ""
            yield f"{capitalised(source)}{comma} says {'; '.join(said)}."
        if self.columns:
            yield f"Columns: {self.columns}."
        yield from (f"{name} is tuned: {what}." for name, what in self.tuned)
        yield from told(self.folds) if self.folds else ()
        yield from [self.most] if self.most else []
        yield from [self.undecided] if self.undecided else []
        yield from self.notes
        yield from (f"Ignored {key}: {why}" for key, why in self.ignored)

    def as_json(self) -> dict[str, Any]:
        return {
            "target": dict(self.target),
            "features": None if self.features is None else list(self.features),
            "settings": {name: {"value": value, "source": source} for name, value, source in self.settings},
            "notes": list(self.notes),
            **({"tuned": dict(self.tuned)} if self.tuned else {}),
            **({"folds": dict(self.folds)} if self.folds else {}),
            **({"columns": self.columns} if self.columns else {}),
            "ignored": [{"key": key, "why": why} for key, why in self.ignored],
        }

    def _target(self) -> str:
        place, name, source = self._place(), self._name(), self.target.get("source")
        if place is None:
            return name or "a column"
        if isinstance(source, str) and source != FIRST_COLUMN:
            place += f", as {_text(source)} says"
        return f"{name} ({place})" if name else place

    def _name(self) -> str | None:
        name = self.target.get("name")
        return one_line(name) or None if isinstance(name, str) else None

    def _place(self) -> str | None:
        position = self.target.get("position")
        if not isinstance(position, int):
            return None
        return FIRST_COLUMN if position == 1 else f"column {position}"


def run_data(plan: Any) -> RunData | None:
    """What a plan says of its data; None for a plan that does not say it, as those of older versions."""
    target, most = mapping_of(plan).get("target"), most_in(plan)
    if not isinstance(target, dict):
        return None
    features, count = plan.get("features"), plan.get("feature_dim")
    return RunData(
        target=target,
        features=tuple(map(_text, features)) if isinstance(features, list) else None,
        feature_count=count if isinstance(count, int) else None,
        settings=tuple(_settings(mapping_of(plan.get("settings")))),
        notes=tuple(map(_text, list_of(plan.get("notes")))),
        tuned=tuple(tuned_in(list_of(plan.get("candidates")))),
        folds=price_in(plan),
        most=most,
        # Others may write to the bucket.
        worst=plan["cost"] if most else None,
        undecided=_undecided(mapping_of(plan.get("promotion"))),
        columns=_columns(mapping_of(plan.get("table"))),
        ignored=tuple(
            (_text(item.get("key")), _text(item.get("why")))
            for item in map(mapping_of, list_of(plan.get("ignored")))
        ),
    )


def _undecided(planned: Mapping[str, Any]) -> str | None:
    why = planned.get("incomparable")
    if not isinstance(why, str):
        return None
    about = ", because the model in production cannot be compared" if planned.get("live") else ""
    return _text(f"Nothing will be promoted{about}: {why}.")


def _columns(table: Mapping[str, Any]) -> str | None:
    """What the columns of a mixed table are; None for numbers alone, or when it does not say so."""
    columns = [column for column in map(mapping_of, list_of(table.get("columns"))) if column]
    if not all(
        isinstance(column.get(field), str) for column in columns for field in ("name", "role", "kind")
    ):
        return None
    has_label = any(column["role"] == "label" for column in columns)
    return _text(described(cast("list[TableColumn]", columns))) if has_label else None


def _settings(recorded: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, setting in recorded.items():
        source = mapping_of(setting).get("source")
        if isinstance(source, str) and is_told(source):
            yield _text(name), _text(worded(setting.get("value"))), _text(source)


def _text(value: Any) -> str:
    return one_line(str(value))
