"""Telling people through SNS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bakeoff.adapters.clients import make_client, translated

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class TopicNotifier:
    """Implements `domain.ports.Notifier`."""

    def __init__(self, topic_arn: str, client: SNSClient | None = None) -> None:
        self._arn = topic_arn
        self._sns: SNSClient = client or make_client("sns")

    def publish(self, subject: str, message: str) -> None:
        # SNS takes fewer than 100 ASCII characters on one line; an execution's name may hold others.
        line = " ".join(subject.split()).encode("ascii", "replace").decode()[:99]
        with translated("Publishing the notification"):
            self._sns.publish(TopicArn=self._arn, Subject=line, Message=message)
