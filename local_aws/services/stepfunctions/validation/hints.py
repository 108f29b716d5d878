"""Warnings about a definition that works, but hardly as it was meant. Only JSONPath has any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from local_aws.services.stepfunctions.validation.diagnostics import WARNING, Diagnostic

_TEMPLATES = ("Parameters", "ResultSelector", "ItemSelector")
_TEXTS = ("Comment", "Result", "Cause", "Error")


def warnings(program: Any, language: str = "JSONPath", path: str = "") -> Iterator[Diagnostic]:
    language = program.get("QueryLanguage", language)
    for name, state in program.get("States", {}).items():
        where = f"{path}/States/{name}"
        if state.get("QueryLanguage", language) == "JSONPath":
            yield from _of_state(state, where)
        for part in ("ItemProcessor", "Iterator"):
            if part in state:
                yield from warnings(state[part], language, f"{where}/{part}")
        for index, branch in enumerate(state.get("Branches", [])):
            yield from warnings(branch, language, f"{where}/Branches[{index}]")


def _of_state(state: dict[str, Any], where: str) -> Iterator[Diagnostic]:
    for field, value in state.items():
        place = f"{where}/{field}"
        if field in _TEMPLATES:
            yield from _of_template(value, place)
        elif field == "Result" and _is_path(value):
            yield _warning("PASS_RESULT_IS_STATIC", f"The Result '{value}' is a static value", place)
        elif field not in _TEXTS and not field.endswith("Path") and _is_path(value):
            yield _warning("NO_PATH", f"The value '{value}' of {field} looks like a path", place)


def _of_template(template: Any, where: str) -> Iterator[Diagnostic]:
    for key, value in template.items() if isinstance(template, dict) else ():
        place = f"{where}/{key}"
        if not key.endswith(".$") and (_is_path(value) or _is_intrinsic(value)):
            yield _warning("NO_DOLLAR", f"No .$ on the field {key}, whose value is '{value}'", place)
        yield from _of_template(value, place)


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and (value == "$" or value.startswith(("$.", "$$.", "$[")))


def _is_intrinsic(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("States.") and value.endswith(")")


def _warning(code: str, message: str, location: str) -> Diagnostic:
    return Diagnostic(code, message, location, WARNING)
