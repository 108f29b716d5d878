from __future__ import annotations

from types import SimpleNamespace

import pytest

from bakeoff_cli.stack.console import console_link, is_aws


@pytest.mark.parametrize(
    ("partition", "region", "page"),
    [
        ("aws", "eu-west-1", "https://console.aws.amazon.com/states/home?region=eu-west-1"),
        ("aws-cn", "cn-north-1", "https://console.amazonaws.cn/states/home?region=cn-north-1"),
        (
            "aws-us-gov",
            "us-gov-west-1",
            "https://console.amazonaws-us-gov.com/states/home?region=us-gov-west-1",
        ),
    ],
)
def test_an_execution_has_its_page_in_the_console_of_its_partition(
    partition: str, region: str, page: str
) -> None:
    arn = f"arn:{partition}:states:{region}:123456789012:execution:machine:run-1"
    assert console_link(arn) == f"{page}#/v2/executions/details/{arn}"


def test_a_partition_whose_console_is_not_known_has_no_link() -> None:
    assert console_link("arn:aws-iso:states:us-iso-east-1:123456789012:execution:machine:run-1") is None


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("https://states.eu-west-1.amazonaws.com", True),
        ("https://states.cn-north-1.amazonaws.com.cn", True),
        ("https://states.us-gov-west-1.amazonaws.com", True),
        ("https://states.eu-west-1.api.aws", True),
        ("http://127.0.0.1:4566", False),
        ("http://localhost:4566", False),
        ("https://amazonaws.com.example.org", False),
    ],
)
def test_an_embedded_aws_is_not_taken_for_aws(endpoint: str, expected: bool) -> None:
    assert is_aws(SimpleNamespace(meta=SimpleNamespace(endpoint_url=endpoint))) is expected
