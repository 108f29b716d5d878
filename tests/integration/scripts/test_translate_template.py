"""What the linters get to see of the template, and what checkov makes of it."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from local_aws.services.cloudformation.template.document import parse
from scripts.translate_template import TEMPLATE, translated, with_every_option
from tests.template import PROJECT

SAM: dict[str, Any] = parse(TEMPLATE.read_text("utf-8"))
CHECKOV = Path(sys.prefix) / "lint" / "bin" / "checkov"
SETTINGS: dict[str, Any] = yaml.safe_load((PROJECT / "tools" / "checkov.yaml").read_text("utf-8"))
OPEN_STATEMENT = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def test_a_function_s_role_stays_as_it_is() -> None:
    role = translated(SAM)["Resources"]["StartRunFunctionRole"]

    [policy] = role["Properties"]["Policies"]
    assert policy["PolicyDocument"]["Statement"][0]["Action"] == "states:StartExecution"


def test_no_resource_of_an_option_is_left_out() -> None:
    template = {
        "Conditions": {"Kept": {"Fn::Equals": ["a", "b"]}},
        "Resources": {
            "Data": {
                "Type": "AWS::S3::Bucket",
                "Condition": "Kept",
                "Properties": {"BucketName": {"Fn::If": ["Kept", {"Ref": "Name"}, {"Ref": "AWS::NoValue"}]}},
            }
        },
    }

    chosen = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Ref": "Name"}}}
    assert with_every_option(template) == {"Resources": {"Data": chosen}}


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The checks that each resource fails when nothing is skipped and StartRunFunction may do everything."""
    folder = tmp_path_factory.mktemp("checkov")
    template = copy.deepcopy(SAM)
    policies = template["Resources"]["StartRunFunctionRole"]["Properties"]["Policies"]
    document = {"Version": "2012-10-17", "Statement": [OPEN_STATEMENT]}
    policies.append({"PolicyName": "open", "PolicyDocument": document})
    settings = {key: value for key, value in SETTINGS.items() if key != "skip-check"}
    (folder / "template.json").write_text(json.dumps(with_every_option(translated(template))))
    (folder / "settings.yaml").write_text(yaml.safe_dump(settings))
    files = ("--config-file", str(folder / "settings.yaml"), "--file", str(folder / "template.json"))
    finished = subprocess.run(
        [str(CHECKOV), *files, "-o", "json"], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 1, finished.stderr
    checks: dict[str, set[str]] = {}
    for check in json.loads(finished.stdout)["results"]["failed_checks"]:
        checks.setdefault(check["resource"], set()).add(check["check_id"])
    return checks


def test_checkov_finds_an_open_policy(failed: dict[str, set[str]]) -> None:
    # Full administrative rights; every action.
    assert {"CKV_AWS_62", "CKV_AWS_63"} <= failed["AWS::IAM::Role.StartRunFunctionRole"]


def test_every_skip_of_checkov_is_needed(failed: dict[str, set[str]]) -> None:
    skipped = SETTINGS["skip-check"]

    assert set(skipped) - set().union(*failed.values()) == set(), "delete these skips from tools/checkov.yaml"
    assert skipped == sorted(skipped, key=lambda check: int(check.rpartition("_")[2]))


def test_every_skip_of_a_linter_is_justified() -> None:
    for name in ("checkov.yaml", "cfn-lint.yaml"):
        lines = (PROJECT / "tools" / name).read_text("utf-8").splitlines()
        start = next(at for at, line in enumerate(lines) if line in ("skip-check:", "ignore_checks:"))
        comments, entries = lines[start + 1 :: 2], lines[start + 2 :: 2]
        assert len(comments) == len(entries)
        assert all(line.startswith("  # ") for line in comments)
        assert all(line.startswith("  - ") for line in entries)
