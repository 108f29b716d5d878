"""The AWS clients that the command needs, made on first use."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sagemaker import SageMakerClient
    from mypy_boto3_sagemaker_runtime import SageMakerRuntimeClient
    from mypy_boto3_stepfunctions import SFNClient


class Aws:
    """Clients by attribute; `make` turns a service's name into its boto3 client."""

    def __init__(self, make: Callable[[str], Any]) -> None:
        self._make = make

    @cached_property
    def cloudformation(self) -> CloudFormationClient:
        client: CloudFormationClient = self._make("cloudformation")
        return client

    @cached_property
    def s3(self) -> S3Client:
        client: S3Client = self._make("s3")
        return client

    @cached_property
    def stepfunctions(self) -> SFNClient:
        client: SFNClient = self._make("stepfunctions")
        return client

    @cached_property
    def functions(self) -> Any:
        return self._make("lambda")

    @cached_property
    def ec2(self) -> Any:
        return self._make("ec2")

    @cached_property
    def sts(self) -> Any:
        return self._make("sts")

    @cached_property
    def sagemaker(self) -> SageMakerClient:
        client: SageMakerClient = self._make("sagemaker")
        return client

    @cached_property
    def sagemaker_runtime(self) -> SageMakerRuntimeClient:
        client: SageMakerRuntimeClient = self._make("sagemaker-runtime")
        return client


def configured_aws(profile: str | None = None, region: str | None = None) -> Aws:
    """AWS as the environment and ~/.aws choose it: credentials, AWS_ENDPOINT_URL, region unless given.

    A `profile` comes before credentials in the environment, as with the AWS CLI.
    """
    # Importing boto3 takes longer than all of `bakeoff --help`.
    import boto3
    from botocore.config import Config

    session: Any = boto3.Session(profile_name=profile, region_name=region)
    settings = Config(connect_timeout=10, retries={"mode": "standard", "total_max_attempts": 5})
    return Aws(lambda service: session.client(service, config=settings))
