"""Whose credentials a workflow uses."""

from __future__ import annotations

import time

import pytest

from local_aws.core.instance import Instance
from local_aws.services.stepfunctions.tasks import clients

from .conftest import EVERYTHING, TRUST, Workflows, document, states, task


def test_services_are_called_as_the_role_of_the_state_machine(workflows: Workflows) -> None:
    definition = states({"Who": task("aws-sdk:sts:getCallerIdentity", Output="{% $states.result.Arn %}")})

    caller = workflows.output(definition)

    assert caller == "arn:aws:sts::123456789012:assumed-role/workflow-tests/StepFunctions"


def test_each_role_has_clients_of_its_own(workflows: Workflows) -> None:
    iam = workflows.instance.client("iam")
    other = iam.create_role(RoleName="other-workflow", AssumeRolePolicyDocument=document(TRUST))["Role"][
        "Arn"
    ]
    iam.put_role_policy(RoleName="other-workflow", PolicyName="all", PolicyDocument=document(EVERYTHING))

    assert clients.client_as(other, "sts") is clients.client_as(other, "sts")
    assert clients.client_as(other, "sts") is not clients.client_as(workflows.role, "sts")


def test_credentials_are_renewed_before_they_expire(
    workflows: Workflows, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = clients.client_as(workflows.role, "sts")
    later = time.monotonic() + 3600 - 299

    monkeypatch.setattr(clients, "monotonic", lambda: later)

    assert clients.client_as(workflows.role, "sts") is not first
