"""`bakeoff smoke` as anybody with an account would type it; here the account is the embedded AWS's."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from bakeoff_cli.smoke.assumptions import ASSUMPTIONS
from tests.e2e.sam.account import inventory
from tests.e2e.sam.terminal import Terminal

# As samconfig.toml has them for the embedded AWS, where endpoints are ready within a second.
QUICK = {"EndpointPollSeconds": 1, "OrphanMinutes": 0, "SettleSeconds": 1, "TurnPollSeconds": 1}
# For these it takes a fault or a key that this rehearsal does not have.
UNSEEN = {"isolation", "key", "retry-names", "words"}


def test_a_rehearsal_settles_what_it_can_and_leaves_nothing(terminal: Terminal) -> None:
    """With a network: the run in its subnets comes on top of all that is rehearsed without one."""
    before = inventory(terminal)
    subnets, groups = network(terminal)
    settings = " ".join(f"--set {name}={value}" for name, value in QUICK.items())
    inside = f"--subnet-ids {','.join(subnets)} --security-group-ids {','.join(groups)}"

    printed = terminal.run(f"bakeoff smoke --yes --json --transcript smoke.md {settings} {inside}")

    document: dict[str, Any] = json.loads(printed.splitlines()[-1])
    verdicts = {each["key"]: each["verdict"] for each in document["assumptions"]}
    assert {key for key, verdict in verdicts.items() if verdict == "not seen"} == UNSEEN
    assert {key for key, verdict in verdicts.items() if verdict == "yes"} == verdicts.keys() - UNSEEN
    assert document["succeeded"] and not document["in_aws"]
    assert inventory(terminal) == before
    _require_told(terminal.project / "smoke.md", document)
    _require_settled_inside(terminal, document, {"Subnets": subnets, "SecurityGroupIds": groups})


def test_a_subnet_that_does_not_exist_is_one_sentence_before_anything_is_deployed(terminal: Terminal) -> None:
    before = inventory(terminal)
    [subnet, _], [group] = network(terminal)
    given = f"--subnet-ids {subnet},subnet-0a1b2c3d --security-group-ids {group} --transcript wrong.md"

    printed = terminal.run(f"bakeoff smoke --yes {given} && exit 1 || echo exit code $?")

    assert printed.splitlines() == [
        "bakeoff: --subnet-ids: there is no subnet subnet-0a1b2c3d in us-east-1: "
        "`aws ec2 describe-subnets` lists those there are.",
        "exit code 2",
    ]
    assert inventory(terminal) == before
    assert not (terminal.project / "wrong.md").exists()


def network(terminal: Terminal) -> tuple[list[str], list[str]]:
    """Subnets of a new VPC, and a security group of it, as a user's account has them."""
    ec2 = terminal.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    blocks = ("10.8.1.0/24", "10.8.2.0/24")
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=block)["Subnet"]["SubnetId"] for block in blocks]
    group = ec2.create_security_group(GroupName="jobs", Description="jobs", VpcId=vpc)["GroupId"]
    return subnets, [group]


def _require_settled_inside(
    terminal: Terminal, document: dict[str, Any], given: dict[str, list[str]]
) -> None:
    """What the transcript says of subnets rests on the jobs of the last run, and these were in them."""
    [about] = [each for each in document["assumptions"] if each["key"] == "subnets"]
    prepared, trained = re.findall(r":(?:processing|training)-job/(\S+) is Completed", *about["evidence"])
    sagemaker = terminal.client("sagemaker")
    job = sagemaker.describe_processing_job(ProcessingJobName=prepared)
    assert job["NetworkConfig"]["VpcConfig"] == given
    assert sagemaker.describe_training_job(TrainingJobName=trained)["VpcConfig"] == given
    last = document["steps"][-2]
    assert last["name"] == "Compare in subnets"
    assert any(prepared in note for note in last["notes"])


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
