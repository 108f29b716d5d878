from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.command_line import run_bakeoff
from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.fakes import Account


@pytest.fixture
def signed_in(invoke: Invoke, account: Account, monkeypatch: pytest.MonkeyPatch) -> Account:
    account.sts = SimpleNamespace(get_caller_identity=lambda: {"Account": "123456789012"})  # type: ignore[attr-defined]
    account.stepfunctions.meta.region_name = "eu-west-1"
    monkeypatch.setattr("bakeoff_cli.stack.aws.configured_aws", account.signed_in)
    return account


def test_it_asks_first_and_names_account_region_and_dollars(signed_in: Account, tmp_path: Path) -> None:
    asked = run_bakeoff("smoke", typed="n\n")

    assert asked.exit_code == 1
    for part in ("bakeoff-smoke-", "123456789012", "eu-west-1", "Estimated: $0.", "45 minutes"):
        assert part in asked.output
    assert list(tmp_path.glob("*.md")) == []


@pytest.mark.parametrize("option", ["--subnet-ids", "--security-group-ids"])
def test_half_a_network_is_refused(signed_in: Account, invoke: Invoke, option: str) -> None:
    refused = invoke("smoke", "--yes", option, "x-1")
    assert refused.exit_code == 2
    assert "go together" in refused.stderr


WRONG_NETWORKS = [
    (
        ("subnet-1,subnet-9,subnet-8", "sg-1"),
        "--subnet-ids: there is no subnet subnet-9 and no subnet-8 in us-east-1: "
        "`aws ec2 describe-subnets` lists those there are.",
    ),
    (
        ("subnet-1", "sg-9"),
        "--security-group-ids: there is no security group sg-9 in us-east-1: "
        "`aws ec2 describe-security-groups` lists those there are.",
    ),
    (
        ("subnet-1,", "sg-1"),
        "--subnet-ids has an empty item in 'subnet-1,': take the comma too many away.",
    ),
    (
        ("subnet-1,subnet-elsewhere", "sg-1"),
        "--subnet-ids and --security-group-ids must be of one VPC, but subnet-1 is in vpc-1, "
        "subnet-elsewhere is in vpc-2, sg-1 is in vpc-1.",
    ),
]


@pytest.mark.parametrize(("network", "sentence"), WRONG_NETWORKS)
def test_a_wrong_network_is_one_sentence_before_anything_begins(
    signed_in: Account,
    invoke: Invoke,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    network: tuple[str, str],
    sentence: str,
) -> None:
    begun: list[str] = []
    monkeypatch.setattr("bakeoff_cli.smoke.rehearsal.Rehearsal.run", lambda self: begun.append("run"))
    subnets, groups = network

    refused = invoke("smoke", "--yes", "--subnet-ids", subnets, "--security-group-ids", groups)

    assert refused.exit_code == 2
    assert refused.stderr.splitlines() == [f"bakeoff: {sentence}"]
    assert begun == []
    assert list(tmp_path.glob("*.md")) == []


def test_a_network_that_exists_is_rehearsed(
    signed_in: Account, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans: list[Any] = []
    monkeypatch.setattr(
        "bakeoff_cli.smoke.rehearsal.Rehearsal.run", lambda self: plans.append(self.plan.network)
    )
    invoke(
        "smoke", "--yes", "--subnet-ids", "subnet-1, subnet-2", "--security-group-ids", "sg-1",
        "--transcript", tmp_path / "seen.md",
    )  # fmt: skip
    assert plans == [{"SubnetIds": "subnet-1,subnet-2", "SecurityGroupIds": "sg-1"}]


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
