"""Two stacks in one account and region: neither touches what the other made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest

from local_aws.deployment import deploy
from local_aws.embedded import EmbeddedAws
from tests.e2e.stack import Stack
from tests.template import TEMPLATE_PATH

NAMES = ("bakeoff-e2e", "bakeoff-beside")
# An upload that ends its run at once, with a sentence that tells its key.
PICTURE = b"\x89PNG\r\n\x1a\n\x00"


@dataclass(frozen=True)
class Deployed:
    """A stack, and the run of the one upload that it has had since the other one stands beside it."""

    name: str
    stack: Stack
    run: dict[str, Any]

    @cached_property
    def resources(self) -> dict[str, str]:
        """Physical by logical id, but for custom resources, whose ids matter to their own stack only."""
        pages = self._client("cloudformation").get_paginator("list_stack_resources")
        return {
            item["LogicalResourceId"]: item["PhysicalResourceId"]
            for page in pages.paginate(StackName=self.name)
            for item in page["StackResourceSummaries"]
            if not item["ResourceType"].startswith("Custom::")
        }

    def logs(self) -> str:
        client = self._client("logs")
        groups = [physical for logical, physical in self.resources.items() if logical.endswith("Logs")]
        events = [client.filter_log_events(logGroupName=group)["events"] for group in groups]
        return "".join(event["message"] for group in events for event in group)

    def _client(self, service: str) -> Any:
        return self.stack.aws.instance.client(service)


@pytest.fixture(scope="module")
def both(embedded: EmbeddedAws, stack: Stack) -> Iterator[tuple[Deployed, Deployed]]:
    stack.clear_inputs()
    stacks = [stack, Stack(embedded, embedded.deploy(TEMPLATE_PATH, NAMES[1]))]
    runs = [each.run_of(f"Inputs/{name}.png", PICTURE) for name, each in zip(NAMES, stacks, strict=True)]
    one, two = (Deployed(*each) for each in zip(NAMES, stacks, runs, strict=True))
    yield one, two
    stack.clear_inputs()
    deploy.delete(embedded.instance, NAMES[1])


def without_version(arn: str) -> str:
    """The name of a layer; its versions have their own ARNs, even where stacks share a name."""
    return arn.rpartition(":")[0] if ":layer:" in arn else arn


def test_nothing_has_the_same_name(both: tuple[Deployed, Deployed]) -> None:
    one, two = ({without_version(each) for each in deployed.resources.values()} for deployed in both)

    assert len(one) == len(two) and not one & two
    assert not set(both[0].stack.outputs.values()) & set(both[1].stack.outputs.values())


def test_an_upload_starts_a_run_of_its_own_stack_only(both: tuple[Deployed, Deployed]) -> None:
    for mine, other in (both, both[::-1]):
        assert f"{mine.name}.png" in mine.run["cause"]
        assert mine.run["name"] in mine.stack.executions()
        assert mine.run["name"] not in other.stack.executions()


def test_each_bucket_and_each_log_has_its_own_only(both: tuple[Deployed, Deployed]) -> None:
    for mine, other in (both, both[::-1]):
        assert mine.stack.keys("Inputs/") == [f"Inputs/{mine.name}.png"]
        logs = mine.logs()
        assert mine.run["name"] in logs
        assert other.run["name"] not in logs and other.stack.bucket not in logs


def test_deleting_one_leaves_the_other_at_work(
    embedded: EmbeddedAws, both: tuple[Deployed, Deployed]
) -> None:
    there, gone = both

    deploy.delete(embedded.instance, gone.name)

    described = there.stack.run_of("Inputs/again.png", PICTURE)
    assert "again.png" in described["cause"]
    assert Deployed(there.name, there.stack, described).resources == there.resources
