"""What a job needs to exist before it starts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from local_aws.core.instance import Instance
from local_aws.services.sagemaker import containers
from local_aws.services.sagemaker.control_plane.endpoints.switches import switches
from tests.local_aws.integration.sagemaker.production import Alarm, Production, ScriptedModels
from tests.local_aws.integration.sagemaker.support import BUCKET, Laboratory, ShellContainer

# What every job needs.
ORDINARY_ACTIONS = ["s3:*", "logs:*", "ecr:*", "cloudwatch:*"]


@pytest.fixture(scope="session")
def role(instance: Instance) -> str:
    return make_role(instance, "sagemaker-tests", ORDINARY_ACTIONS)


@pytest.fixture(scope="session")
def powerless_role(instance: Instance) -> str:
    return make_role(instance, "sagemaker-tests-powerless", ["s3:ListBucket", "ecr:*"])


def make_role(instance: Instance, name: str, actions: list[str]) -> str:
    """A role that SageMaker may assume, and that may do `actions` on anything; returns its ARN."""
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    permission = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    iam = instance.client("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust))["Role"]
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=policy(permission))
    return str(role["Arn"])


def policy(*statements: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


@pytest.fixture(scope="session")
def lab(instance: Instance, role: str) -> Laboratory:
    instance.client("s3").create_bucket(Bucket=BUCKET)
    return Laboratory(instance, role)


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> ShellContainer:
    """A container whose job is a line of shell, for what real algorithms never do."""
    container = ShellContainer()
    monkeypatch.setattr(containers, "ALGORITHMS", (*containers.ALGORITHMS, container))
    monkeypatch.setattr(
        "local_aws.services.sagemaker.data_plane.processing.processing_container", lambda image: container
    )
    return container


@pytest.fixture(scope="session")
def scripted() -> Iterator[None]:
    """Models that answer what a test says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(containers, "ALGORITHMS", (*containers.ALGORITHMS, ScriptedModels()))
        yield


@pytest.fixture
def production(lab: Laboratory, scripted: None) -> Iterator[Production]:
    """An endpoint that answers `old`, of two instances."""
    production = Production(lab)
    production.create(production.config("old", 2))
    yield production
    with pytest.MonkeyPatch.context() as patch:
        # An update that a test has left waiting comes to its end.
        patch.setattr(switches.get(), "pace", 0)
        production.delete()


@pytest.fixture
def switched(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Turn switches of endpoints for one test."""

    def turn(**values: Any) -> None:
        for name, value in values.items():
            monkeypatch.setattr(switches.get(), name, value)

    return turn


@pytest.fixture
def alarm(instance: Instance) -> Alarm:
    return Alarm(instance)
