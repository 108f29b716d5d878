"""JSONata 2 as Step Functions evaluates it: bindings instead of a root document, and no undefined results.

moto 5.2.5 calls a stub (`None(...)`) after splicing the variables into the expression's text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from functools import lru_cache
from typing import Any

from jsonata import Jsonata
from jsonata.jexception import JException

from local_aws.services.stepfunctions.json_values import to_json, to_jsonata
from local_aws.services.stepfunctions.jsonata.functions import FUNCTIONS

# Looked for in all frames, twice at each node of an expression; bound to nothing, they are found at once.
_NO_CALLBACKS: dict[str, Any] = {"__evaluate_entry": None, "__evaluate_exit": None}


class QueryError(Exception):
    """An expression without a usable value; `str(error)` is the cause that the execution reports."""


def check(expression: str) -> None:
    """Raise ValueError for what CreateStateMachine refuses: wrong syntax, and `$eval`."""
    try:
        compiled = _parsed(expression)
    except JException as err:
        raise ValueError(f"The JSONata expression '{expression}' is not valid: {err}") from err
    if "eval" in _called_functions(compiled.ast, set()):
        raise ValueError(
            f"The JSONata expression '{expression}' calls $eval, which Step Functions does not support."
        )


def evaluate(expression: str, bindings: Mapping[str, Any]) -> Any:
    """The JSON value of `expression`, where `$name` is `bindings["name"]`.

    Raises QueryError when the expression fails, gives nothing, or gives what JSON cannot hold.
    """
    compiled = _compiled(expression)
    compiled.set_output_convert_nulls(False)
    for name, function in _named_in(expression, FUNCTIONS).items():
        compiled.register_lambda(name, function)
    try:
        named = _named_in(expression, bindings)
        values = {name: to_jsonata(value) for name, value in named.items()}
        result = compiled.evaluate(None, _NO_CALLBACKS | values)
    except Exception as err:
        # The boundary to jsonata-python, which lets Python's own errors through (ZeroDivisionError,
        # TypeError ...).
        raise QueryError(
            f"The JSONata expression '{expression}' threw an error during evaluation: {err}"
        ) from err
    if result is None:
        raise QueryError(f"The JSONata expression '{expression}' returned nothing (undefined).")
    try:
        return to_json(result)
    except TypeError as err:
        raise QueryError(
            f"The JSONata expression '{expression}' returned an unsupported result type."
        ) from err


def _named_in(expression: str, bindings: Mapping[str, Any]) -> dict[str, Any]:
    """Those that an expression may look at: to convert the others takes longer than to evaluate it."""
    return {name: value for name, value in bindings.items() if f"${name}" in expression}


@lru_cache(maxsize=1024)
def _parsed(expression: str) -> Jsonata:
    return Jsonata(expression)


def _compiled(expression: str) -> Jsonata:
    """An engine of its own with the expression's shared syntax tree: parsing takes longer than evaluating."""
    compiled = copy(_parsed(expression))
    compiled.environment = compiled.create_frame(Jsonata.static_frame)
    # Its own functions find the engine of their thread there, as the constructor leaves it.
    Jsonata.CURRENT.jsonata = compiled
    return compiled


def _called_functions(node: Any, seen: set[int]) -> Iterator[str]:
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, list):
        for item in node:
            yield from _called_functions(item, seen)
    elif hasattr(node, "__dict__"):
        procedure = getattr(node, "procedure", None)
        if procedure is not None and getattr(procedure, "type", None) == "variable":
            yield procedure.value
        for item in vars(node).values():
            yield from _called_functions(item, seen)
