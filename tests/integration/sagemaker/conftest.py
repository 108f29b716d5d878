"""What a job needs to exist before it starts."""

from __future__ import annotations

import json

import pytest

from local_aws.sagemaker import containers
from local_aws.site import Site
from tests.integration.sagemaker.support import BUCKET, Laboratory, ShellContainer


@pytest.fixture(scope="session")
def role(site: Site) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sagemaker.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = site.client("iam")
    arn: str = iam.create_role(RoleName="sagemaker-tests", AssumeRolePolicyDocument=policy)["Role"]["Arn"]
    everything = {"Effect": "Allow", "Action": ["s3:*", "logs:*"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
    iam.put_role_policy(RoleName="sagemaker-tests", PolicyName="all", PolicyDocument=document)
    return arn


@pytest.fixture(scope="session")
def lab(site: Site, role: str) -> Laboratory:
    site.client("s3").create_bucket(Bucket=BUCKET)
    return Laboratory(site, role)


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> ShellContainer:
    """A container whose job is a line of shell, for what real algorithms never do."""
    container = ShellContainer()
    monkeypatch.setattr(containers, "ALGORITHMS", (*containers.ALGORITHMS, container))
    monkeypatch.setattr("local_aws.sagemaker.processing.processing_container", lambda image: container)
    return container
