from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from local_aws.core.instance import Instance


def test_a_service_that_is_not_there_says_so(instance: Instance) -> None:
    # `sam list endpoints` asks it.
    with pytest.raises(ClientError) as refused:
        instance.client("cloudcontrol").get_resource(TypeName="AWS::S3::Bucket", Identifier="a")

    assert refused.value.response["Error"] == {
        "Code": "UnknownOperationException",
        "Message": "The embedded AWS has no service cloudcontrolapi.",
    }
    assert refused.value.response["ResponseMetadata"]["RetryAttempts"] == 0
