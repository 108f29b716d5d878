"""bakeoff.yaml: the part of YAML that is as plain as JSON, and the line and column of each value.

Words are read by the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema), for which no, on
and 2024-01-01 are texts: columns have such names. What a few lines of settings never need is refused, because
it would be read otherwise than it looks: names that come twice, aliases and tags.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from bakeoff.domain.errors import InvalidSettings
from bakeoff.domain.messages import excerpt
from bakeoff.domain.planning.settings.vocabulary import Path, Said

MAX_BYTES = 64 * 1024
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
# Python reads no whole number of thousands of digits.
_INTEGER = re.compile(r"[-+]?[0-9]{1,30}")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_EXAMPLE = "write a line `name: value` for each setting, such as `target: price`"


def read_settings(name: str, body: bytes) -> Said:
    """What the file of that name says; nothing, if it is empty or all comments.

    Raises InvalidSettings, naming line and column, for what is no mapping in plain YAML of MAX_BYTES at most.
    """
    if len(body) > MAX_BYTES:
        raise InvalidSettings(
            f"{name} is larger than {MAX_BYTES // 1024} KiB, which settings never are: shorten it, or give "
            "it another name if it holds data."
        )
    return _Reader(name, _text(name, body)).read()


def _text(name: str, body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as err:
        before = body[: err.start].split(b"\n")
        raise InvalidSettings(
            f"{name}, line {len(before)}, column {len(before[-1]) + 1}: the byte {body[err.start]:#04x} is "
            "not UTF-8: save the file as UTF-8."
        ) from err


class _Reader:
    """One file's reading; fills `keys` and `places` as it goes."""

    def __init__(self, name: str, text: str) -> None:
        self._name, self._text = name, text
        self._keys: dict[str, tuple[int, int]] = {}
        self._places: dict[Path, tuple[int, int]] = {}

    def read(self) -> Said:
        try:
            node = _Composer(self._text).get_single_node()
            values = {} if node is None else self._settings(node)
        except _Unplain as err:
            raise self._refused(_place(err.mark), f"settings take no {err}: write the value itself.") from err
        except yaml.MarkedYAMLError as err:
            raise self._no_yaml(_place(err.problem_mark), str(err.problem)) from err
        except yaml.reader.ReaderError as err:
            before = self._text[: err.position].split("\n")
            place = len(before), len(before[-1]) + 1
            raise self._no_yaml(place, f"the character {chr(int(err.character))!r} is not allowed") from err
        except RecursionError as err:
            raise InvalidSettings(f"{self._name} is nested too deeply: {_EXAMPLE}.") from err
        return Said(values, self._name, self._keys, self._places)

    def _settings(self, node: yaml.Node) -> dict[str, Any]:
        if isinstance(node, yaml.ScalarNode) and _plain(node) is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            shown = excerpt(self._value(node, ()))
            raise self._refused(_place(node.start_mark), f"{shown} is no setting with a value: {_EXAMPLE}.")
        self._keys.update(
            {
                _written(key): _place(key.start_mark)
                for key, _ in node.value
                if isinstance(key, yaml.ScalarNode)
            }
        )
        return self._mapping(node, ())

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._refused(
                    _place(key.start_mark), f"a list or mapping is no name of a value: {_EXAMPLE}."
                )
            name = _written(key)
            if name in found:
                raise self._refused(_place(key.start_mark), f"{excerpt(name)} comes twice: keep one of them.")
            found[name] = self._value(value, (*path, name))
        return found

    def _value(self, node: yaml.Node, path: Path) -> Any:
        self._places[path] = _place(node.start_mark)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*path, number)) for number, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        return _plain(node)

    def _no_yaml(self, place: tuple[int, int], problem: str) -> InvalidSettings:
        lines = ["", *self._text.splitlines()]
        line = lines[place[0]] if place[0] < len(lines) else ""
        return self._refused(
            place,
            f"this is not YAML ({problem}), it reads {excerpt(line)}: {_EXAMPLE}, special texts in quotes.",
        )

    def _refused(self, place: tuple[int, int], why: str) -> InvalidSettings:
        line, column = place
        return InvalidSettings(f"{self._name}, line {line}, column {column}: {why}")


class _Unplain(Exception):
    def __init__(self, what: str, mark: Any) -> None:
        super().__init__(what)
        self.mark = mark


class _Composer(yaml.BaseLoader):
    """Nodes as they are written, nothing constructed of them."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise _Unplain(f"alias ({excerpt(f'*{event.anchor}')})", event.start_mark)
        if event.anchor is not None:
            raise _Unplain(f"anchor ({excerpt(f'&{event.anchor}')})", event.start_mark)
        if event.tag is not None:
            raise _Unplain(f"tag ({excerpt(event.tag)})", event.start_mark)
        return super().compose_node(parent, index)


def _plain(node: yaml.ScalarNode) -> Any:
    """The value of a scalar: a text if it is in quotes or reads as nothing else."""
    text = _written(node)
    if node.style is not None:
        return text
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


def _written(node: yaml.ScalarNode) -> str:
    """JSON escapes what lies beyond U+FFFF as two surrogates, which YAML takes for two characters."""
    return str(node.value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _place(mark: Any) -> tuple[int, int]:
    """PyYAML counts lines and columns from 0."""
    return mark.line + 1, mark.column + 1
