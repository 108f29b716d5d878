"""Executions of the workflow that changes production."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bakeoff.domain.promotion.history import Attempt, Kind
from bakeoff.domain.run.executions import UNFINISHED, execution_arn
from bakeoff_cli.documents import json_of, mapping_of
from bakeoff_cli.errors import RunNotStarted
from bakeoff_cli.stack import runs

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


@dataclass(frozen=True)
class Promotions:
    """`sleep` takes seconds; tests give one that does not wait."""

    states: SFNClient
    state_machine_arn: str
    sleep: Callable[[float], None] = time.sleep

    def start(self, kind: Kind, given: Mapping[str, Any]) -> str:
        """The ARN of a new execution, whose name begins with `kind` and is no other's."""
        name = f"{kind}-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        started = self.states.start_execution(
            stateMachineArn=self.state_machine_arn, name=name, input=json.dumps(given)
        )
        return str(started["executionArn"])

    def named(self, name: str) -> str:
        return execution_arn(self.state_machine_arn, name)

    def find(self, name: str) -> Attempt | None:
        """None where no execution has that name."""
        try:
            return attempt_of(self.states.describe_execution(executionArn=self.named(name)))
        except self.states.exceptions.ExecutionDoesNotExist:
            return None

    def wait_for(self, name: str, timeout: float) -> str:
        """The ARN of the execution that an approval starts. Raises RunNotStarted after `timeout` seconds."""
        for _ in range(max(1, round(timeout / runs.POLL_SECONDS))):
            if self.find(name):
                return self.named(name)
            self.sleep(runs.POLL_SECONDS)
        raise RunNotStarted(
            f"The version is approved, but within {timeout:g} s that started no promotion {name}: see the "
            "log of the stack's StartPromotionFunction, or start it with `bakeoff promote RUN`."
        )

    def follow(self, arn: str, view: runs.RunView) -> Attempt:
        """Report to `view` until it ends."""
        return attempt_of(runs.followed(self.states, arn, view, self.sleep))

    def newest(self, most: int) -> list[Attempt]:
        """So many, newest first, and all that go on."""
        listing = self.states.list_executions(stateMachineArn=self.state_machine_arn, maxResults=100)
        in_order = sorted(listing["executions"], key=lambda each: each["startDate"], reverse=True)
        wanted = [each for place, each in enumerate(in_order) if place < most or each["status"] in UNFINISHED]
        return [
            attempt_of(self.states.describe_execution(executionArn=each["executionArn"])) for each in wanted
        ]


def attempt_of(execution: Any) -> Attempt:
    """By the description of an execution."""
    return Attempt(
        name=execution["name"],
        status=str(execution["status"]),
        started=execution["startDate"],
        ended=execution.get("stopDate"),
        given=mapping_of(json_of(execution.get("input"))),
        output=mapping_of(json_of(execution.get("output"))),
        error=execution.get("error"),
        cause=execution.get("cause"),
    )
