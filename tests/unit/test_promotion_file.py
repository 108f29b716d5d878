"""statemachine/promotion.asl.yaml against the template and the code."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from bakeoff.domain import errors
from local_aws.core.yaml_loader import SafeLoader
from local_aws.services.stepfunctions.validation import transitions
from tests.template import FUNCTIONS, PROJECT, TEMPLATE, module_of, scalars_of
from tests.unit.test_workflow_file import FOREIGN, STRING_LITERAL, SUBSTITUTION, TRANSIENT, handled_by

MACHINE: dict[str, Any] = TEMPLATE["Resources"]["PromotionWorkflow"]["Properties"]
ROLE: dict[str, Any] = TEMPLATE["Resources"]["PromotionRole"]["Properties"]
TEXT = (PROJECT / MACHINE["DefinitionS3Location"]).read_text("utf-8")
STATES: dict[str, Any] = yaml.load(TEXT, SafeLoader)["States"]
TASKS = [name for name, state in STATES.items() if state["Type"] == "Task"]
INVOCATIONS = [name for name in TASKS if "lambda:invoke" in STATES[name]["Resource"]]
FAILS = [name for name, state in STATES.items() if state["Type"] == "Fail"]


def function_of(name: str) -> str:
    return str(STATES[name]["Arguments"]["FunctionName"]).removeprefix("${").removesuffix("Arn}")


def test_every_substitution_is_declared_and_every_declared_one_is_used() -> None:
    assert set(SUBSTITUTION.findall(TEXT)) == set(MACHINE["DefinitionSubstitutions"])


def test_a_function_s_substitution_is_that_function_s_version() -> None:
    for name, value in MACHINE["DefinitionSubstitutions"].items():
        if name.endswith("FunctionArn"):
            assert value == {"Fn::GetAtt": f"FunctionVersions.{name.removesuffix('FunctionArn')}"}


def test_the_role_may_invoke_exactly_the_functions_that_are_invoked_and_versions_only() -> None:
    [statements] = [each["PolicyDocument"]["Statement"] for each in ROLE["Policies"]]
    [invoking] = [each for each in statements if each["Sid"] == "InvokeFunctions"]

    assert sorted(each["Fn::Sub"] for each in invoking["Resource"]) == sorted(
        {f"${{{function_of(name)}.Arn}}:*" for name in INVOCATIONS}
    )


@pytest.mark.parametrize("name", STATES)
def test_a_state_says_what_it_is_for_and_handles_errors_that_exist(name: str) -> None:
    ours = [error for error in handled_by(STATES[name]) if not error.startswith(FOREIGN)]

    assert STATES[name]["Comment"]
    assert all(issubclass(getattr(errors, error), errors.BakeoffError) for error in ours)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_has_an_end_and_its_failures_are_caught(name: str) -> None:
    assert STATES[name]["TimeoutSeconds"]
    # Production serves already: a redrive repeats it.
    if name != "Record production":
        assert STATES[name]["Catch"][-1]["ErrorEquals"] == ["States.ALL"]


@pytest.mark.parametrize("name", [name for name in TASKS if "Retry" in STATES[name]])
def test_retries_are_for_named_faults_with_backoff_and_jitter(name: str) -> None:
    for retry in STATES[name]["Retry"]:
        assert set(retry["ErrorEquals"]) <= TRANSIENT
        assert retry["BackoffRate"] > 1 and retry["JitterStrategy"] == "FULL" and retry["MaxAttempts"] <= 10


@pytest.mark.parametrize("name", INVOCATIONS)
def test_a_task_waits_longer_than_its_function_runs(name: str) -> None:
    default = TEMPLATE["Globals"]["Function"]["Timeout"]

    assert STATES[name]["TimeoutSeconds"] > FUNCTIONS[function_of(name)].get("Timeout", default)


@pytest.mark.parametrize("name", INVOCATIONS)
def test_an_event_has_the_fields_that_the_workflow_sends(name: str) -> None:
    path = PROJECT / "events" / f"{module_of(function_of(name)).replace('_', '-')}.json"

    assert set(json.loads(path.read_text("utf-8"))) == set(STATES[name]["Arguments"]["Payload"])


def test_an_update_that_begins_is_never_asked_for_twice() -> None:
    """SageMaker would refuse the second request, which would hide what became of the first."""
    assert "Retry" not in STATES["Update endpoint"]


def test_success_is_told_by_the_configuration_s_name_and_by_the_probe() -> None:
    to_success = {name for name in STATES if "Promotion complete" in transitions.targets(STATES[name])}
    to_probe = {name for name in STATES if "Probe production" in transitions.targets(STATES[name])}

    assert (to_success, to_probe) == ({"Publish history"}, {"Deployed?"})
    assert "$states.input.config = $production.config" in STATES["Deployed?"]["Choices"][0]["Condition"]
    assert set(transitions.targets(STATES["Record production"])) == {"Publish history"}
    assert [name for name in STATES if "Record production" in transitions.targets(STATES[name])] == [
        "Probe production"
    ]


def test_every_update_retains_the_scaled_fleet() -> None:
    """Without it, SageMaker shrinks a fleet that has been scaled out."""
    updates = [name for name in TASKS if STATES[name]["Resource"].endswith("updateEndpoint")]

    assert updates == ["Update endpoint", "Roll back"]
    assert all("RetainAllVariantProperties" in str(STATES[name]["Arguments"]) for name in updates)


def test_a_substitution_stands_within_a_string() -> None:
    for value in scalars_of(STATES):
        if "{%" in str(value):
            assert not SUBSTITUTION.search(STRING_LITERAL.sub("", value)), value


@pytest.mark.parametrize("name", FAILS)
def test_a_failure_has_a_name_and_a_sentence(name: str) -> None:
    assert STATES[name]["Error"] and STATES[name]["Cause"]
