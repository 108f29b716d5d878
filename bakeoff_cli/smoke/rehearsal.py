"""The order of a rehearsal: deploy, run, and always delete."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bakeoff_cli.errors import sentence_of
from bakeoff_cli.process.signals import left_undisturbed
from bakeoff_cli.session import Session
from bakeoff_cli.show.output import Output
from bakeoff_cli.smoke import costs, remains
from bakeoff_cli.smoke.jobs import request_id
from bakeoff_cli.smoke.sam import Sam, SamFailed
from bakeoff_cli.smoke.steps import ALGORITHMS, RehearsalRuns, Unexpected
from bakeoff_cli.smoke.transcript import RehearsalStep, Transcript
from bakeoff_cli.stack.aws import Aws
from bakeoff_cli.stack.console import is_aws
from bakeoff_cli.stack.stack import StackReference, find_stack

# Defaults of a rehearsal, which --set overrides.
PARAMETERS = {
    "DataRetention": "Delete",
    "Algorithms": ",".join(ALGORITHMS),
    "LogRetentionDays": "1",
    "RunTimeoutSeconds": "7200",
}


@dataclass(frozen=True)
class RehearsalPlan:
    """`parameters` and `network` are the template's; without a network, no run is tried in subnets."""

    reference: StackReference
    parameters: Mapping[str, str] = field(default_factory=dict)
    network: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Rehearsal:
    plan: RehearsalPlan
    sam: Sam
    aws: Aws
    output: Output
    transcript: Transcript
    sleep: Callable[[float], None] = time.sleep
    stack_id: str = ""
    prefix: str = ""

    def run(self) -> None:
        """All steps; the stack is deleted whatever becomes of them, also when somebody interrupts."""
        if self._exists():
            raise Unexpected(f"There is a stack {self.plan.reference.name!r} already: try again.")
        # Nothing is deployed yet, and nothing needs to be deleted.
        if self._step("Build", self._build):
            with left_undisturbed(self._deleting()):
                self._rehearse()

    def _rehearse(self) -> None:
        if not self._step("Deploy", self._deploy):
            return
        runs = self._runs()
        try:
            self._step("Stop a run", runs.stop_a_run)
            self._step("Stop a job", runs.stop_a_job)
            self._step("Compare", runs.compare)
            if self.plan.network and self._step("Deploy with subnets", self._deploy_with_subnets):
                self._step("Compare in subnets", runs.compare_in_subnets)
        finally:
            self.transcript.costs += costs.of_jobs(list(runs.jobs.values()))

    @contextmanager
    def _deleting(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._step("Delete", self._delete)

    def _step(self, name: str, work: Callable[[], None]) -> bool:
        """Whether a step went well. What a person or AWS can cause is noted; a bug goes on up."""
        step = RehearsalStep(name, datetime.now(UTC))
        self.transcript.steps.append(step)
        self.output.note(f"{name} ...")
        began = time.monotonic()
        try:
            work()
        except KeyboardInterrupt:
            step.failure = "interrupted."
            raise
        except Exception as err:
            sentence = sentence_of(err)
            step.failure = sentence or f"a bug of bakeoff's own: {err!r}"
            if sentence is None:
                raise
            self.transcript.findings.refute_by(getattr(err, "printed", step.failure), name)
            self.output.complain(f"{name} failed: {step.failure}")
        finally:
            step.seconds = time.monotonic() - began
        return step.failure is None

    def _note(self, text: str) -> None:
        self.transcript.steps[-1].notes.append(text)
        self.output.note(text)

    def _build(self) -> None:
        self._note(self.sam.version())
        self.sam.build()

    def _deploy(self) -> None:
        try:
            self.sam.deploy({**PARAMETERS, **self.plan.parameters})
        except SamFailed:
            for reason in self._reasons():
                self._note(reason)
                self.transcript.findings.refute_by(reason, "Deploy")
            raise
        answer: Any = self.aws.cloudformation.describe_stacks(StackName=self.plan.reference.name)
        [stack] = answer["Stacks"]
        self.stack_id = stack["StackId"]
        outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
        self.prefix = outputs["ResourcePrefix"]
        told = f"{self.stack_id} is {stack['StackStatus']}, request {request_id(answer)}"
        self._note(f"{told}; its resources are called {self.prefix}-...")
        for key in ("template", "trust-workflow", "fresh-roles"):
            self.transcript.findings.settle(key, True, told)

    def _deploy_with_subnets(self) -> None:
        self.sam.deploy({**PARAMETERS, **self.plan.parameters, **self.plan.network})

    def _runs(self) -> RehearsalRuns:
        stack = find_stack(self.aws, self.plan.reference.name)
        session = Session(self.aws, stack, self.output, self.plan.reference)
        return RehearsalRuns(session, self.transcript.findings, self._note, sleep=self.sleep)

    def _reasons(self) -> list[str]:
        """Why resources could not be made."""
        events: Any = self.aws.cloudformation.describe_stack_events(StackName=self.plan.reference.name)
        return [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
            for event in events["StackEvents"]
            if event["ResourceStatus"].endswith("_FAILED")
        ]

    def _delete(self) -> None:
        """What is there of the stack goes, and what has gone is looked for."""
        if not self._exists():
            self._note("There is nothing to delete.")
            return
        bucket = remains.bucket_of(self.aws, self.plan.reference.name)
        self.sam.delete()
        left = remains.in_sagemaker(self.aws, self.prefix)
        if bucket and remains.bucket_exists(self.aws, bucket):
            left.append(f"the bucket {bucket}")
        if self._exists():
            left.insert(0, f"the stack {self.plan.reference.name}")
        told = f"{self.stack_id or self.plan.reference.name} is deleted; left: {', '.join(left) or 'nothing'}"
        self._note(told)
        self.transcript.findings.settle("deletion", not left, told)
        if left:
            raise Unexpected(f"After `sam delete` there is still {', '.join(left)}: delete it by hand.")

    def _exists(self) -> bool:
        return remains.stack_exists(self.aws, self.stack_id or self.plan.reference.name)


def transcript_of(aws: Aws, plan: RehearsalPlan, account: str) -> Transcript:
    states: Any = aws.stepfunctions
    given = {**PARAMETERS, **plan.parameters, **plan.network}
    about = {
        "stack": plan.reference.name,
        "account": account,
        "region": str(states.meta.region_name),
        "endpoint": str(states.meta.endpoint_url),
        "begun": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "parameters": ", ".join(f"{name}={value}" for name, value in given.items()),
    }
    return Transcript(about, is_aws(states))
