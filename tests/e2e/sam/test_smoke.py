"""`bakeoff smoke` as anybody with an account would type it; here the account is the embedded AWS's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bakeoff_cli.smoke.assumptions import ASSUMPTIONS
from tests.e2e.sam.account import inventory
from tests.e2e.sam.terminal import Terminal

# As samconfig.toml has them for the embedded AWS, where endpoints are ready within a second.
QUICK = {"EndpointPollSeconds": 1, "OrphanMinutes": 0, "SettleSeconds": 1, "TurnPollSeconds": 1}
# For these it takes a fault, a network or a key that this rehearsal does not have.
UNSEEN = {"isolation", "key", "retry-names", "subnets", "words"}


def test_a_rehearsal_settles_what_it_can_and_leaves_nothing(terminal: Terminal) -> None:
    before = inventory(terminal)
    settings = " ".join(f"--set {name}={value}" for name, value in QUICK.items())

    printed = terminal.run(f"bakeoff smoke --yes --json --transcript smoke.md {settings}")

    document: dict[str, Any] = json.loads(printed.splitlines()[-1])
    verdicts = {each["key"]: each["verdict"] for each in document["assumptions"]}
    assert {key for key, verdict in verdicts.items() if verdict == "not seen"} == UNSEEN
    assert {key for key, verdict in verdicts.items() if verdict == "yes"} == verdicts.keys() - UNSEEN
    assert document["succeeded"] and not document["in_aws"]
    assert inventory(terminal) == before
    _require_told(terminal.project / "smoke.md", document)


def _require_told(page: Path, document: dict[str, Any]) -> None:
    text = page.read_text("utf-8")
    assert "**This is not AWS**" in text
    for assumption in ASSUMPTIONS:
        assert assumption.says in text
    for step in document["steps"]:
        assert step["failure"] is None
        assert f"| {step['name']} | " in text
    [spot] = [each for each in document["assumptions"] if each["key"] == "spot"]
    assert all(":training-job/" in evidence and evidence in text for evidence in spot["evidence"])
    assert "billable seconds" in document["costs"][0]
