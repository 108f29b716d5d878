"""Python's and S3's errors as the Java exceptions that Hadoop's own S3A file system throws."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from botocore.exceptions import ClientError

from local_aws.services.sagemaker.containers.spark.webhdfs.paths import S3Path
from local_aws.services.sagemaker.containers.spark.webhdfs.tree import NotEmptyError


@dataclass(frozen=True)
class JavaError:
    """A WebHDFS RemoteException: what Hadoop's client throws again on its side."""

    status: HTTPStatus
    class_name: str
    message: str

    def document(self) -> dict[str, dict[str, str]]:
        name = self.class_name.rpartition(".")[2]
        return {
            "RemoteException": {"exception": name, "javaClassName": self.class_name, "message": self.message},
        }


_IO_ERROR = (HTTPStatus.INTERNAL_SERVER_ERROR, "java.io.IOException")
_NOT_FOUND = (HTTPStatus.NOT_FOUND, "java.io.FileNotFoundException")
_DENIED = (HTTPStatus.FORBIDDEN, "java.nio.file.AccessDeniedException")
_PYTHON = {
    FileNotFoundError: _NOT_FOUND,
    FileExistsError: (HTTPStatus.FORBIDDEN, "org.apache.hadoop.fs.FileAlreadyExistsException"),
    NotEmptyError: (HTTPStatus.FORBIDDEN, "org.apache.hadoop.fs.PathIsNotEmptyDirectoryException"),
    PermissionError: _DENIED,
    NotImplementedError: (HTTPStatus.BAD_REQUEST, "java.lang.UnsupportedOperationException"),
}
# A reply to HEAD has no body, so S3 can only give the number of the status then.
_S3 = {
    "NoSuchBucket": _NOT_FOUND,
    "NoSuchKey": _NOT_FOUND,
    "404": _NOT_FOUND,
    "AccessDenied": _DENIED,
    "403": _DENIED,
    "ExpiredToken": _DENIED,
    "InvalidAccessKeyId": _DENIED,
}


def java_error(error: Exception, path: S3Path | None) -> JavaError:
    if isinstance(error, ClientError):
        details = error.response["Error"]
        code = str(details.get("Code", ""))
        message = f"{error.operation_name} {path}: {code} {details.get('Message', '')}"
        return JavaError(*_S3.get(code, _IO_ERROR), message)
    known = next((_PYTHON[kind] for kind in _PYTHON if isinstance(error, kind)), _IO_ERROR)
    return JavaError(*known, str(error))
