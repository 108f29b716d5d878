"""The page of an execution in the console of Step Functions."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

_CONSOLES = {
    "aws": "https://console.aws.amazon.com",
    "aws-cn": "https://console.amazonaws.cn",
    "aws-us-gov": "https://console.amazonaws-us-gov.com",
}
_AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn")


def is_aws(client: Any) -> bool:
    """Whether a boto3 client talks to AWS itself, and not to an embedded one."""
    host = urlsplit(client.meta.endpoint_url).hostname or ""
    return host.endswith(_AWS_DOMAINS)


def console_link(execution_arn: str) -> str | None:
    """None for a partition whose console is not known here."""
    _, partition, _, region, _ = execution_arn.split(":", 4)
    console = _CONSOLES.get(partition)
    return console and f"{console}/states/home?region={region}#/v2/executions/details/{execution_arn}"
