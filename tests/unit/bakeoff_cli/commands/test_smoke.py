from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from bakeoff_cli.main import app
from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.fakes import Account


@pytest.fixture
def signed_in(invoke: Invoke, account: Account, monkeypatch: pytest.MonkeyPatch) -> Account:
    account.sts = SimpleNamespace(get_caller_identity=lambda: {"Account": "123456789012"})  # type: ignore[attr-defined]
    account.stepfunctions.meta.region_name = "eu-west-1"
    monkeypatch.setattr("bakeoff_cli.stack.aws.configured_aws", account.signed_in)
    return account


def test_it_asks_first_and_names_account_region_and_dollars(signed_in: Account, tmp_path: Path) -> None:
    asked = CliRunner().invoke(app, ["smoke"], input="n\n")

    assert asked.exit_code == 1
    for part in ("bakeoff-smoke-", "123456789012", "eu-west-1", "Estimated: $0.", "45 minutes"):
        assert part in asked.output
    assert list(tmp_path.glob("*.md")) == []


@pytest.mark.parametrize("option", ["--subnet-ids", "--security-group-ids"])
def test_half_a_network_is_refused(signed_in: Account, invoke: Invoke, option: str) -> None:
    refused = invoke("smoke", "--yes", option, "x-1")
    assert refused.exit_code == 2
    assert "go together" in refused.stderr


def test_a_parameter_that_the_template_does_not_know_is_refused(signed_in: Account, invoke: Invoke) -> None:
    assert invoke("smoke", "--yes", "--set", "Nonsense=1").exit_code == 2


def test_a_transcript_is_written_whatever_happens(
    signed_in: Account, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(self: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bakeoff_cli.smoke.rehearsal.Rehearsal.run", run)

    ended = invoke("smoke", "--yes", "--transcript", tmp_path / "seen.md")

    assert ended.exit_code == 130
    assert (tmp_path / "seen.md").read_text("utf-8").startswith("# Transcript of a rehearsal")
