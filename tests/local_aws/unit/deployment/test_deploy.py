"""Deploy parameters come from samconfig.toml as `sam deploy --config-env` reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from local_aws.core.errors import DeployFailed
from local_aws.deployment.deploy import parameters_of

CONFIG = """
version = 0.1
[default.deploy.parameters]
parameter_overrides = ["Algorithms=xgboost,linear-learner", "Formula=a=b"]
[text.deploy.parameters]
parameter_overrides = "Algorithms=knn Title=\\"two words\\" ParameterKey=Long,ParameterValue=form"
[shared.global.parameters]
parameter_overrides = ["Everywhere=1"]
[none.global.parameters]
stack_name = "x"
[broken.deploy.parameters]
parameter_overrides = ["JustAName"]
"""


@pytest.fixture
def samconfig(tmp_path: Path) -> Path:
    path = tmp_path / "samconfig.toml"
    path.write_text(CONFIG)
    return path


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ("default", {"Algorithms": "xgboost,linear-learner", "Formula": "a=b"}),
        ("text", {"Algorithms": "knn", "Title": "two words", "Long": "form"}),
        ("shared", {"Everywhere": "1"}),
        ("none", {}),
    ],
)
def test_an_environment_has_its_parameters(
    samconfig: Path, environment: str, expected: dict[str, str]
) -> None:
    assert parameters_of(samconfig, environment) == expected


def test_an_unknown_environment_is_refused_with_the_known_ones(samconfig: Path) -> None:
    with pytest.raises(
        DeployFailed, match="no environment prod: name one of default, text, shared, none, broken"
    ):
        parameters_of(samconfig, "prod")


def test_an_override_without_a_value_is_refused(samconfig: Path) -> None:
    with pytest.raises(DeployFailed, match="JustAName has no value: write it as Name=value"):
        parameters_of(samconfig, "broken")
