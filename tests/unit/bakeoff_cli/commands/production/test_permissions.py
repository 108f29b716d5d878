"""What each command asks of AWS is what docs/production.md says that a person needs for it."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest

from tests.template import PROJECT
from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.production import Production

PAGE = (PROJECT / "docs" / "production.md").read_text("utf-8")
ROW = re.compile(r"^\| `([a-z -.]+)` \| (.+) \|$", re.MULTILINE)
# Where IAM's name is not the operation's.
ACTIONS = {"ListObjectsV2": "ListBucket"}
SERVICES = {"stepfunctions": "states", "sagemaker-runtime": "sagemaker"}
FOR_ALL = {"cloudformation:DescribeStacks", "s3:ListBucket"}


def documented(command: str) -> set[str]:
    """`approve --watch` also has those of `approve`."""
    rows = {
        name: set(re.findall(r"`((?:s3|sagemaker|states):\w+)`", text)) for name, text in ROW.findall(PAGE)
    }
    return rows[command] | (rows["approve"] if command == "approve --watch" else set())


class Recording:
    """A client whose calls are noted as IAM names them."""

    def __init__(self, client: Any, service: str, asked: set[str]) -> None:
        self._client, self._service, self._asked = client, SERVICES.get(service, service), asked

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if not callable(found) or name == "exceptions":
            return found

        def call(*args: Any, **arguments: Any) -> Any:
            self._note(args[0] if name == "get_paginator" else name)
            return found(*args, **arguments)

        return call

    def _note(self, operation: str) -> None:
        name = operation.title().replace("_", "")
        self._asked.add(f"{self._service}:{ACTIONS.get(name, name)}")


@pytest.fixture
def asked(production: Production, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    actions: set[str] = set()
    make = production.account.client
    monkeypatch.setattr(
        production.account, "client", lambda service: Recording(make(service), service, actions)
    )
    return actions


class Runtime:
    def invoke_endpoint(self, **request: Any) -> dict[str, Any]:
        return {"Body": io.BytesIO(b'{"predictions": [{"score": 1}]}')}


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("production", ["production"]),
        ("promote", ["promote", "run-1"]),
        ("rollback", ["rollback"]),
        ("approve", ["approve", "run-2"]),
        ("approve --watch", ["approve", "run-2", "--watch"]),
        ("predict ... production", ["predict", "new.csv", "production"]),
    ],
)
def test_a_command_asks_for_what_is_documented_and_no_more(
    invoke: Invoke,
    production: Production,
    asked: set[str],
    tmp_path: Path,
    command: str,
    arguments: list[str],
) -> None:
    production.serve(production.version("bbb", production.version("aaa")))
    production.past("earlier", {"run_id": "run-0"}, 5, statuses=["FAILED"])
    production.put("runs/.history/20260101T100000-run-0.json", {})
    production.decide("run-1")
    production.propose("run-2", champion="bakeoff-live-1a2b-bbb")
    production.account.runtime = Runtime()
    (tmp_path / "new.csv").write_text("a,b\n1,2\n")

    assert invoke(*arguments).exit_code == 0
    assert asked - FOR_ALL == documented(command)
