"""What is there of a stack, and what is left of it once it is deleted."""

from __future__ import annotations

import re
from typing import Any

from botocore.exceptions import ClientError

from bakeoff_cli.errors import CliError
from bakeoff_cli.stack.aws import Aws
from bakeoff_cli.stack.stack import find_stack

_GONE = re.compile(r"does not exist|Not Found|NoSuchBucket|404", re.IGNORECASE)


def stack_exists(aws: Aws, stack: str) -> bool:
    """`stack` is a name, or the id by which CloudFormation knows a deleted one."""
    try:
        answer: Any = aws.cloudformation.describe_stacks(StackName=stack)
    except ClientError as err:
        _require_gone(err)
        return False
    return str(answer["Stacks"][0]["StackStatus"]) != "DELETE_COMPLETE"


def bucket_of(aws: Aws, stack: str) -> str | None:
    """The stack's bucket; None of a stack that was never finished, which has no outputs."""
    try:
        return find_stack(aws, stack).bucket
    except CliError:
        return None


def bucket_exists(aws: Aws, bucket: str) -> bool:
    try:
        aws.s3.head_bucket(Bucket=bucket)
    except ClientError as err:
        _require_gone(err)
        return False
    return True


def in_sagemaker(aws: Aws, prefix: str) -> list[str]:
    """What costs money, or is of no use any more, of all that the runs of a stack have made."""
    if not prefix:
        return []
    sagemaker, mine = aws.sagemaker, f"{prefix}-"
    configs = sagemaker.list_endpoint_configs(NameContains=mine)["EndpointConfigs"]
    running: Any = {"NameContains": mine, "StatusEquals": "InProgress"}
    trained = sagemaker.list_training_jobs(**running)
    processed = sagemaker.list_processing_jobs(**running)
    names = [
        *(each["EndpointName"] for each in sagemaker.list_endpoints(NameContains=mine)["Endpoints"]),
        *(each["EndpointConfigName"] for each in configs),
        *(each["ModelName"] for each in sagemaker.list_models(NameContains=mine)["Models"]),
        *(each["TrainingJobName"] for each in trained["TrainingJobSummaries"]),
        *(each["ProcessingJobName"] for each in processed["ProcessingJobSummaries"]),
    ]
    return [f"{name} in SageMaker" for name in names if name.startswith(mine)]


def _require_gone(err: ClientError) -> None:
    """Raise the error again unless it says that there is no such resource."""
    if not _GONE.search(str(err)):
        raise err
