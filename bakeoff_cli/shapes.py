"""Where a JSON document has not the shape of the TypedDict that describes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", NoneType: "null"}
_INNER: dict[Any, str] = {list: "a list", dict: "an object"}
_DEEPEST = 40


@dataclass(frozen=True)
class Flaw:
    """`missing` is the key that an object lacks, None where a value is of another kind."""

    told: str
    missing: str | None = None


def flaws(value: Any, shape: Any, place: str = "", depth: int = 0) -> Iterator[Flaw]:
    """In the order of the shape. Keys that it does not know are none."""
    if depth > _DEEPEST:
        return
    kind = get_origin(shape) or shape
    if is_typeddict(shape):
        yield from _of_object(value, shape, place, depth)
    elif kind in (Union, UnionType):
        found = [list(flaws(value, each, place, depth + 1)) for each in get_args(shape)]
        # Those of the kind that the value is most like.
        yield from min(found, key=len)
    elif kind is Literal:
        if value not in get_args(shape):
            yield _no(value, " or ".join(map(repr, get_args(shape))), place)
    elif kind in _INNER:
        yield from _of_many(value, kind, get_args(shape), place, depth)
    elif kind in _WORDS and not _is(value, kind):
        yield _no(value, _WORDS[kind], place)


def _of_object(value: Any, shape: Any, place: str, depth: int) -> Iterator[Flaw]:
    if not isinstance(value, dict):
        yield _no(value, "an object", place)
        return
    for name, (inner, is_required) in _fields(shape).items():
        if name in value:
            yield from flaws(value[name], inner, f"{place}.{name}" if place else name, depth + 1)
        elif is_required:
            yield Flaw(f"{place or 'it'} has no {name}", name)


def _of_many(value: Any, kind: Any, inner: tuple[Any, ...], place: str, depth: int) -> Iterator[Flaw]:
    if not isinstance(value, kind):
        yield _no(value, _INNER[kind], place)
        return
    items: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for name, each in items:
        yield from flaws(each, inner[-1] if inner else Any, f"{place}[{name}]", depth + 1)


@cache
def _fields(shape: Any) -> Mapping[str, tuple[Any, bool]]:
    """The type of each key, and whether it has to be there."""
    hints = get_type_hints(shape, include_extras=True)
    optional: frozenset[str] = getattr(shape, "__optional_keys__", frozenset())
    return {
        name: (get_args(hint)[0], False) if get_origin(hint) is NotRequired else (hint, name not in optional)
        for name, hint in hints.items()
    }


def _is(value: Any, kind: type) -> bool:
    if isinstance(value, bool):
        return kind is bool
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)


def _no(value: Any, wanted: str, place: str) -> Flaw:
    found = next((word for kind, word in _WORDS.items() if _is(value, kind)), None)
    found = found or ("a list" if isinstance(value, list) else "an object")
    return Flaw(f"{place or 'it'} is {found}, and not {wanted}")
