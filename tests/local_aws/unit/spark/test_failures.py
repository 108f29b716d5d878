from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from local_aws.services.sagemaker.containers.spark.webhdfs.failures import java_error
from local_aws.services.sagemaker.containers.spark.webhdfs.paths import S3Path
from local_aws.services.sagemaker.containers.spark.webhdfs.tree import NotEmptyError

PATH = S3Path("b", "k")


def refusal(code: str, message: str = "No.") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "GetObject")


@pytest.mark.parametrize(
    ("error", "status", "java"),
    [
        (refusal("AccessDenied"), 403, "java.nio.file.AccessDeniedException"),
        (refusal("403"), 403, "java.nio.file.AccessDeniedException"),
        (refusal("NoSuchBucket"), 404, "java.io.FileNotFoundException"),
        (refusal("SlowDown"), 500, "java.io.IOException"),
        (FileNotFoundError("x"), 404, "java.io.FileNotFoundException"),
        (FileExistsError("x"), 403, "org.apache.hadoop.fs.FileAlreadyExistsException"),
        (NotEmptyError("x"), 403, "org.apache.hadoop.fs.PathIsNotEmptyDirectoryException"),
        (PermissionError("x"), 403, "java.nio.file.AccessDeniedException"),
        (NotImplementedError("x"), 400, "java.lang.UnsupportedOperationException"),
        (EndpointConnectionError(endpoint_url="http://x"), 500, "java.io.IOException"),
        (KeyError("x"), 500, "java.io.IOException"),
    ],
)
def test_each_error_becomes_the_exception_that_hadoop_knows(error: Exception, status: int, java: str) -> None:
    failure = java_error(error, PATH)

    assert (failure.status, failure.class_name) == (status, java)


def test_a_refusal_says_which_call_failed_on_what_and_why() -> None:
    message = java_error(refusal("AccessDenied", "User x is not authorized."), PATH).message

    assert message == "GetObject s3://b/k: AccessDenied User x is not authorized."


def test_the_document_is_that_of_webhdfs() -> None:
    assert java_error(FileNotFoundError("gone"), PATH).document() == {
        "RemoteException": {
            "exception": "FileNotFoundException",
            "javaClassName": "java.io.FileNotFoundException",
            "message": "gone",
        }
    }
