"""A function has what was deployed and what Lambda's runtime provides, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local_aws.core.instance import Instance
from local_aws.deployment import build
from local_aws.deployment.packaging import archive
from local_aws.services.lambda_.interpreter import installed
from tests.local_aws.integration.lambda_.conftest import DeployFunction, Invoke

USES_A_LAYER = """
    import measures
    def handler(event, context):
        return [measures.__file__, measures.INCH]
"""
TEMPLATE = """\
Resources:
  Measures:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: layer/}
    Metadata: {BuildMethod: makefile}
"""
MAKEFILE = """\
build-Measures:
	mkdir -p $(ARTIFACTS_DIR)/python
	echo "INCH = 2.54" > $(ARTIFACTS_DIR)/python/measures.py
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A template with a layer that a makefile builds."""
    (tmp_path / "layer").mkdir()
    (tmp_path / "layer" / "Makefile").write_text(MAKEFILE)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    return tmp_path / "template.yaml"


def layer(instance: Instance, name: str, content: bytes) -> str:
    published = instance.client("lambda").publish_layer_version(LayerName=name, Content={"ZipFile": content})
    return str(published["LayerVersionArn"])


def test_layers_that_were_never_built_fail_as_in_lambda(
    instance: Instance, deploy_function: DeployFunction, template: Path
) -> None:
    # Given the layer as it lies in the source: a makefile only
    arn = layer(instance, "unbuilt", archive(template.parent / "layer"))
    name = deploy_function(USES_A_LAYER, Layers=[arn])

    answer = instance.client("lambda").invoke(FunctionName=name)

    document = json.load(answer["Payload"])
    assert (answer["FunctionError"], document["errorType"]) == ("Unhandled", "Runtime.ImportModuleError")
    assert "Unable to import module 'app': No module named 'measures'" in document["errorMessage"]


def test_packages_come_from_the_layer_that_was_built(
    instance: Instance, deploy_function: DeployFunction, invoke: Invoke, template: Path, tmp_path: Path
) -> None:
    built = build.built(template, tmp_path / "built")["Measures"]
    arn = layer(instance, "built", built.read_bytes())

    path, inch = invoke(deploy_function(USES_A_LAYER, Layers=[arn]))

    assert path.endswith("/python/measures.py") and inch == 2.54


@pytest.mark.parametrize("package", ["moto", "numpy", "yaml", "local_aws"])
def test_what_only_the_project_has_cannot_be_imported(
    instance: Instance, deploy_function: DeployFunction, package: str
) -> None:
    name = deploy_function(f"import {package}")

    document: dict[str, Any] = json.load(instance.client("lambda").invoke(FunctionName=name)["Payload"])

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
