"""A template with local paths is deployed, changed and deleted."""

from __future__ import annotations

import io
import json
import uuid
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_aws.core.errors import DeployFailed
from local_aws.core.instance import Instance
from local_aws.deployment.deploy import delete, deploy
from local_aws.deployment.packaging import upload_local_paths

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
# A comment that stays.
Parameters: {Word: {Type: String, Default: hello}}
Globals:
  Function: {Runtime: python3.13, CodeUri: "code/", Environment: {Variables: {WORD: !Ref Word}}}
Resources:
  Words:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: layer/, RetentionPolicy: Delete}
  Greet:
    Type: AWS::Serverless::Function
    Properties: {Handler: greet.handle, Timeout: 60, Layers: [!Ref Words]}
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties: {DefinitionUri: machine.asl.yaml, DefinitionSubstitutions: {Word: !Ref Word}}
  Plain:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      RoleArn: !GetAtt MachineRole.Arn
      DefinitionS3Location: plain.asl.yaml
      DefinitionSubstitutions: {Word: "plain"}
Outputs:
  Function: {Value: !Ref Greet}
  Machine: {Value: !Ref Machine}
  Plain: {Value: !Ref Plain}
"""
CODE = """
import os
from pathlib import Path

import layered


def handle(event, context):
    return [os.environ["WORD"], layered.WORD, Path("/opt").exists()]
"""
MACHINE = """
StartAt: Say
States:
  Say: {Type: Pass, Result: "${Word}", End: true}
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "greet.py").write_text(CODE)
    (tmp_path / "layer" / "python").mkdir(parents=True)
    (tmp_path / "layer" / "python" / "layered.py").write_text("WORD = 'from a layer'")
    for name in ("machine", "plain"):
        (tmp_path / f"{name}.asl.yaml").write_text(MACHINE)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    return tmp_path / "template.yaml"


@pytest.fixture
def stack_name(instance: Instance) -> Iterator[str]:
    name = f"deploy-{uuid.uuid4().hex[:8]}"
    yield name
    delete(instance, name)


def _invoked(instance: Instance, function: str) -> Any:
    return json.loads(instance.client("lambda").invoke(FunctionName=function)["Payload"].read())


def test_local_paths_become_addresses_and_the_rest_stays(instance: Instance, template: Path) -> None:
    text = upload_local_paths(instance, template)

    before, after = TEMPLATE.splitlines(), text.splitlines()
    changed = [number for number, line in enumerate(before) if line != after[number]]
    assert [before[number].strip().split(":")[0] for number in changed] == [
        "Function",
        "Properties",
        "Properties",
        "DefinitionS3Location",
    ]
    assert "# A comment that stays." in text
    assert text.count(f"s3://{instance.name}-artifacts-") == 3
    address = text.split("ContentUri: s3://")[1].split(",")[0]
    bucket, key = address.split("/", 1)
    packed = instance.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    assert zipfile.ZipFile(io.BytesIO(packed)).namelist() == ["python/layered.py"]
    assert f'CodeUri: "s3://{bucket}/' in text
    # Without SAM, the machine takes the address in parts.
    assert f"DefinitionS3Location: {{Bucket: {bucket}, Key: " in text
    assert upload_local_paths(instance, template) == text


def test_a_path_that_does_not_exist_is_named(instance: Instance, template: Path) -> None:
    (template.parent / "machine.asl.yaml").unlink()

    with pytest.raises(DeployFailed, match=r"machine\.asl\.yaml, which does not exist"):
        upload_local_paths(instance, template)


def test_a_stack_is_created_left_alone_changed_and_deleted(
    instance: Instance, template: Path, stack_name: str
) -> None:
    # When it is deployed for the first time
    outputs = deploy(instance, template, stack_name=stack_name)
    # Then function, layer and state machine work
    assert _invoked(instance, outputs["Function"])[:2] == ["hello", "from a layer"]
    machine = instance.client("stepfunctions").describe_state_machine(stateMachineArn=outputs["Machine"])
    assert json.loads(machine["definition"])["States"]["Say"]["Result"] == "hello"
    plain = instance.client("stepfunctions").describe_state_machine(stateMachineArn=outputs["Plain"])
    assert json.loads(plain["definition"])["States"]["Say"]["Result"] == "plain"
    # When nothing has changed, nothing happens
    assert deploy(instance, template, stack_name=stack_name) == outputs
    # When code and a parameter change, the same function has both
    (template.parent / "code" / "greet.py").write_text(CODE.replace("layered.WORD", "'from the code'"))
    assert deploy(instance, template, stack_name=stack_name, parameters={"Word": "bye"}) == outputs
    assert _invoked(instance, outputs["Function"])[:2] == ["bye", "from the code"]
    # When it is deleted, it is gone, and deleting it again is fine
    delete(instance, stack_name)
    delete(instance, stack_name)
    names = [item["FunctionName"] for item in instance.client("lambda").list_functions()["Functions"]]
    assert outputs["Function"] not in names


def test_a_failure_names_the_resource_and_the_reason_and_the_next_try_works(
    instance: Instance, template: Path, stack_name: str
) -> None:
    (template.parent / "machine.asl.yaml").write_text("StartAt: Missing\nStates: {}")

    with pytest.raises(
        DeployFailed, match=rf"{stack_name} could not be deployed\. Machine \(AWS::StepFunctions"
    ):
        deploy(instance, template, stack_name=stack_name)

    (template.parent / "machine.asl.yaml").write_text(MACHINE)
    assert deploy(instance, template, stack_name=stack_name)["Function"]


def test_a_refused_template_says_why(instance: Instance, template: Path, stack_name: str) -> None:
    with pytest.raises(
        DeployFailed, match=r"was refused: Parameters: \[Colour\] do not exist in the template"
    ):
        deploy(instance, template, stack_name=stack_name, parameters={"Colour": "red"})


def test_a_deletion_that_fails_says_what_is_in_the_way(
    instance: Instance, tmp_path: Path, stack_name: str
) -> None:
    template = tmp_path / "template.yaml"
    template.write_text("Resources: {B: {Type: AWS::S3::Bucket}}\nOutputs: {B: {Value: !Ref B}}")
    bucket = deploy(instance, template, stack_name=stack_name)["B"]
    instance.client("s3").put_object(Bucket=bucket, Key="x", Body=b"x")

    with pytest.raises(DeployFailed, match=r"could not be deleted\. B \(AWS::S3::Bucket\): .*BucketNotEmpty"):
        delete(instance, stack_name)

    instance.client("s3").delete_object(Bucket=bucket, Key="x")
