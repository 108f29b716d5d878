"""The columns of a run: those of its first file, found by name in every other one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from bakeoff.domain.errors import ColumnMismatch, FeatureCountMismatch
from bakeoff.domain.reading.recognise import Recognised, judge
from bakeoff.domain.reading.table import Table
from bakeoff.domain.reading.target import Aim, Target, aim_at

_NAMED = 5


def agree(tables: Sequence[Table], target: Target) -> list[Recognised]:
    """Each table read so that all have the same label and the same features in the same order.

    The first CSV file says which; libsvm, which has no names, goes by position. Raises ColumnMismatch or
    UnknownTarget, or UnreadableData when most lines of a file are no rows.
    """
    csv = [table for table in tables if table.format == "csv"]
    refuse_half_named(csv)
    first = csv[0] if csv else tables[0]
    aim = aim_at(first, target)
    return [judge(table, aim if table is first else _aim_like(table, first, aim)) for table in tables]


def refuse_half_named(tables: Sequence[Table]) -> None:
    named = next((table for table in tables if table.names), None)
    unnamed = next((table for table in tables if not table.names), None)
    if named and unnamed:
        header = named.header or ",".join(named.names or ())
        shown = header if len(header) <= 200 else f"{header[:200]}..."
        raise ColumnMismatch(
            f"{unnamed.key} has no header, but {named.key} has one: add the line {shown!r} at its beginning "
            "if the columns are the same."
        )


def _aim_like(table: Table, first: Table, aim: Aim) -> Aim:
    if table.format == "libsvm":
        return _libsvm_beside(table, first, aim)
    if table.names is None or first.names is None:
        return _by_position(table, first, aim)
    if table.names == first.names:
        return Aim(aim.columns, aim.source, _left_out(table, aim.columns))
    return _by_name(table, first, aim)


def _libsvm_beside(table: Table, first: Table, aim: Aim) -> Aim:
    notes = (
        []
        if first.format == "libsvm"
        else [
            f"{table.key} is libsvm and names no columns: its label and features are taken for those of "
            f"{first.key} in the same order."
        ]
    )
    return Aim(tuple(range(table.width)), aim.source, tuple(notes))


def _by_position(table: Table, first: Table, aim: Aim) -> Aim:
    if table.width == first.width:
        return Aim(aim.columns, aim.source, _left_out(table, aim.columns))
    if len(table.kept) != len(first.kept):
        raise FeatureCountMismatch(
            f"{table.key} has {len(table.kept) - 1} features, but {first.key} has {len(first.kept) - 1}: "
            "remove the file that does not belong, or give all files the same columns."
        )
    place = {column: number for number, column in enumerate(first.kept)}
    if all(column in place for column in aim.columns):
        columns = tuple(table.kept[place[column]] for column in aim.columns)
    else:
        columns = aim.columns
    return Aim(columns, aim.source, _left_out(table, columns))


def _by_name(table: Table, first: Table, aim: Aim) -> Aim:
    assert table.names is not None and first.names is not None
    wanted = [first.names[column] for column in aim.columns]
    # Columns that would be left out, were they not asked for by name.
    asked = {column for column in table.left_out if table.names[column] in wanted}
    offered = Counter(table.names[column] for column in {*table.kept, *asked})
    _refuse_ambiguous(first, Counter(wanted))
    _refuse_ambiguous(table, offered)
    missing = [name for name in wanted if name not in offered]
    extra = [name for name in offered if name not in set(wanted)]
    if missing or extra:
        raise ColumnMismatch(f"{difference(table, first, missing, extra)}: {_CURE}.")
    positions = {name: column for column, name in enumerate(table.names)}
    columns = tuple(positions[name] for name in wanted)
    notes = _left_out(table, columns)
    if [name for name in table.names if name in positions] != list(first.names):
        notes = (f"{table.key} has its columns in another order than {first.key}: read by name.", *notes)
    return Aim(columns, aim.source, notes)


_CURE = "give all files the same columns, or remove the file that does not belong"


def _refuse_ambiguous(table: Table, names: Counter[str]) -> None:
    twice = [name for name, count in names.items() if count > 1]
    if twice:
        raise ColumnMismatch(
            f"{table.key} has {names[twice[0]]} columns named {twice[0]!r}, so that they cannot be told "
            "apart in files whose columns differ in order: rename all but one in every file."
        )


def difference(table: Table, first: Table, missing: Sequence[str], extra: Sequence[str]) -> str:
    parts = []
    if missing:
        parts.append(f"lacks {_listed(missing)}")
    if extra:
        parts.append(f"has {_listed(extra)}{' instead' if missing else ''}")
    return f"{table.key} {' and '.join(parts)}, unlike {first.key}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(name or "a column without a name" for name in names[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"the column{'s' if len(names) > 1 else ''} {shown}{more}"


def _left_out(table: Table, columns: Sequence[int]) -> tuple[str, ...]:
    return tuple(
        f"{table.key}: {why}: left out." for column, why in table.left_out.items() if column not in columns
    )


def common_width(found: Sequence[Recognised], given: int) -> int:
    """The number of features of all; `given` is the parameter FeatureCount, 0 when it is inferred.

    libsvm leaves zeros out, so a sparse file may show fewer. Raises FeatureCountMismatch.
    """
    csv = next((one.feature_dim for one in found if one.format == "csv"), 0)
    expected = given or csv or max(one.feature_dim for one in found)
    for one in found:
        narrow = one.format == "libsvm" and one.feature_dim < expected and (bool(given) or one.sparse)
        if one.feature_dim != expected and not narrow:
            raise FeatureCountMismatch(_width_sentence(one, found, given, expected))
    return expected


def _width_sentence(one: Recognised, found: Sequence[Recognised], given: int, expected: int) -> str:
    says = f"{one.key} has {one.feature_dim} features"
    if given:
        larger = max(other.feature_dim for other in found)
        cure = "set it to 0" + (f" or {larger}" if one.format == "libsvm" and larger > given else "")
        return f"{says}, but the parameter FeatureCount says {given}: {cure}, or remove the file."
    other = next(each for each in found if each.feature_dim == expected)
    cure = "remove the file that does not belong"
    if one.format == "libsvm" and one.feature_dim < expected:
        cure += f", or set the parameter FeatureCount to {expected} if its last features are 0 and left out"
    return f"{says}, but {other.key} has {expected}: {cure}."
