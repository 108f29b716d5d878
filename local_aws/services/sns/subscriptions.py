"""Subscriptions by mail: moto 5.2.5 has them confirmed at once, but SNS waits for a person's click.

Source: ConfirmSubscription in the SNS API reference.
"""

from __future__ import annotations

import functools
from typing import Any

from moto.sns.models import SNSBackend

from local_aws.core.patching import wrap

_CONFIRMED_BY_A_PERSON = frozenset({"email", "email-json"})


@functools.cache
def apply() -> None:
    """Leave what a person has to confirm unconfirmed. A second call does nothing."""
    wrap(SNSBackend, "subscribe", _subscribe)


def _subscribe(original: Any, self: Any, topic_arn: str, endpoint: str, protocol: str) -> Any:
    subscription = original(self, topic_arn, endpoint, protocol)
    if protocol in _CONFIRMED_BY_A_PERSON:
        subscription.attributes |= {"PendingConfirmation": True, "ConfirmationWasAuthenticated": False}
    return subscription
