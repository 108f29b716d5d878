from __future__ import annotations

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    IncompleteReadError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from bakeoff.adapters.clients import code_of, is_absent, make_client, message_of, translated
from bakeoff.domain.errors import AccessDenied, ServiceError, ServiceUnavailable


def client_error(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


def raised_for(err: Exception) -> ServiceError:
    with pytest.raises(ServiceError) as caught, translated("Reading s3://b/k"):
        raise err
    assert caught.value.__cause__ is err
    return caught.value


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AccessDenied", AccessDenied),
        ("AccessDeniedException", AccessDenied),
        ("AuthorizationError", AccessDenied),
        ("KmsAccessDeniedException", AccessDenied),
        ("KmsThrottlingException", ServiceUnavailable),
        ("403", AccessDenied),
        ("ThrottlingException", ServiceUnavailable),
        ("Throttling", ServiceUnavailable),
        ("SlowDown", ServiceUnavailable),
        ("RequestTimeout", ServiceUnavailable),
        ("InternalError", ServiceUnavailable),
        ("InternalDependencyException", ServiceUnavailable),
        ("ModelNotReadyException", ServiceUnavailable),
        ("503", ServiceUnavailable),
        ("NoSuchBucket", ServiceError),
        ("ValidationException", ServiceError),
    ],
)
def test_what_aws_answers_becomes_one_of_ours(code: str, kind: type[ServiceError]) -> None:
    error = raised_for(client_error(code))

    assert type(error) is kind
    assert str(error) == f"Reading s3://b/k failed: no ({code})"


@pytest.mark.parametrize(
    "err",
    [
        EndpointConnectionError(endpoint_url="https://s3.amazonaws.com"),
        ReadTimeoutError(endpoint_url="https://s3.amazonaws.com"),
        IncompleteReadError(actual_bytes=1, expected_bytes=2),
    ],
)
def test_a_broken_connection_is_worth_another_try(err: BotoCoreError) -> None:
    error = raised_for(err)

    assert type(error) is ServiceUnavailable
    assert str(error) == f"Reading s3://b/k failed: {err}"


@pytest.mark.parametrize("err", [NoCredentialsError(), ParamValidationError(report="bad name")])
def test_a_fault_that_stays_is_not(err: BotoCoreError) -> None:
    assert type(raised_for(err)) is ServiceError


def test_other_errors_are_left_alone() -> None:
    with pytest.raises(KeyError), translated("Reading"):
        raise KeyError("key")


def test_an_error_of_ours_is_not_translated_twice() -> None:
    with (
        pytest.raises(AccessDenied, match=r"^inner failed: no \(AccessDenied\)$"),
        translated("outer"),
        translated("inner"),
    ):
        raise client_error("AccessDenied")


def test_codes_and_messages_are_read_from_the_error() -> None:
    assert (code_of(client_error("Gone", "far")), message_of(client_error("Gone", "far"))) == ("Gone", "far")
    assert message_of(ClientError({"Error": {"Code": "404"}}, "HeadObject")) == ""


def test_a_client_tries_again_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    usual, patient = make_client("s3"), make_client("sagemaker-runtime", read_timeout=65)

    assert usual.meta.config.retries == {"mode": "standard", "total_max_attempts": 5}
    assert patient.meta.config.read_timeout == 65
    assert patient.meta.config.retries["mode"] == "standard"


@pytest.mark.parametrize(
    ("code", "message", "absent"),
    [
        ("ValidationException", 'Could not find endpoint "arn:aws:sagemaker:eu-west-1:1:endpoint/a".', True),
        ("ValidationException", "Could not find model b.", True),
        ("ResourceNotFound", "Requested resource not found.", True),
        ("ValidationException", "The resource does not exist.", True),
        ("ValidationException", "The endpoint is being created.", False),
        ("AccessDeniedException", "Could not find a policy that allows it.", False),
    ],
)
def test_only_sagemakers_words_for_it_say_that_something_is_absent(
    code: str, message: str, absent: bool
) -> None:
    assert is_absent(client_error(code, message)) is absent
