"""The stack's functions in Lambda, and their versions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bakeoff.adapters.clients import make_client, translated
from bakeoff.domain.cleanup.versions import Version

_LATEST = "$LATEST"
# A function in a VPC is pending until its network interface is there.
_PATIENCE = {"Delay": 2, "MaxAttempts": 60}


@dataclass(frozen=True)
class Functions:
    client: Any = field(default_factory=lambda: make_client("lambda"))

    def publish(self, function: str) -> str:
        """The ARN of the version that is the function as it is now, once it can be invoked.

        Lambda publishes one only if the function has changed since its last version.
        """
        with translated(f"Publishing a version of {function}"):
            published = self.client.publish_version(FunctionName=function)
            self.client.get_waiter("published_version_active").wait(
                FunctionName=function, Qualifier=published["Version"], WaiterConfig=_PATIENCE
            )
        return str(published["FunctionArn"])

    def versions(self, function: str) -> list[Version]:
        with translated(f"Listing the versions of {function}"):
            pages = self.client.get_paginator("list_versions_by_function").paginate(FunctionName=function)
            return [
                Version(int(item["Version"]), datetime.fromisoformat(item["LastModified"]))
                for page in pages
                for item in page["Versions"]
                if item["Version"] != _LATEST
            ]

    def delete(self, function: str, version: Version) -> None:
        with translated(f"Deleting version {version.number} of {function}"):
            self.client.delete_function(FunctionName=function, Qualifier=str(version.number))
