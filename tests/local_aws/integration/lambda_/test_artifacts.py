"""A function has what was deployed and what Lambda's runtime provides, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws.core.instance import Site
from local_aws.deployment import build
from local_aws.deployment.packaging import archive
from local_aws.services.lambda_.interpreter import installed
from tests.local_aws.integration.lambda_.conftest import DeployFunction, Invoke
from tests.template import PROJECT

USES_A_LAYER = """
    import aws_lambda_powertools, yaml
    def handler(event, context):
        return [aws_lambda_powertools.__file__, yaml.safe_load("a: [1]")]
"""
TEMPLATE = PROJECT / "template.yaml"


def layer(site: Site, name: str, content: bytes) -> str:
    published = site.client("lambda").publish_layer_version(LayerName=name, Content={"ZipFile": content})
    return str(published["LayerVersionArn"])


def test_layers_that_were_never_built_fail_as_in_lambda(site: Site, deploy_function: DeployFunction) -> None:
    # Given the layer as it lies in the source: lock files only
    arn = layer(site, "unbuilt", archive(PROJECT / "layers"))
    name = deploy_function(USES_A_LAYER, Layers=[arn])

    answer = site.client("lambda").invoke(FunctionName=name)

    document = json.load(answer["Payload"])
    assert (answer["FunctionError"], document["errorType"]) == ("Unhandled", "Runtime.ImportModuleError")
    assert (
        "Unable to import module 'app': No module named 'aws_lambda_powertools'" in document["errorMessage"]
    )


def test_packages_come_from_the_layer_that_was_built(
    site: Site, deploy_function: DeployFunction, invoke: Invoke
) -> None:
    arn = layer(site, "built", build.built(TEMPLATE)["CommonPackages"].read_bytes())

    path, loaded = invoke(deploy_function(USES_A_LAYER, Layers=[arn]))

    assert "aws_lambda_powertools" in path and "/python3.13/site-packages/" in path
    assert str(installed().packages) not in path
    assert loaded == {"a": [1]}


@pytest.mark.parametrize("package", ["moto", "numpy", "yaml", "bakeoff", "local_aws"])
def test_what_only_the_project_has_cannot_be_imported(
    site: Site, deploy_function: DeployFunction, package: str
) -> None:
    name = deploy_function(f"import {package}")

    document: dict[str, Any] = json.load(site.client("lambda").invoke(FunctionName=name)["Payload"])

    assert document["errorType"] == "Runtime.ImportModuleError"
    assert f"No module named '{package}'" in document["errorMessage"]


def test_the_runtime_provides_its_sdk(deploy_function: DeployFunction, invoke: Invoke) -> None:
    name = deploy_function("""
        import boto3, sys
        def handler(event, context):
            return [boto3.__file__, sys.executable]
    """)

    path, executable = invoke(name)

    assert path.startswith(str(installed().packages)) and executable == str(installed().executable)
