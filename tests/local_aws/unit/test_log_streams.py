from __future__ import annotations

from typing import Any

from moto.logs.models import LogGroup, LogStream

from local_aws.services.logs import listing


def test_a_stream_may_be_made_while_others_are_listed() -> None:
    # Given a group, and a request that makes a stream while another one walks over those that there are
    listing.apply()
    group = LogGroup("123456789012", "us-east-1", "/group")

    class Walked(LogStream):  # type: ignore[misc]
        def to_describe_dict(self) -> dict[str, Any]:
            group.streams.setdefault("made-meanwhile", self)
            described: dict[str, Any] = super().to_describe_dict()
            return described

    for name in ("a", "b"):
        group.streams[name] = Walked(group, name)

    # When they are listed
    found, _ = group.describe_log_streams(
        descending=False,
        log_group_name="/group",
        log_stream_name_prefix="",
        order_by="LogStreamName",
        limit=50,
    )

    # Then they are those of that moment
    assert [each["logStreamName"] for each in found] == ["a", "b"]
