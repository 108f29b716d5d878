"""Answer requests by a program's own functions, one request at a time, as a worker of the image does."""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.script_mode import environment
from local_aws.services.sagemaker.containers.server import Invocation, Reply

_TEXT = ("text/csv", "application/json")
_ANY = ("", "*/*")


class UserModel:
    """A model that model_fn loaded; transform_fn answers, or input_fn, predict_fn and output_fn together."""

    def __init__(self, module: ModuleType, folder: Path) -> None:
        self._transform = _answering(module)
        self._model = _function(module, "model_fn")(str(folder))
        self._one_at_a_time = threading.Lock()

    def answer(self, invocation: Invocation) -> Reply:
        kind = invocation.content_type or "application/json"
        accept = _default_accept() if invocation.accept in _ANY else invocation.accept
        body = invocation.body.decode() if kind in _TEXT else invocation.body
        with self._one_at_a_time:
            return _reply(self._transform(self._model, body, kind, accept), accept)


def load(folder: Path) -> UserModel:
    """UserError for a program that cannot be found, or lacks a function."""
    given = environment.given()
    program = given.get("SAGEMAKER_PROGRAM", "")
    # The image would install the directory with pip, if PYTHONPATH does not lead to the program.
    places = [*given.get("PYTHONPATH", "").split(os.pathsep), given.get("SAGEMAKER_SUBMIT_DIRECTORY", "")]
    sys.path[:0] = [place for place in places if place]
    if not program:
        raise UserError("SAGEMAKER_PROGRAM is missing in the model's environment.")
    return UserModel(importlib.import_module(program.removesuffix(".py")), folder)


def _answering(module: ModuleType) -> Callable[[Any, Any, str, str], Any]:
    steps = ("input_fn", "predict_fn", "output_fn")
    whole = getattr(module, "transform_fn", None)
    if whole and any(hasattr(module, name) for name in steps):
        raise UserError("Cannot use transform_fn implementation with input_fn, predict_fn, and/or output_fn")
    if whole:
        return _function(module, "transform_fn")
    read, predict, write = (_function(module, name) for name in steps)
    return lambda model, body, kind, accept: write(predict(read(body, kind), model), accept)


def _function(module: ModuleType, name: str) -> Callable[..., Any]:
    found = getattr(module, name, None)
    if found is None:
        raise UserError(f"{module.__name__}.py has no {name}; the image's own has no local implementation.")
    function: Callable[..., Any] = found
    return function


def _default_accept() -> str:
    return environment.given().get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", "application/json")


def _reply(answer: Any, accept: str) -> Reply:
    body, kind = answer if isinstance(answer, tuple) else (answer, accept)
    return Reply(body if isinstance(body, bytes) else str(body).encode(), kind)
