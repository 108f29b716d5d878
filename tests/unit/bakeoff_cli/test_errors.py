from __future__ import annotations

import errno
import os

import pytest
from boto3.exceptions import S3UploadFailedError
from botocore import exceptions as aws
from botocore.parsers import ResponseParserError

from bakeoff_cli.errors import BadInput, sentence_of
from local_aws.core.errors import PortTaken
from tests.unit.bakeoff_cli.fakes import client_error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (BadInput("x is empty."), "x is empty."),
        (PortTaken("Port 1 is taken."), "Port 1 is taken."),
        (OSError(errno.ENOSPC, "No space left on device", "runs/x"), "runs/x: No space left on device."),
        (PermissionError(errno.EACCES, "Permission denied"), "Permission denied."),
        (aws.NoRegionError(), "No AWS region is chosen: set AWS_DEFAULT_REGION, or run `aws configure`."),
        (
            ResponseParserError("Unable to parse response, invalid XML received:\n<html>proxy"),
            "What answers is not AWS: check --region, AWS_ENDPOINT_URL and any proxy. "
            "Unable to parse response, invalid XML received: <html>proxy",
        ),
        (client_error("AccessDenied", "Not\nyou.", "PutObject"),
         "AWS refused PutObject: Not you. (AccessDenied)."),
        (aws.ProfileNotFound(profile="p"), "The config profile (p) could not be found."),
        (S3UploadFailedError("Failed to upload a to b"), "Failed to upload a to b."),
        (aws.EndpointConnectionError(endpoint_url="https://x"),
         'AWS cannot be reached: Could not connect to the endpoint URL: "https://x".'),
        (aws.ReadTimeoutError(endpoint_url="https://x"),
         'AWS cannot be reached: Read timeout on endpoint URL: "https://x".'),
    ],
)  # fmt: skip
def test_what_a_person_can_mend_is_one_sentence(error: Exception, expected: str) -> None:
    assert sentence_of(error) == expected


def test_missing_credentials_say_where_to_put_them() -> None:
    sentence = sentence_of(aws.NoCredentialsError())
    assert sentence and "aws configure" in sentence and "AWS_ACCESS_KEY_ID" in sentence


@pytest.mark.parametrize(
    "bug",
    [
        KeyError("x"),
        AssertionError(),
        OSError(errno.EBADF, os.strerror(errno.EBADF)),
        OSError("one without a number"),
    ],
)
def test_a_bug_has_no_sentence(bug: Exception) -> None:
    assert sentence_of(bug) is None
