"""samconfig.toml: environments that can stand side by side, told of in the documentation."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from local_aws.deployment.deploy import parameters_of
from tests.template import PROJECT, TEMPLATE

PATH = PROJECT / "samconfig.toml"
CONFIG = tomllib.loads(PATH.read_text("utf-8"))
ENVIRONMENTS = [name for name, value in CONFIG.items() if isinstance(value, dict)]
OPERATIONS = (PROJECT / "docs" / "operations.md").read_text("utf-8")


def settings(environment: str, command: str) -> dict[str, Any]:
    return dict(CONFIG[environment][command]["parameters"])


def test_the_environments_are_known() -> None:
    assert ENVIRONMENTS == ["default", "dev", "prod", "local"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_artifacts_lie_under_the_stacks_own_prefix(environment: str) -> None:
    # `sam delete` deletes the prefix; another stack's artifacts must not be there.
    assert settings(environment, "deploy")["s3_prefix"] == settings(environment, "global")["stack_name"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_environment_builds_and_checks_alike(environment: str) -> None:
    assert settings(environment, "build") == {"cached": True, "parallel": True}
    assert settings(environment, "validate") == {"lint": True}
    # Without it `sam sync` adds a nested stack with a layer for each function's packages.
    assert settings(environment, "sync")["dependency_layer"] is False
    # Without it `sam sync` updates code past CloudFormation, which publishes the versions that runs call.
    assert settings(environment, "sync")["skip_deploy_sync"] is False


def test_environments_in_one_account_have_different_stacks() -> None:
    # `local` is for another account: the embedded AWS.
    names = [settings(name, "global")["stack_name"] for name in ENVIRONMENTS if name != "local"]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_parameters_exist_in_the_template(environment: str) -> None:
    for name, value in parameters_of(PATH, environment).items():
        parameter = TEMPLATE["Parameters"][name]
        assert value in map(str, parameter.get("AllowedValues", [value]))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_is_told_of(environment: str) -> None:
    retention = {"Keep": "kept", "Delete": "deleted"}
    parameters = parameters_of(PATH, environment)
    days = parameters.get("LogRetentionDays", TEMPLATE["Parameters"]["LogRetentionDays"]["Default"])
    asks = "yes" if settings(environment, "deploy")["confirm_changeset"] else "no"
    stack = settings(environment, "global")["stack_name"]

    kept = retention[parameters.get("DataRetention", "Keep")]
    assert f"| `{environment}` | `{stack}` | {kept} | {days} days | {asks} |" in OPERATIONS
