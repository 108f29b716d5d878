"""Prices are no resource: a role needs the right to all of them."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.integration.iam.conftest import ActAs, allow


def test_a_role_that_may_ask_for_prices_is_answered(act_as: ActAs) -> None:
    client = act_as("pricing", allow("pricing:GetProducts"))
    assert client.get_products(ServiceCode="AmazonStates")["PriceList"]


@pytest.mark.parametrize(
    "statement", [allow("pricing:DescribeServices"), allow("pricing:GetProducts", "arn:aws:pricing:::x")]
)
def test_any_other_one_is_refused(act_as: ActAs, statement: dict[str, object]) -> None:
    with pytest.raises(ClientError) as refused:
        act_as("pricing", statement).get_products(ServiceCode="AmazonStates")
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
