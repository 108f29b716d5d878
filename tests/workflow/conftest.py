"""The real workflow file on the embedded interpreter, with the product's functions on a scripted AWS."""

from __future__ import annotations

import itertools
import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from markupsafe import Markup
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from bakeoff.handlers.telemetry import logger
from local_aws.core.instance import ACCOUNT_ID, REGION, Instance, current_instance
from local_aws.services.cloudformation.resources.state_machine_definition import definition_of
from local_aws.services.stepfunctions.api.map_run import map_runs
from local_aws.services.stepfunctions.interpreter import waiting
from local_aws.services.stepfunctions.jsonata import functions as jsonata_functions
from local_aws.services.stepfunctions.tasks import clients, sagemaker_jobs
from tests.handlers import environment_of, resolved
from tests.patience import PATIENCE_SECONDS
from tests.template import PROJECT, TEMPLATE
from tests.workflow.fault_matrix.outcomes import comparison_of
from tests.workflow.simulation.costs import keep_moments
from tests.workflow.simulation.functions import functions
from tests.workflow.simulation.scripted import ScriptedAws

_MACHINE = TEMPLATE["Resources"]["Comparison"]["Properties"]
_MATRIX = re.compile(r"workflow/.*::(test_a_fault|test_an_end_that_nothing_catches|test_faults_at_random)\[")
_NUMBERS = itertools.count(1)
_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {
            "Effect": "Allow",
            "Principal": {"Service": "states.amazonaws.com"},
            "Action": "sts:AssumeRole",
        },
    }
)
# What `.sync` and a Distributed Map take, whoever answers the calls.
_RULES = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": ["events:*", "states:*"], "Resource": "*"},
    }
)


def substitutions(**overrides: str) -> dict[str, str]:
    """What the template fills into the workflow file, with every parameter at its default."""
    arn = "arn:aws:lambda:us-east-1:123456789012:function:"
    return {
        **{name: resolved(value) for name, value in _MACHINE["DefinitionSubstitutions"].items()},
        **{
            name: arn + name.removesuffix("FunctionArn")
            for name in _MACHINE["DefinitionSubstitutions"]
            if name.endswith("FunctionArn")
        },
        "SageMakerRoleArn": "arn:aws:iam::123456789012:role/SageMaker",
        "MaxConcurrency": "2",
        **overrides,
    }


@cache
def definition(**overrides: str) -> str:
    """The workflow file with its substitutions filled in."""
    text = (PROJECT / "statemachine" / "bakeoff.asl.yaml").read_text("utf-8")
    properties = {"DefinitionString": text, "DefinitionSubstitutions": substitutions(**overrides)}
    return definition_of(properties, lambda *_: "")


Change = Callable[[dict[str, Any]], None]
Expected = Callable[..., dict[str, Any]]


@dataclass
class Workflow:
    """Runs of the workflow; `machines` keeps the state machine of each set of substitutions."""

    instance: Instance
    role_arn: str
    threads: Threads
    machines: dict[str, str] = field(default_factory=dict)

    def start(
        self,
        execution_input: Any = None,
        change: Change | None = None,
        name: str | None = None,
        **overrides: str,
    ) -> str:
        """Start a run, by default of a new name; `change` may alter the workflow file beforehand."""
        states = json.loads(definition(**overrides))
        if change:
            change(states)
        machine, name = self._machine(json.dumps(states)), name or f"run-{next(_NUMBERS)}"
        given = json.dumps(execution_input or {})
        # Not over HTTP: writing its answers takes the server longer than a run takes.
        return str(self._backend.start_execution(machine, name, given).exec_arn)

    @property
    def _backend(self) -> Any:
        return stepfunctions_parser_backends[ACCOUNT_ID][REGION]

    def execution(self, arn: str) -> Any:
        """The interpreter's own object."""
        return self._backend.describe_execution(arn)

    def arn_of(self, run_id: str) -> str:
        """Of the run of that name."""
        machines = self._backend.state_machines
        return next(
            str(each.exec_arn) for machine in machines for each in machine.executions if each.name == run_id
        )

    def _machine(self, text: str) -> str:
        if text not in self.machines:
            created = self.instance.client("stepfunctions").create_state_machine(
                name=f"workflow-{next(_NUMBERS)}", definition=text, roleArn=self.role_arn
            )
            self.machines[text] = created["stateMachineArn"]
        return self.machines[text]

    def children(self, arn: str) -> list[Any]:
        """The executions of a run's candidates, in the order of their items."""
        runs = [run for run in map_runs(self._backend).values() if run.parent.exec_arn == arn]
        return [run.children[index] for run in runs for index in sorted(run.children)]

    def wait(self, arn: str, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The description of the ended execution, once nothing of it is under way any more."""
        execution = self.execution(arn)
        assert execution.ended.wait(seconds), "the workflow does not end"
        for child in self.children(arn):
            assert child.ended.wait(seconds), "a candidate does not end"
        self.threads.join(time.monotonic() + seconds)
        return {
            "executionArn": arn,
            "name": execution.name,
            "status": str(execution.status),
            "startDate": execution.start_date.replace(
                microsecond=execution.start_date.microsecond // 1000 * 1000
            ),
            "output": execution.output,
            "error": execution.error,
            "cause": execution.cause,
        }

    def run(
        self, execution_input: Any = None, change: Change | None = None, **overrides: str
    ) -> dict[str, Any]:
        return self.wait(self.start(execution_input, change, **overrides))

    def redrive(self, arn: str) -> dict[str, Any]:
        """`aws stepfunctions redrive-execution --execution-arn ARN`, and how the execution ends then."""
        self.instance.client("stepfunctions").redrive_execution(executionArn=arn)
        return self.wait(arn)

    def events(self, arn: str) -> list[dict[str, Any]]:
        """The history of the execution alone."""
        # Not by `get_event_history`: of copies, made with deepcopy, tests have no need.
        return list(self.execution(arn).exec_worker.env.event_manager._history_event_list)

    def histories(self, arn: str) -> list[list[dict[str, Any]]]:
        """The history of the run, and then that of each candidate."""
        return [self.events(arn), *(self.events(child.exec_arn) for child in self.children(arn))]

    def entered(self, arn: str) -> list[str]:
        """The names of the states that a run and its candidates entered, by their time.

        Times are of a millisecond: of equal ones, the Map comes before its candidates, what follows it after.
        """
        own, *candidates = self.histories(arn)
        begun = next((i for i, event in enumerate(own) if event["type"] == "MapRunStarted"), len(own))
        events = [*own[:begun], *itertools.chain(*candidates), *own[begun:]]
        return [
            event["stateEnteredEventDetails"]["name"]
            for event in sorted(events, key=lambda event: event["timestamp"])
            if "stateEnteredEventDetails" in event
        ]


class Threads:
    """The interpreter's threads that evaluate a task: a call may outlive its execution, as in AWS."""

    def __init__(self) -> None:
        self._alive: list[threading.Thread] = []
        self._lock = threading.Lock()

    def start(self, attempt: Any) -> None:
        """Stands in for `waiting._Attempt.start`."""
        thread = threading.Thread(target=attempt._run, daemon=True)
        with self._lock:
            thread.start()
            self._alive.append(thread)

    def join(self, deadline: float) -> None:
        while self._alive:
            with self._lock:
                thread = self._alive.pop()
            thread.join(max(deadline - time.monotonic(), 0))
            assert not thread.is_alive(), "a task goes on after its execution's end"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many faults were survived; any leak is a failed test, and a failed test may have leaked."""
    ran = {outcome: _faults_of(terminalreporter, outcome) for outcome in ("passed", "failed", "error")}
    if not sum(ran.values()):
        return
    unsurvived = ran["failed"] + ran["error"]
    terminalreporter.write_line(
        f"Fault matrix and random schedules: {ran['passed'] + unsurvived} cases, {ran['passed']} survived, "
        f"leaks = {0 if not unsurvived else f'at most {unsurvived}'}"
    )


def _faults_of(terminalreporter: pytest.TerminalReporter, outcome: str) -> int:
    reports = terminalreporter.getreports(outcome)
    return sum(report.when != "teardown" and _MATRIX.search(report.nodeid) is not None for report in reports)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> ScriptedAws:
    return scripted_aws(monkeypatch)


def scripted_aws(patch: pytest.MonkeyPatch) -> ScriptedAws:
    """What answers the workflow from now on, healthy, and without passing time."""
    for name, value in environment_of("PlanRunFunction").items():
        patch.setenv(name, value)
    scripted = ScriptedAws(functions())
    patch.setattr(clients._RoleSession, "client", lambda *_: scripted.client())
    # How long anything waits is the interpreter's own test; here the clock jumps, by as much as AWS waits.
    patch.setattr(waiting, "pause", scripted.clock.pause)
    patch.setattr(current_instance(), "pace", 1.0)
    patch.setitem(jsonata_functions.FUNCTIONS, "millis", scripted.clock.millis)
    patch.setattr(sagemaker_jobs, "POLL_SECONDS", 0.005)
    # The pages have tests of their own, and their plots take as long as all the rest of a run.
    patch.setattr("bakeoff.report.publishing.render", lambda *_, **__: "<p>report</p>")
    patch.setattr("bakeoff.report.history.page.draw_history", lambda *_: Markup("<svg/>"))
    keep_moments(scripted, patch)
    return scripted


@pytest.fixture(autouse=True)
def functions_log_no_faults() -> Iterator[None]:
    """Of thousands of faults made on purpose: to write their tracebacks took an eighth of the time."""
    before = logger.log_level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(before)


@pytest.fixture(scope="session")
def workflows(instance: Instance) -> Iterator[Workflow]:
    with pytest.MonkeyPatch.context() as patch:
        yield deployed_workflow(instance, patch)


def deployed_workflow(instance: Instance, patch: pytest.MonkeyPatch) -> Workflow:
    iam = instance.client("iam")
    role = iam.create_role(RoleName="workflow", AssumeRolePolicyDocument=_TRUST)["Role"]["Arn"]
    iam.put_role_policy(RoleName="workflow", PolicyName="rules", PolicyDocument=_RULES)
    threads = Threads()
    patch.setattr(waiting._Attempt, "start", lambda attempt: threads.start(attempt))
    return Workflow(instance, role, threads)


@pytest.fixture
def workflow(workflows: Workflow, aws: ScriptedAws) -> Workflow:
    aws.workflow = workflows
    return workflows


@pytest.fixture(scope="session")
def healthy() -> dict[str, Any]:
    """The results of a run without faults; filled by the first test that asks for `expected`."""
    return {}


@pytest.fixture
def expected_of(workflow: Workflow, aws: ScriptedAws, healthy: dict[str, Any]) -> Expected:
    """What comparison.json says of each candidate of an execution's input when nothing goes wrong."""

    def find(given: Any = None) -> dict[str, Any]:
        key = json.dumps(given)
        if key not in healthy:
            healthy[key] = comparison_of(aws, workflow.run(given)["name"])
            aws.reset()
        return dict(healthy[key])

    return find


@pytest.fixture
def expected(expected_of: Expected) -> dict[str, Any]:
    """What it says of those of the usual input."""
    return expected_of()
