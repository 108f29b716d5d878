"""A state machine under a customer's key: who may start, stop and read its executions, and what is told."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.core.instance import Instance

from .conftest import EVERYTHING, SERVICES, TRUST, ScriptedFunctions, Workflows, document, make_role, states
from .test_eventbridge import Inbox

NUMBERS = itertools.count()
MACHINES = "arn:aws:states:us-east-1:123456789012:stateMachine:"
LOGS = "arn:aws:logs:us-east-1:123456789012:*"
DONE = states({"Keep": {"Type": "Pass", "Output": {"secret": 1}, "End": True}}, QueryLanguage="JSONata")
FAIL = states({"Fail": {"Type": "Fail", "Error": "Broken", "Cause": "secret"}})
WAIT = states({"Wait": {"Type": "Wait", "Seconds": 600, "End": True}})
# The account's roles may use the key as their policies say; the delivery of logs may decrypt.
ROOT = {**EVERYTHING, "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "kms:*"}
DELIVERY = {**EVERYTHING, "Principal": {"Service": "delivery.logs.amazonaws.com"}, "Action": "kms:Decrypt"}
ACCOUNT = {
    **{"Effect": "Allow", "Action": "sts:AssumeRole"},
    "Principal": {"Service": SERVICES, "AWS": "arn:aws:iam::123456789012:root"},
}


def use(action: str | list[str], key: str, **context: str) -> dict[str, Any]:
    """A statement for a key, under a condition on the encryption context."""
    said = {f"kms:EncryptionContext:{name.replace('__', ':')}": value for name, value in context.items()}
    condition = {"Condition": {"StringEquals": said}} if said else {}
    return {"Effect": "Allow", "Action": action, "Resource": key, **condition}


@dataclass
class Encrypted:
    """State machines under a key, whose role may do all but with the key only what its statements say."""

    workflows: Workflows
    key: str

    @property
    def api(self) -> Any:
        return self.workflows.api

    @property
    def instance(self) -> Instance:
        return self.workflows.instance

    def create(self, definition: dict[str, Any], *statements: dict[str, Any], **options: Any) -> str:
        name = f"encrypted-{next(NUMBERS)}"
        others = {"Effect": "Allow", "NotAction": "kms:*", "Resource": "*"}
        # With StringEquals on the ARN of the machine that is going to be.
        text = document(others, *statements).replace("MACHINE", f"{MACHINES}{name}")
        role = make_role(self.instance, name, TRUST, *json.loads(text)["Statement"])
        return str(
            self.api.create_state_machine(
                name=name,
                definition=json.dumps(definition),
                roleArn=role,
                encryptionConfiguration=self.configuration,
                **options,
            )["stateMachineArn"]
        )

    @property
    def configuration(self) -> dict[str, Any]:
        return {
            **{"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": self.key},
            "kmsDataKeyReusePeriodSeconds": 300,
        }

    @property
    def fit(self) -> dict[str, Any]:
        actions = ["kms:GenerateDataKey", "kms:Decrypt"]
        return use(actions, self.key, aws__states__stateMachineArn="MACHINE")

    def start(self, machine: str) -> str:
        return str(self.api.start_execution(stateMachineArn=machine, input='{"a": 1}')["executionArn"])

    def run(self, definition: dict[str, Any], *statements: dict[str, Any], **options: Any) -> str:
        execution = self.start(self.create(definition, *(statements or [self.fit]), **options))
        self.workflows.wait(execution)
        return execution

    def enable(self, wanted: bool) -> None:
        # moto knows keys by their ids here.
        kms, key = self.instance.client("kms"), self.key.rpartition("/")[2]
        kms.enable_key(KeyId=key) if wanted else kms.disable_key(KeyId=key)

    def caller(self, *statements: dict[str, Any]) -> Any:
        """Somebody who may do all of Step Functions, and with the key what the statements say."""
        everything = {"Effect": "Allow", "Action": ["states:*", "iam:PassRole"], "Resource": "*"}
        role = make_role(self.instance, f"caller-{next(NUMBERS)}", ACCOUNT, everything, *statements)
        return self.instance.client("stepfunctions", self.instance.assume(role, "session"))


@pytest.fixture
def encrypted(workflows: Workflows) -> Encrypted:
    created = workflows.instance.client("kms").create_key(Policy=document(ROOT, DELIVERY))
    return Encrypted(workflows, created["KeyMetadata"]["Arn"])


def refused(client: Any, operation: str, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        getattr(client, operation)(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


# ------------------------------------------------------------------ the configuration
def test_the_configuration_is_kept_and_changed(encrypted: Encrypted) -> None:
    machine, api = encrypted.create(DONE, encrypted.fit), encrypted.api

    described = api.describe_state_machine(stateMachineArn=machine)
    assert described["encryptionConfiguration"] == encrypted.configuration

    api.update_state_machine(stateMachineArn=machine, encryptionConfiguration={"type": "AWS_OWNED_KEY"})
    described = api.describe_state_machine(stateMachineArn=machine)
    assert described["encryptionConfiguration"] == {"type": "AWS_OWNED_KEY"}


@pytest.mark.parametrize("wrong", ["missing", "asymmetric"])
def test_a_key_that_cannot_encrypt_is_refused(encrypted: Encrypted, wrong: str) -> None:
    kms = encrypted.instance.client("kms")
    if wrong == "asymmetric":
        created = kms.create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")
        encrypted.key = created["KeyMetadata"]["Arn"]
    else:
        encrypted.key = f"{encrypted.key.rpartition('/')[0]}/{'0' * 36}"
    machine = encrypted.workflows.create(DONE)
    change = {"stateMachineArn": machine, "encryptionConfiguration": encrypted.configuration}

    code, message = refused(encrypted.api, "update_state_machine", **change)

    assert code == "KmsAccessDeniedException" and encrypted.key in message


# ------------------------------------------------------------------ the role of the state machine
def test_an_execution_needs_a_role_that_may_use_the_key_for_this_machine(encrypted: Encrypted) -> None:
    assert encrypted.workflows.wait(encrypted.run(DONE))["output"] == '{"secret":1}'


@pytest.mark.parametrize(
    ("actions", "context"),
    [
        (["kms:Decrypt"], {"aws__states__stateMachineArn": "MACHINE"}),
        (["kms:GenerateDataKey"], {"aws__states__stateMachineArn": "MACHINE"}),
        (["kms:*"], {"aws__states__stateMachineArn": f"{MACHINES}another"}),
        # AWS warns of this condition: the role uses the key itself, not by way of a service.
        (["kms:*"], {"ViaService": "states.us-east-1.amazonaws.com"}),
    ],
)
def test_without_it_nothing_starts(encrypted: Encrypted, actions: list[str], context: dict[str, str]) -> None:
    statement = use(actions, encrypted.key, **context)
    if "ViaService" in context:
        statement["Condition"] = {"StringEquals": {"kms:ViaService": context["ViaService"]}}
    machine = encrypted.create(DONE, statement)

    code, message = refused(encrypted.api, "start_execution", stateMachineArn=machine)

    assert code == "KmsAccessDeniedException" and " is not authorized to perform: kms:" in message
    assert encrypted.api.list_executions(stateMachineArn=machine)["executions"] == []


def test_a_disabled_key_starts_nothing_and_hides_what_was(encrypted: Encrypted) -> None:
    machine = encrypted.create(DONE, encrypted.fit)
    execution = encrypted.start(machine)
    encrypted.workflows.wait(execution)
    encrypted.enable(False)

    for operation, given in (
        ("start_execution", {"stateMachineArn": machine}),
        ("describe_execution", {"executionArn": execution}),
        ("get_execution_history", {"executionArn": execution}),
        ("describe_state_machine", {"stateMachineArn": machine}),
    ):
        code, message = refused(encrypted.api, operation, **given)
        assert code == "KmsInvalidStateException" and "Disabled" in message, operation
    told = encrypted.api.describe_execution(executionArn=execution, includedData="METADATA_ONLY")
    assert told["status"] == "SUCCEEDED"


def test_only_a_reason_for_a_stop_needs_the_key(encrypted: Encrypted) -> None:
    machine = encrypted.create(WAIT, encrypted.fit)
    execution = encrypted.start(machine)
    encrypted.enable(False)
    stop = {"executionArn": execution}

    assert refused(encrypted.api, "stop_execution", **stop, cause="x")[0] == "KmsInvalidStateException"
    encrypted.api.stop_execution(**stop)

    encrypted.enable(True)
    assert encrypted.workflows.wait(execution)["status"] == "ABORTED"


def test_a_redrive_needs_the_key(encrypted: Encrypted) -> None:
    execution = encrypted.run(FAIL)
    encrypted.enable(False)

    code = refused(encrypted.api, "redrive_execution", executionArn=execution)[0]

    assert code == "KmsInvalidStateException"


def test_an_execution_keeps_the_key_that_it_started_with(encrypted: Encrypted) -> None:
    machine = encrypted.create(DONE, encrypted.fit)
    execution = encrypted.start(machine)
    encrypted.workflows.wait(execution)
    owned = {"type": "AWS_OWNED_KEY"}
    encrypted.api.update_state_machine(stateMachineArn=machine, encryptionConfiguration=owned)
    later = encrypted.start(machine)
    caller = encrypted.caller()

    assert refused(caller, "describe_execution", executionArn=execution)[0] == "KmsAccessDeniedException"
    assert "input" in caller.describe_execution(executionArn=later)


# ------------------------------------------------------------------ whoever calls
def test_reading_needs_the_key(encrypted: Encrypted) -> None:
    execution = encrypted.run(DONE)
    machine = execution.replace(":execution:", ":stateMachine:").rpartition(":")[0]
    decrypt = use("kms:Decrypt", encrypted.key, aws__states__stateMachineArn=machine)
    without, reader = encrypted.caller(), encrypted.caller(decrypt)
    stranger = encrypted.caller(
        use("kms:Decrypt", encrypted.key, aws__states__stateMachineArn=f"{MACHINES}another")
    )

    for operation, given in (
        ("describe_execution", {"executionArn": execution}),
        ("get_execution_history", {"executionArn": execution}),
        ("describe_state_machine_for_execution", {"executionArn": execution}),
        ("describe_state_machine", {"stateMachineArn": machine}),
    ):
        for client in (without, stranger):
            code, message = refused(client, operation, **given)
            assert code == "KmsAccessDeniedException", operation
            assert f"kms:Decrypt on resource: {encrypted.key}" in message
        getattr(reader, operation)(**given)


def test_metadata_need_no_key(encrypted: Encrypted) -> None:
    execution, client = encrypted.run(FAIL), encrypted.caller()
    machine = execution.replace(":execution:", ":stateMachine:").rpartition(":")[0]

    told = client.describe_execution(executionArn=execution, includedData="METADATA_ONLY")
    assert told["status"] == "FAILED" and told["stopDate"]
    assert not {"input", "output", "error", "cause"} & told.keys()
    described = client.describe_state_machine(stateMachineArn=machine, includedData="METADATA_ONLY")
    assert described["definition"] == "{}"
    [listed] = client.list_executions(stateMachineArn=machine)["executions"]
    assert listed["status"] == "FAILED"


def test_whoever_starts_and_stops_needs_no_key(encrypted: Encrypted) -> None:
    machine, client = encrypted.create(WAIT, encrypted.fit), encrypted.caller()

    execution = client.start_execution(stateMachineArn=machine)["executionArn"]
    client.stop_execution(executionArn=execution, error="Enough", cause="secret")

    assert encrypted.workflows.wait(execution)["cause"] == "secret"


def test_whoever_defines_needs_the_key(encrypted: Encrypted) -> None:
    machine = encrypted.create(DONE, encrypted.fit)
    role = encrypted.api.describe_state_machine(stateMachineArn=machine)["roleArn"]
    text = json.dumps(DONE)
    update = {"stateMachineArn": machine, "definition": text}
    new = {"name": "another", "definition": text, "roleArn": role}
    look, data_key = use("kms:DescribeKey", encrypted.key), use("kms:GenerateDataKey", encrypted.key)

    for statement, missing in ((look, "GenerateDataKey"), (data_key, "DescribeKey")):
        client = encrypted.caller(statement)
        create = {**new, "encryptionConfiguration": encrypted.configuration}
        for operation, given in (("update_state_machine", update), ("create_state_machine", create)):
            code, message = refused(client, operation, **given)
            assert code == "KmsAccessDeniedException" and f"kms:{missing}" in message
    scoped = use("kms:GenerateDataKey", encrypted.key, aws__states__stateMachineArn=machine)
    encrypted.caller(look, scoped).update_state_machine(**update)


# ------------------------------------------------------------------ what leaves Step Functions
def test_events_tell_nothing_of_the_data(encrypted: Encrypted, functions: ScriptedFunctions) -> None:
    inbox = Inbox(encrypted.workflows, functions)
    machine = encrypted.create(FAIL, encrypted.fit)
    inbox.rule({"source": ["aws.states"], "detail": {"stateMachineArn": [machine], "status": ["FAILED"]}})

    encrypted.start(machine)
    detail = inbox.take()["detail"]

    assert (detail["status"], detail["inputDetails"]) == ("FAILED", {"included": False})
    assert [detail[name] for name in ("input", "output", "error", "cause")] == [None] * 4


def test_a_log_needs_the_key_of_role_and_delivery(encrypted: Encrypted) -> None:
    delivered = use("kms:GenerateDataKey", encrypted.key, SourceArn=LOGS)

    assert logged(encrypted, encrypted.fit, delivered) == ["FailStateEntered", "ExecutionFailed"]
    assert logged(encrypted, encrypted.fit) == []
    encrypted.instance.client("kms").put_key_policy(
        KeyId=encrypted.key, PolicyName="default", Policy=document(ROOT)
    )
    assert logged(encrypted, encrypted.fit, delivered) == []


def logged(encrypted: Encrypted, *statements: dict[str, Any]) -> list[str]:
    logs, group = encrypted.instance.client("logs"), f"/aws/vendedlogs/states/encrypted-{next(NUMBERS)}"
    logs.create_log_group(logGroupName=group)
    arn = f"{LOGS.removesuffix('*')}log-group:{group}:*"
    destination = {"cloudWatchLogsLogGroup": {"logGroupArn": arn}}
    encrypted.run(FAIL, *statements, loggingConfiguration={"level": "ERROR", "destinations": [destination]})
    events = logs.filter_log_events(logGroupName=group)["events"]
    return [json.loads(event["message"])["type"] for event in events]
