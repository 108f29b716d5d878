from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from local_aws.core.instance import Site


def test_a_service_that_is_not_there_says_so(site: Site) -> None:
    # `sam list endpoints` asks it.
    with pytest.raises(ClientError) as refused:
        site.client("cloudcontrol").get_resource(TypeName="AWS::S3::Bucket", Identifier="a")

    assert refused.value.response["Error"] == {
        "Code": "UnknownOperationException",
        "Message": "The embedded AWS has no service cloudcontrolapi.",
    }
    assert refused.value.response["ResponseMetadata"]["RetryAttempts"] == 0
