from __future__ import annotations

import json
import socket
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError

from local_aws.services.sagemaker.data_plane.model_servers import reserve_port
from tests.local_aws.integration.sagemaker.support import (
    BUCKET,
    LINEAR_LEARNER,
    REGISTRY,
    Laboratory,
    ShellContainer,
    csv,
    unique,
    variant,
)
from tests.processes import found

SERVING = "local_aws.services.sagemaker.containers.linear_learner serve"
RNG = np.random.default_rng(0)
FEATURES = RNG.normal(size=(60, 3))
ROWS = np.column_stack([FEATURES @ [1.0, 2.0, 3.0] + 4, FEATURES])


@pytest.fixture(scope="module")
def artifact(lab: Laboratory) -> str:
    settings = {"predictor_type": "regressor", "mini_batch_size": "10"}
    request = lab.training_request(
        LINEAR_LEARNER, lab.put_channels({"train": ROWS}), HyperParameters=settings
    )
    return str(lab.train(request)["ModelArtifacts"]["S3ModelArtifacts"])


@pytest.fixture(scope="module")
def endpoint(lab: Laboratory, artifact: str) -> str:
    return str(lab.deploy(LINEAR_LEARNER, artifact)["EndpointName"])


def invoke(lab: Laboratory, endpoint: str, body: str | bytes = "1,1,1", **more: Any) -> Any:
    return lab.runtime.invoke_endpoint(EndpointName=endpoint, Body=body, ContentType="text/csv", **more)


def error_of(call: Any, **request: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as error:
        call(**request)
    return dict(error.value.response)


def test_an_endpoint_answers_with_the_trained_model(lab: Laboratory, endpoint: str) -> None:
    answer = invoke(lab, endpoint, csv(FEATURES), Accept="application/json")

    scores = [each["score"] for each in json.loads(answer["Body"].read())["predictions"]]
    assert np.allclose(scores, ROWS[:, 0])
    assert answer["InvokedProductionVariant"] == "main"
    assert answer["ContentType"] == "application/json"


def test_an_update_to_another_trained_model_is_answered_by_that_one(lab: Laboratory, artifact: str) -> None:
    # Given an endpoint, and a model that has learned the opposite
    name = str(lab.deploy(LINEAR_LEARNER, artifact)["EndpointName"])
    settings = {"predictor_type": "regressor", "mini_batch_size": "10"}
    opposite = np.column_stack([-ROWS[:, 0], FEATURES])
    request = lab.training_request(
        LINEAR_LEARNER, lab.put_channels({"train": opposite}), HyperParameters=settings
    )
    trained = str(lab.train(request)["ModelArtifacts"]["S3ModelArtifacts"])
    config = lab.create_model(LINEAR_LEARNER, trained)

    # When the endpoint gets it
    lab.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=config)
    described = lab.deployed(name, ["Updating"])

    # Then it answers, in the same variant's name
    assert described["EndpointConfigName"] == config
    answer = invoke(lab, name, csv(FEATURES), Accept="application/json")
    scores = [each["score"] for each in json.loads(answer["Body"].read())["predictions"]]
    assert np.allclose(scores, -ROWS[:, 0])
    assert answer["InvokedProductionVariant"] == "main"


def test_a_request_that_the_model_refuses_is_a_model_error(lab: Laboratory, endpoint: str) -> None:
    response = error_of(
        lab.runtime.invoke_endpoint, EndpointName=endpoint, Body="1,2", ContentType="text/csv"
    )

    assert response["Error"]["Code"] == "ModelError"
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert response["OriginalStatusCode"] == 400
    assert "2 features a row and the model was trained on 3" in response["OriginalMessage"]
    group = f"/aws/sagemaker/Endpoints/{endpoint}"
    events = lab.logs.filter_log_events(logGroupName=group)["events"]
    assert any("the model was trained on 3" in event["message"] for event in events)


def test_a_body_may_have_6_mib_and_not_a_byte_more(lab: Laboratory, endpoint: str) -> None:
    # Long rows: the reply has the same limit.
    row = b"1." + b"0" * 5_000 + b",1.0,1.0\n"
    full = row * (6_291_456 // len(row))
    full += b" " * (6_291_456 - len(full))

    assert len(json.loads(invoke(lab, endpoint, full.rstrip())["Body"].read())["predictions"]) > 1_000
    response = error_of(
        lab.runtime.invoke_endpoint, EndpointName=endpoint, Body=full + b"1", ContentType="text/csv"
    )
    assert response["Error"]["Code"] == "ValidationError"
    assert "less than or equal to 6291456" in response["Error"]["Message"]


def test_a_reply_above_the_limit_is_a_model_error(
    lab: Laboratory, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local_aws.services.sagemaker.control_plane.endpoints.runtime.BODY_LIMIT", 10)

    response = error_of(
        lab.runtime.invoke_endpoint, EndpointName=endpoint, Body="1,1,1", ContentType="text/csv"
    )

    assert response["Error"]["Code"] == "ModelError"
    assert "The reply is larger than 10 bytes." in response["Error"]["Message"]


def test_a_model_server_that_is_killed_is_a_model_error(lab: Laboratory, artifact: str) -> None:
    before = set(found(SERVING))
    name = lab.deploy(LINEAR_LEARNER, artifact)["EndpointName"]
    [server] = set(found(SERVING)) - before
    server.kill()

    response = error_of(lab.runtime.invoke_endpoint, EndpointName=name, Body="1,1,1", ContentType="text/csv")

    assert response["Error"]["Code"] == "ModelError"
    assert "The container does not answer" in response["Error"]["Message"]


def test_a_reserved_port_is_given_to_nobody_else_and_serves_whom_it_is_for() -> None:
    reserved = [reserve_port() for _ in range(50)]
    ports = [reservation.getsockname()[1] for reservation in reserved]
    with socket.socket() as rival:
        rival.bind(("127.0.0.1", 0))
        assert rival.getsockname()[1] not in ports

    for port in ports:
        with HTTPServer(("127.0.0.1", port), BaseHTTPRequestHandler):
            socket.create_connection(("127.0.0.1", port)).close()
    for reservation in reserved:
        reservation.close()
    assert len(set(ports)) == len(ports)


def test_an_unknown_endpoint_or_variant_is_a_validation_error(lab: Laboratory, endpoint: str) -> None:
    unknown = error_of(lab.runtime.invoke_endpoint, EndpointName="nobody", Body=b"1")
    other = error_of(lab.runtime.invoke_endpoint, EndpointName=endpoint, Body=b"1", TargetVariant="other")

    assert unknown["Error"] == {
        "Code": "ValidationError",
        "Message": "Endpoint nobody of account 123456789012 not found.",
    }
    assert "Variant other not found" in other["Error"]["Message"]


def test_a_deleted_endpoint_is_gone_and_config_and_model_after_it(lab: Laboratory, artifact: str) -> None:
    # Given an endpoint in service
    name = lab.deploy(LINEAR_LEARNER, artifact)["EndpointName"]

    # When everything is deleted, in the order that AWS asks for
    lab.sagemaker.delete_endpoint(EndpointName=name)
    with pytest.raises(ClientError, match=f'Could not find endpoint "arn:aws:sagemaker:.*:endpoint/{name}"'):
        lab.deployed(name, while_in=["Deleting"])
    lab.sagemaker.delete_endpoint_config(EndpointConfigName=name)
    lab.sagemaker.delete_model(ModelName=name)

    # Then nothing of it can be found
    for call, member in (
        (lab.sagemaker.delete_endpoint, "EndpointName"),
        (lab.sagemaker.describe_endpoint_config, "EndpointConfigName"),
        (lab.sagemaker.delete_endpoint_config, "EndpointConfigName"),
        (lab.sagemaker.describe_model, "ModelName"),
        (lab.sagemaker.delete_model, "ModelName"),
    ):
        error = error_of(call, **{member: name})["Error"]
        assert error["Code"] == "ValidationException"
        assert error["Message"].startswith("Could not find ")


def test_an_endpoint_in_creating_can_not_be_deleted(
    lab: Laboratory, artifact: str, shell: ShellContainer
) -> None:
    shell.line = "sleep 1; echo broken model; exit 1"
    name = lab.create_model(f"{REGISTRY}/shell:1", artifact)
    lab.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)

    error = error_of(lab.sagemaker.delete_endpoint, EndpointName=name)["Error"]

    assert error["Code"] == "ValidationException"
    assert error["Message"].startswith("Cannot update in-progress endpoint")
    # And a server that ends instead of answering fails the endpoint, which can then be deleted.
    failed = lab.deployed(name)
    assert failed["EndpointStatus"] == "Failed"
    assert "did not pass the ping health check" in failed["FailureReason"]
    assert "broken model" in failed["FailureReason"]
    lab.sagemaker.delete_endpoint(EndpointName=name)


@pytest.mark.parametrize(
    ("image", "key", "reason"),
    [
        (LINEAR_LEARNER, "nothing/model.tar.gz", "Could not access model data at s3://"),
        (LINEAR_LEARNER, "spoiled/model.tar.gz", "Could not access model data at s3://"),
        (f"{REGISTRY}/forest:1", "spoiled/model.tar.gz", "no local implementation of image"),
    ],
)
def test_an_endpoint_that_can_not_start_fails(lab: Laboratory, image: str, key: str, reason: str) -> None:
    lab.put("spoiled/model.tar.gz", b"no archive")

    failed = lab.deploy(image, f"s3://{BUCKET}/{key}")

    assert failed["EndpointStatus"] == "Failed"
    assert reason in failed["FailureReason"]
    with pytest.raises(ClientError, match=r"Endpoint .* not found"):
        invoke(lab, failed["EndpointName"])


def test_names_are_used_once(lab: Laboratory, artifact: str, endpoint: str) -> None:
    model = {"ExecutionRoleArn": lab.role, "PrimaryContainer": {"Image": LINEAR_LEARNER}}

    errors = [
        error_of(lab.sagemaker.create_model, ModelName=endpoint, **model),
        error_of(
            lab.sagemaker.create_endpoint_config,
            EndpointConfigName=endpoint,
            ProductionVariants=[variant(endpoint)],
        ),
        error_of(lab.sagemaker.create_endpoint, EndpointName=endpoint, EndpointConfigName=endpoint),
    ]

    assert [error["Error"]["Message"].split(' "')[0] for error in errors] == [
        "Cannot create already existing model",
        "Cannot create already existing endpoint configuration",
        "Cannot create already existing endpoint",
    ]
    assert {error["Error"]["Code"] for error in errors} == {"ValidationException"}


def test_a_config_needs_a_model_and_an_endpoint_a_config(lab: Laboratory) -> None:
    config = error_of(
        lab.sagemaker.create_endpoint_config,
        EndpointConfigName=unique("config"),
        ProductionVariants=[variant("nobody")],
    )
    endpoint = error_of(lab.sagemaker.create_endpoint, EndpointName=unique("e"), EndpointConfigName="nobody")

    assert config["Error"]["Message"].startswith('Could not find model "arn:aws:sagemaker')
    assert endpoint["Error"]["Message"].startswith('Could not find endpoint configuration "arn:aws:sagemaker')


def test_models_are_listed_by_name(lab: Laboratory, artifact: str) -> None:
    name = lab.create_model(LINEAR_LEARNER, artifact)

    found = lab.sagemaker.list_models(NameContains=name[1:])["Models"]

    assert [model["ModelName"] for model in found] == [name]


def test_a_tag_added_again_is_replaced(lab: Laboratory, artifact: str) -> None:
    arn = lab.sagemaker.describe_model(ModelName=lab.create_model(LINEAR_LEARNER, artifact))["ModelArn"]
    lab.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "1"}])

    lab.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "2"}])

    tags = {tag["Key"]: tag["Value"] for tag in lab.sagemaker.list_tags(ResourceArn=arn)["Tags"]}
    assert tags == {"a": "2", "b": "1"}
