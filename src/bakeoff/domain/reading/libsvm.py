"""libsvm (svmlight): a label, then index:value for every feature other than 0."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bakeoff.domain.errors import UnreadableData
from bakeoff.domain.reading import flaws
from bakeoff.domain.reading.delimited import too_large
from bakeoff.domain.reading.flaws import Flaw
from bakeoff.domain.reading.lines import Line, is_comment, is_skipped
from bakeoff.domain.reading.numbers import LARGEST_FEATURE, LARGEST_LABEL, SPACE, SPACES, number_of
from bakeoff.domain.reading.table import MAX_FEATURES, Row, Table
from bakeoff.domain.reading.text import HeadText

_BLANKS = re.compile(f"{SPACE}++")
_ENTRY = re.compile(r"[^\s:\"'{}\[\],]+:[^\s:]*")
_INDEX = re.compile(r"0*+([1-9][0-9]{0,8}):")
_ZERO = re.compile(r"0+:")
_LABELS = re.compile(r"[0-9]+(?:,[0-9]+)+")
_DATED = re.compile(r".*[0-9][-/.][0-9]{1,2}[-/.][0-9]")
_TIMED = re.compile(r"[0-9]{1,2}:[0-9]{2}\b")
_SAMPLE = 500
LABEL = "label"


def as_libsvm(key: str, text: HeadText, lines: Sequence[Line]) -> Table | None:
    """The table, if that is what most of the lines are. Raises UnreadableData for one of another kind."""
    rows = [line for line in lines if not is_skipped(line.text, None)]
    sample = [tokens_of(line.text) for line in rows[:_SAMPLE]]
    entries = [tokens for tokens in sample if _has_entries(tokens)]
    if 2 * len(entries) < len(sample) or not entries:
        return None
    _refuse_other_kinds(key, rows, entries)
    widths = [max(found) for line in rows if (found := _indices(tokens_of(line.text)))]
    fitting = [width for width in widths if width <= MAX_FEATURES]
    few_too_wide = 10 * len(fitting) >= 9 * len(widths)
    features = max(fitting if few_too_wide else widths, default=0)
    return Table(
        key=key,
        format="libsvm",
        compression=text.compression,
        delimiter=None,
        header=None,
        names=None,
        width=features + 1,
        left_out={},
        skip=(),
        lines=rows,
        is_all=text.is_all,
        notes=tuple(_notes(key, lines)),
        sparse=any(len(tokens) <= features for tokens in entries),
    )


def _has_entries(tokens: Sequence[str]) -> bool:
    """A date and a time, the first cell of a CSV row, look like a label and an entry."""
    if len(tokens) < 2 or not all(map(_ENTRY.fullmatch, tokens[1:])):
        return False
    return not (_DATED.match(tokens[0]) and _TIMED.match(tokens[1]))


def tokens_of(text: str) -> list[str]:
    """What stands before a comment, cut at white space."""
    return _BLANKS.split(text.split("#", 1)[0].strip(SPACES))


def _indices(tokens: Sequence[str]) -> list[int]:
    found = [_INDEX.match(token) for token in tokens[1:]]
    return [int(match[1]) for match in found if match]


def _refuse_other_kinds(key: str, rows: Sequence[Line], entries: Sequence[Sequence[str]]) -> None:
    if 2 * sum(tokens[1].startswith("qid:") for tokens in entries) > len(entries):
        raise UnreadableData(
            f"{key} is libsvm for ranking (qid:), and comparisons predict one number or one class a row: "
            "remove the qid entries if its labels are such, or remove the object."
        )
    if 2 * sum(bool(_LABELS.fullmatch(tokens[0])) for tokens in entries) > len(entries):
        raise UnreadableData(
            f"{key} is libsvm with several labels a row ({entries[0][0]!r}), and a comparison predicts one "
            "number or one class a row: upload a file with one label a row."
        )
    for line in rows:
        if "0:" in line.text and any(_ZERO.match(token) for token in tokens_of(line.text)[1:]):
            raise UnreadableData(
                f"{key} numbers its libsvm features from 0 (line {line.number}), but the first one must be 1 "
                "(scikit-learn: dump_svmlight_file(..., zero_based=False))."
            )


def _notes(key: str, lines: Sequence[Line]) -> Iterator[str]:
    comments = sum(is_comment(line.text) for line in lines)
    if comments:
        yield f"{key}: comments are no rows, and left out ({comments} line(s))."


def read_libsvm(table: Table, columns: Sequence[int]) -> Iterator[Row | Flaw]:
    """Every feature counts, so `columns` say nothing."""
    for line in table.lines:
        yield _read(line, table.width - 1)


def _read(line: Line, features: int) -> Row | Flaw:
    if line.is_long:
        return Flaw(line.number, None, line.text, "is longer than 1 MiB", "mend or remove the line")
    tokens = tokens_of(line.text)
    label = number_of(tokens[0])
    if label is None and _INDEX.match(tokens[0]):
        return Flaw(line.number, LABEL, tokens[0], "is a feature", "begin each row with its label")
    if label is None:
        return flaws.cell_flaw(line.number, LABEL, tokens[0], is_label=True)
    if abs(label) > LARGEST_LABEL:
        return too_large(line.number, LABEL, tokens[0], is_label=True)
    entries: list[tuple[int, float]] = []
    for token in tokens[1:]:
        entry = _entry(line.number, token, entries[-1][0] if entries else 0, features)
        if isinstance(entry, Flaw):
            return entry
        entries.append(entry)
    return label, tuple(entry for entry in entries if entry[1])


def _entry(line: int, token: str, last: int, features: int) -> tuple[int, float] | Flaw:
    found = _INDEX.match(token)
    if not found:
        return Flaw(line, None, token, "has no positive whole number for an index", "write index:value")
    index, value = int(found[1]), token[found.end() :]
    if index <= last:
        return Flaw(line, None, token, "does not ascend", "sort the indices of each row, none twice")
    if index > features:
        return Flaw(line, None, token, f"is above the {features} features", "mend or remove the row")
    number = number_of(value)
    if number is None:
        return flaws.cell_flaw(line, str(index), value, is_label=False)
    if abs(number) > LARGEST_FEATURE:
        return too_large(line, str(index), value, is_label=False)
    return index, number
