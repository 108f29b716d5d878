from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes import InMemoryRunStore
from tests.handlers import Loaded, environment_of
from tests.handlers import load as load_handler
from tests.template import PROJECT, module_of

Load = Callable[..., Loaded]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Import a function's handler as Lambda does: by its Handler string, in the environment it declares.

    `without` is a variable to leave out.
    """

    def load_function(function: str, without: str = "") -> Loaded:
        for name, value in environment_of(function).items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv(without, raising=False)
        return load_handler(function, without)

    return load_function


@pytest.fixture
def store() -> InMemoryRunStore:
    return InMemoryRunStore()


@pytest.fixture
def event_of() -> Callable[[str], dict[str, Any]]:
    """The event in events/ that `sam local invoke` would send to a function."""

    def read(function: str) -> dict[str, Any]:
        path = PROJECT / "events" / f"{module_of(function).replace('_', '-')}.json"
        event: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return event

    return read
