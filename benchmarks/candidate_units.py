"""What 400 units cost the history of a run: in an inline Map, and in a Distributed Map.

python -m benchmarks.candidate_units

Each unit goes through as many states as a candidate whose endpoint is in service at the second look, all of
them Pass states. Counts events and transitions, not seconds of AWS: docs/adr/0032 reads them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from local_aws.core.instance import Instance
from local_aws.embedded import EmbeddedAws

UNITS = 400
STEPS = 16
MAX_CONCURRENCY = 40
Document = dict[str, Any]
_TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "states.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}
_RIGHTS = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": ["states:*", "events:*"], "Resource": "*"},
}


def machine(states: Mapping[str, Document], **fields: Any) -> Document:
    return {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": dict(states), **fields}


def unit() -> dict[str, Document]:
    """What one unit goes through; its output is as small as a candidate's."""
    steps: dict[str, Document] = {
        f"Step {step}": {"Type": "Pass", "Next": f"Step {step + 1}"} for step in range(1, STEPS)
    }
    return {**steps, f"Step {STEPS}": {"Type": "Pass", "Output": {"leftovers": []}, "End": True}}


def compared(processor: Document) -> Document:
    each = {
        "Type": "Map",
        "Items": f"{{% [1..{UNITS}] %}}",
        "MaxConcurrency": MAX_CONCURRENCY,
        "ItemProcessor": processor,
        "End": True,
    }
    return machine({"Compare candidates": each})


def inner(mode: str, states: Mapping[str, Document]) -> Document:
    kind = {"ExecutionType": "STANDARD"} if mode == "DISTRIBUTED" else {}
    steps = {key: value for key, value in machine(states).items() if key != "QueryLanguage"}
    return {"ProcessorConfig": {"Mode": mode, **kind}, **steps}


class Prototype:
    """State machines on an embedded AWS, and what their executions leave in their histories."""

    def __init__(self, instance: Instance) -> None:
        iam = instance.client("iam")
        role = iam.create_role(RoleName="units", AssumeRolePolicyDocument=json.dumps(_TRUST))["Role"]["Arn"]
        iam.put_role_policy(RoleName="units", PolicyName="all", PolicyDocument=json.dumps(_RIGHTS))
        self._role, self._states = role, instance.client("stepfunctions")

    def create(self, name: str, definition: Document) -> str:
        made = self._states.create_state_machine(
            name=name, definition=json.dumps(definition), roleArn=self._role
        )
        return str(made["stateMachineArn"])

    def run(self, name: str, definition: Document) -> Document:
        """One execution: its status, and the events and transitions of itself and of one unit."""
        arn = self._states.start_execution(stateMachineArn=self.create(name, definition))["executionArn"]
        started = time.perf_counter()
        while (described := self._states.describe_execution(executionArn=arn))["status"] == "RUNNING":
            time.sleep(0.1)
        seconds = time.perf_counter() - started
        own, children = self.events(arn), self.children(arn)
        # One is like the other.
        unit = self.events(children[0]) if children else []
        return {
            "status": described["status"],
            "parent's events": len(own),
            "events of a unit": len(unit),
            "transitions": transitions(own) + len(children) * transitions(unit),
            "seconds here": round(seconds, 1),
        }

    def events(self, arn: str) -> list[Any]:
        pages = self._states.get_paginator("get_execution_history").paginate(
            executionArn=arn, PaginationConfig={"PageSize": 1000}
        )
        return [event for page in pages for event in page["events"]]

    def children(self, arn: str) -> list[str]:
        found: list[str] = []
        for run in self._states.list_map_runs(executionArn=arn)["mapRuns"]:
            pages = self._states.get_paginator("list_executions").paginate(mapRunArn=run["mapRunArn"])
            found += [each["executionArn"] for page in pages for each in page["executions"]]
        return found


def transitions(events: list[Any]) -> int:
    """What AWS bills: each state that is entered."""
    return sum("stateEnteredEventDetails" in event for event in events)


def main() -> None:
    with EmbeddedAws() as aws:
        prototype = Prototype(aws.instance)
        for mode in ("INLINE", "DISTRIBUTED"):
            print(f"{mode:12}", prototype.run(mode, compared(inner(mode, unit()))))


if __name__ == "__main__":
    main()
