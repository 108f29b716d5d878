"""What a person can cause; each ends in one line on stderr and exit code 2, never in a traceback.

RequestError           of the domain: what the plan of a run would refuse
DataError              of the domain: what the data do not allow
ScoringError           of the domain: a live endpoint that does not answer as it should
PromotionError         of the domain: production is not as a promotion, or whoever asks it, needs it
CliError
├── BadInput           a file or folder that cannot be used as it is
├── NotPublished       the bytes are not those of the published data set
├── DownloadFailed     no network, or the server refused
├── StackNotFound      no such stack, or it is not (yet) a Bakeoff stack
├── RunNotFound        no such run, or none at all
├── ReportNotFound     a run has published no report (yet)
├── ReceiptNotFound    a run has left no receipt (yet)
├── PromotionOff       the stack has no production, because its parameter Promotion is Off
├── NotProposed        a run has nothing in the Model Registry that could be approved
├── VersionNotFound    production has no such version, or none before the one that is live
├── RunNotStarted      an upload, or an approval, started nothing in time
└── LeftInconsistent   a run succeeded, but its comparison cannot be read
"""

from __future__ import annotations

import errno

from bakeoff.domain.errors import DataError, PromotionError, RequestError, ScoringError
from bakeoff_cli.text import one_line
from local_aws.core.errors import LocalAwsError

# Exit codes: of a run or a check that failed, of what a person can mend, of Ctrl-C.
FAILED, USAGE, INTERRUPTED = 1, 2, 130

_PERSON_CAN_FIX = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR}
    | {errno.ENAMETOOLONG, errno.EIO, errno.EFBIG}
)


class CliError(Exception):
    """One sentence for a person that names the cause and the cure; `str(error)` is that sentence."""


class BadInput(CliError):
    pass


class NotPublished(CliError):
    pass


class DownloadFailed(CliError):
    pass


class StackNotFound(CliError):
    pass


class RunNotFound(CliError):
    pass


class ReportNotFound(CliError):
    pass


class ReceiptNotFound(CliError):
    pass


class PromotionOff(CliError):
    pass


class NotProposed(CliError):
    pass


class VersionNotFound(CliError):
    pass


class RunNotStarted(CliError):
    pass


class LeftInconsistent(CliError):
    pass


def sentence_of(error: Exception) -> str | None:
    """What to tell a person about `error`, on one line; None for a bug, which deserves its traceback."""
    if isinstance(error, (CliError, LocalAwsError, RequestError, DataError, ScoringError, PromotionError)):
        sentence: str | None = str(error)
    elif isinstance(error, OSError) and error.errno in _PERSON_CAN_FIX:
        sentence = disk_sentence(error)
    else:
        sentence = _aws_sentence(error)
    return one_line(sentence) if sentence else None


def disk_sentence(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}."


def _aws_sentence(error: Exception) -> str | None:
    from boto3 import exceptions as transfer
    from botocore import exceptions as aws
    from botocore.parsers import ResponseParserError

    if isinstance(error, aws.ClientError):
        details = error.response.get("Error", {})
        message, code = details.get("Message") or "no reason given", details.get("Code", "unknown")
        return f"AWS refused {error.operation_name}: {message} ({code})."
    if isinstance(error, (aws.NoCredentialsError, aws.PartialCredentialsError, aws.CredentialRetrievalError)):
        return f"No AWS credentials: {error}; run `aws configure`, or set AWS_ACCESS_KEY_ID and its secret."
    if isinstance(error, aws.NoRegionError):
        return "No AWS region is chosen: set AWS_DEFAULT_REGION, or run `aws configure`."
    if isinstance(error, (aws.HTTPClientError, aws.ConnectionError)):
        return f"AWS cannot be reached: {error}."
    if isinstance(error, ResponseParserError):
        return f"What answers is not AWS: check --region, AWS_ENDPOINT_URL and any proxy. {error}"
    if isinstance(error, (aws.BotoCoreError, transfer.Boto3Error)):
        return f"{error}."
    return None
