"""What the template's parameters for operators change in what is deployed; their defaults change nothing."""

from __future__ import annotations

import pytest
from moto.cloudformation.exceptions import ValidationError

from tests.documented import OPERATIONS
from tests.template import TEMPLATE, deployment

PLAIN = deployment()


def test_every_parameter_of_operation_is_documented() -> None:
    groups = TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    [names] = [group["Parameters"] for group in groups if group["Label"]["default"] == "Operation"]

    assert names and not [name for name in names if f"`{name}`" not in OPERATIONS]


# ------------------------------------------------------------------ who hears
def test_an_address_is_subscribed_to_the_topic() -> None:
    assert PLAIN.of("AWS::SNS::Subscription") == {}
    assert deployment(NotificationEmail="team@example.com").of("AWS::SNS::Subscription") == {
        "NotificationSubscription": {
            "TopicArn": "RunTopic",
            "Protocol": "email",
            "Endpoint": "team@example.com",
        }
    }


@pytest.mark.parametrize("text", ["team", "team@example", "a@b.c, d@e.f", "@example.com"])
def test_an_address_is_one_address(text: str) -> None:
    with pytest.raises(ValidationError, match="must be one address"):
        deployment(NotificationEmail=text)
