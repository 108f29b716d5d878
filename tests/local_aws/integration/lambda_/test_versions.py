"""A published version runs what the function was at that moment, whatever becomes of the function."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.core.instance import Instance
from tests.local_aws.integration.lambda_.conftest import DeployFunction, packaged, zipped

TELLS = """
    import os
    def handler(event, context):
        with open(os.environ["LAYERS"] + "/note.txt") as note:
            layer = note.read()
        seen = ["{edition}", os.environ["COLOUR"], layer]
        return [*seen, context.function_version, context.invoked_function_arn]
"""


def layer_of(instance: Instance, name: str, text: str) -> str:
    published = instance.client("lambda").publish_layer_version(
        LayerName=name, Content={"ZipFile": zipped({"note.txt": text})}
    )
    return str(published["LayerVersionArn"])


@pytest.fixture
def call(instance: Instance) -> Callable[..., Any]:
    def run(name: str, qualifier: str | None = None) -> Any:
        named = {"Qualifier": qualifier} if qualifier else {}
        answer = instance.client("lambda").invoke(FunctionName=name, **named)
        return json.load(answer["Payload"]), answer["ExecutedVersion"]

    return run


@pytest.fixture
def published(instance: Instance, deploy_function: DeployFunction) -> str:
    """A function with one version, that has changed since in code, layers and environment; its name."""
    layer = f"layer-{uuid.uuid4().hex[:8]}"
    first = layer_of(instance, layer, "old layer")
    variables = {"COLOUR": "red", "LAYERS": "/opt"}
    name = deploy_function(
        TELLS.format(edition="old code"), Environment={"Variables": variables}, Layers=[first]
    )
    client = instance.client("lambda")
    client.publish_version(FunctionName=name)
    client.update_function_code(FunctionName=name, ZipFile=packaged(TELLS.format(edition="new code")))
    client.update_function_configuration(
        FunctionName=name,
        Environment={"Variables": {**variables, "COLOUR": "blue"}},
        Layers=[layer_of(instance, layer, "new layer")],
    )
    # As CloudFormation does with a layer whose content has changed.
    client.delete_layer_version(LayerName=layer, VersionNumber=1)
    return name


def test_a_version_runs_as_it_was_published(
    instance: Instance, published: str, call: Callable[..., Any]
) -> None:
    function = instance.client("lambda").get_function_configuration(FunctionName=published)["FunctionArn"]

    old = ["old code", "red", "old layer", "1", f"{function}:1"]
    new = ["new code", "blue", "new layer", "$LATEST", function]
    assert call(published, "1") == (old, "1")
    assert call(published) == (new, "$LATEST")
    # Warm environments are told apart as well.
    assert call(f"{function}:1") == (old, "1")
    assert call(published, "$LATEST") == (new, "$LATEST")


def test_a_version_is_described_as_it_was_published(instance: Instance, published: str) -> None:
    client = instance.client("lambda")
    second = client.publish_version(FunctionName=published, Description="the second")

    assert (second["Version"], second["Description"]) == ("2", "the second")
    first = client.get_function(FunctionName=published, Qualifier="1")["Configuration"]
    assert first["Environment"]["Variables"]["COLOUR"] == "red"
    assert first["FunctionArn"] == second["FunctionArn"].removesuffix("2") + "1"
    for name in (published, second["FunctionArn"].removesuffix(":2")):
        listed = client.list_versions_by_function(FunctionName=name)["Versions"]
        assert [each["Version"] for each in listed] == ["$LATEST", "1", "2"]


def test_a_function_that_has_not_changed_keeps_its_version(instance: Instance, published: str) -> None:
    client = instance.client("lambda")
    second = client.publish_version(FunctionName=published, Description="the second")

    again = client.publish_version(FunctionName=published)

    assert again["FunctionArn"] == second["FunctionArn"]
    # Nor does one that was changed and changed back.
    for seconds in (77, second["Timeout"]):
        client.update_function_configuration(FunctionName=published, Timeout=seconds)
    assert client.publish_version(FunctionName=published)["Version"] == "2"


def test_the_number_of_a_deleted_version_is_never_given_again(instance: Instance, published: str) -> None:
    client = instance.client("lambda")
    client.publish_version(FunctionName=published)
    client.delete_function(FunctionName=published, Qualifier="2")
    client.update_function_configuration(FunctionName=published, Timeout=66)

    assert client.publish_version(FunctionName=published)["Version"] == "3"
    listed = client.list_versions_by_function(FunctionName=published)["Versions"]
    assert [each["Version"] for each in listed] == ["$LATEST", "1", "3"]


def test_a_version_that_an_alias_names_cannot_be_deleted(instance: Instance, published: str) -> None:
    client = instance.client("lambda")
    client.create_alias(FunctionName=published, Name="live", FunctionVersion="1")

    with pytest.raises(client.exceptions.ResourceConflictException, match="referenced by alias live"):
        client.delete_function(FunctionName=published, Qualifier="1")

    client.delete_alias(FunctionName=published, Name="live")
    client.delete_function(FunctionName=published, Qualifier="1")


def test_the_latest_is_no_version_to_delete(instance: Instance, published: str) -> None:
    client = instance.client("lambda")

    with pytest.raises(client.exceptions.InvalidParameterValueException, match="cannot be deleted without"):
        client.delete_function(FunctionName=published, Qualifier="$LATEST")


@pytest.mark.parametrize(
    "operation", ["invoke", "get_function", "get_function_configuration", "delete_function"]
)
def test_an_unknown_version_is_refused(instance: Instance, published: str, operation: str) -> None:
    with pytest.raises(ClientError, match=r"Function not found: arn:aws:lambda:.*:9$") as refusal:
        getattr(instance.client("lambda"), operation)(FunctionName=published, Qualifier="9")

    assert refusal.value.response["Error"]["Code"] == "ResourceNotFoundException"
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_versions_of_an_unknown_function_are_not_listed(instance: Instance) -> None:
    client = instance.client("lambda")

    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.list_versions_by_function(FunctionName="never-made")
