"""What a run has read, and what it has assumed about that: from its plan.json and its summary.json.

Both may hold anything, because others may write to the bucket; what is not as it should be is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from bakeoff.domain.reading.mixed.telling import described
from bakeoff.domain.run.documents import TableColumn
from bakeoff.domain.run.planned import capitalised, is_told, moved_told, worded
from bakeoff_cli.show.fold_price import Price, price_in, told
from bakeoff_cli.show.tuned import tuned_in
from bakeoff_cli.text import one_line, shortened

FIRST_COLUMN = "the first column"
"""The source of a target that nobody has named."""
_SHOWN_FEATURES = 6
_NAME_CHARACTERS = 24


@dataclass(frozen=True)
class RunData:
    """`features` are None when the data have no header; `ignored` holds pairs of a key and the reason, and
    `settings` the name, value and source of what others than the stack's parameters said. `tuned` has the
    candidates that are tuned, with what that costs, and `folds` their number with what they cost.
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

    @property
    def target_name(self) -> str | None:
        name = self.target.get("name")
        return one_line(name) or None if isinstance(name, str) else None

    def lines(self) -> Iterator[str]:
        """One for what is predicted, one for each source of settings, one for each note, one for each object
        that was ignored.
        """
        count = self.feature_count if self.features is None else len(self.features)
        counted = "" if count is None else f" from {_counted(count, 'feature')}"
        names = f": {_listed(self.features)}" if self.features else ""
        yield f"Predicting {self._target()}{counted}{names}."
        for source in dict.fromkeys(source for _, _, source in self.settings):
            said = (f"{name}: {value}" for name, value, whose in self.settings if whose == source)
            yield f"{capitalised(source)} says {'; '.join(said)}."
        if self.columns:
            yield f"Columns: {self.columns}."
        yield from (f"{name} is tuned: {what}." for name, what in self.tuned)
        yield from told(self.folds) if self.folds else ()
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
        position, name = self.target.get("position"), self.target_name
        if not isinstance(position, int):
            return name or "a column"
        place, source = FIRST_COLUMN if position == 1 else f"column {position}", self.target.get("source")
        if isinstance(source, str) and source != FIRST_COLUMN:
            place += f", as {_text(source)} says"
        return f"{name} ({place})" if name else place


def run_data(plan: Any) -> RunData | None:
    """What a plan says of its data; None for a plan that does not say it, as those of older versions."""
    target = _mapping(plan).get("target")
    if not isinstance(target, dict):
        return None
    features, count = plan.get("features"), plan.get("feature_dim")
    return RunData(
        target=target,
        features=tuple(map(_text, features)) if isinstance(features, list) else None,
        feature_count=count if isinstance(count, int) else None,
        settings=tuple(_settings(_mapping(plan.get("settings")))),
        notes=tuple(map(_text, _list(plan.get("notes")))),
        tuned=tuple(tuned_in(_list(plan.get("candidates")))),
        folds=price_in(plan),
        columns=_columns(_mapping(plan.get("table"))),
        ignored=tuple(
            (_text(item.get("key")), _text(item.get("why")))
            for item in map(_mapping, _list(plan.get("ignored")))
        ),
    )


def _columns(table: Mapping[str, Any]) -> str | None:
    """What the columns of a mixed table are; None for numbers alone, or when it does not say so."""
    columns = [column for column in map(_mapping, _list(table.get("columns"))) if column]
    if not all(
        isinstance(column.get(field), str) for column in columns for field in ("name", "role", "kind")
    ):
        return None
    has_label = any(column["role"] == "label" for column in columns)
    return _text(described(cast("list[TableColumn]", columns))) if has_label else None


def _settings(recorded: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, setting in recorded.items():
        source = _mapping(setting).get("source")
        if isinstance(source, str) and is_told(source):
            yield _text(name), _text(worded(setting.get("value"))), _text(source)


def prepared_rows(summary: Any) -> str | None:
    """How many rows the Spark job made of the data; None when its summary does not say."""
    told = _folds(_list(_mapping(summary).get("folds"))) or _splits(_mapping(_mapping(summary).get("rows")))
    if told is None:
        return None
    rejected = _mapping(summary.get("rejected")).get("total")
    aside = f"; {_counted(rejected, 'line')} set aside" if isinstance(rejected, int) and rejected else ""
    unlabelled = summary.get("unlabelled")
    if isinstance(unlabelled, int) and unlabelled:
        aside += f"; {_counted(unlabelled, 'row')} without a label left out"
    return " ".join([f"{told}{aside}.", *_classes(_list(_mapping(summary).get("classes")))])


def _splits(rows: Mapping[str, Any]) -> str | None:
    counts = _counts([rows.get(name) for name in ("train", "validation", "test")])
    if not counts:
        return None
    train, validation, test = counts
    return f"{sum(counts):,} rows: {train:,} to train, {validation:,} to validate, {test:,} to test"


def _folds(folds: list[Any]) -> str | None:
    counts = _counts([_mapping(fold).get("rows") for fold in folds])
    if not counts:
        return None
    least, most = min(counts), max(counts)
    each = f"of {least:,}" if least == most else f"of {least:,} to {most:,}"
    return f"{sum(counts):,} rows in {len(counts)} folds {each}"


def _counts(values: list[Any]) -> list[int]:
    """None of them, if one is no number."""
    counts = [value for value in values if isinstance(value, int)]
    return counts if len(counts) == len(values) else []


def _classes(classes: list[Any]) -> Iterator[str]:
    """How many there are, and which of them had to be moved to the training split."""
    found = [each for each in map(_mapping, classes) if each]
    if not found:
        return
    yield f"{len(found)} classes: {_listed(tuple(_text(each.get('name')) for each in found))}."
    moved = [each for each in found if isinstance(each.get("moved"), int)]
    if moved:
        names = _listed(tuple(_text(each.get("name")) for each in moved))
        yield f"{moved_told(names, sum(each['moved'] for each in moved))}."


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _listed(names: tuple[str, ...]) -> str:
    shown = [shortened(name, _NAME_CHARACTERS) for name in names]
    if len(shown) > _SHOWN_FEATURES:
        shown = [*shown[: _SHOWN_FEATURES - 1], f"... {shown[-1]}"]
    return ", ".join(shown)


def _text(value: Any) -> str:
    return one_line(str(value))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
