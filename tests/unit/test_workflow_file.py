"""statemachine/bakeoff.asl.yaml against the template and the code."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bakeoff.domain import errors
from bakeoff.domain.run.files import UNITS
from local_aws.services.stepfunctions.validation import transitions
from tests.template import FUNCTIONS, TEMPLATE, WORKFLOW, WORKFLOW_PATH, scalars_of, states_of

MACHINE: dict[str, Any] = TEMPLATE["Resources"]["Comparison"]["Properties"]
ROLE: dict[str, Any] = TEMPLATE["Resources"]["ComparisonRole"]["Properties"]
STATES = dict(states_of(WORKFLOW))
TASKS = [name for name, state in STATES.items() if state["Type"] == "Task"]
IN_THE_MAP = dict(states_of(WORKFLOW["States"]["Compare candidates"]["ItemProcessor"]))
# Whatever fails here is told, and the run is started again.
BEFORE_THE_COSTS = ("Take turn", "Plan run", "Prepare datasets")
# Whatever fails here, the verdict stands and is published.
OF_THE_FINAL_MODEL = ("Train final model", "Stop final training")
SUBSTITUTION = re.compile(r"\$\{(\w+)\}")
STRING_LITERAL = re.compile(r"'[^']*'")
# What Step Functions and its integrations raise themselves.
FOREIGN = ("States.", "Lambda.", "Runtime.", "SageMaker.", "Sandbox.")
TRANSIENT = {
    "Lambda.AWSLambdaException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
    "Lambda.TooManyRequestsException",
    # SageMaker's throttling has no name of its own.
    "SageMaker.AmazonSageMakerException",
    "SageMaker.SageMakerException",
    "SageMaker.SdkClientException",
    "ServiceUnavailable",
}
# Of a function that may be called at any time, any number of times.
_CRASHES = {"Lambda.Unknown", "Runtime.ExitError", "Sandbox.Timedout"}
REPEATABLE = {"Release resources": _CRASHES, "Stop final training": _CRASHES}


def handled_by(state: dict[str, Any]) -> list[str]:
    handlers = [*state.get("Retry", []), *state.get("Catch", [])]
    return [name for handler in handlers for name in handler["ErrorEquals"]]


def allowed(sid: str) -> Any:
    statements = [each for policy in ROLE["Policies"] for each in policy["PolicyDocument"]["Statement"]]
    [statement] = [each for each in statements if each["Sid"] == sid]
    return statement["Resource"]


def test_every_substitution_is_declared_and_every_declared_one_is_used() -> None:
    used = set(SUBSTITUTION.findall(WORKFLOW_PATH.read_text("utf-8")))

    assert used == set(MACHINE["DefinitionSubstitutions"])


def test_a_function_s_substitution_is_that_function_s_version() -> None:
    for name, value in MACHINE["DefinitionSubstitutions"].items():
        if name.endswith("FunctionArn"):
            version = {"Fn::GetAtt": f"FunctionVersions.{name.removesuffix('FunctionArn')}"}
            condition = TEMPLATE["Resources"][name.removesuffix("Arn")].get("Condition")
            assert value == ({"Fn::If": [condition, version, "none"]} if condition else version)


@pytest.mark.parametrize("name", [name for name in TASKS if "lambda:invoke" in STATES[name]["Resource"]])
def test_an_invocation_names_its_function(name: str) -> None:
    """No linter finds one that does not."""
    substitution = SUBSTITUTION.fullmatch(STATES[name]["Arguments"].get("FunctionName", ""))

    assert substitution and substitution[1].removesuffix("Arn") in FUNCTIONS


def test_the_role_may_invoke_exactly_the_functions_that_are_invoked_and_versions_only() -> None:
    text = WORKFLOW_PATH.read_text("utf-8")
    invoked = [name for name in FUNCTIONS if f"FunctionName: ${{{name}Arn}}" in text]

    resources = [str(text) for text in scalars_of(allowed("InvokeFunctions")) if str(text).endswith(":*")]
    assert sorted(resources) == sorted(f"${{{name}.Arn}}:*" for name in invoked)


@pytest.mark.parametrize("name", STATES)
def test_every_error_that_is_handled_exists(name: str) -> None:
    ours = [error for error in handled_by(STATES[name]) if not error.startswith(FOREIGN)]

    assert all(issubclass(getattr(errors, error), errors.BakeoffError) for error in ours)


@pytest.mark.parametrize("name", STATES)
def test_every_state_says_what_it_is_for(name: str) -> None:
    assert STATES[name]["Comment"]


@pytest.mark.parametrize("name", TASKS)
def test_every_task_has_an_end(name: str) -> None:
    assert STATES[name]["TimeoutSeconds"]


@pytest.mark.parametrize(
    "name",
    [n for n in TASKS if n in BEFORE_THE_COSTS or n in IN_THE_MAP or n in OF_THE_FINAL_MODEL],
)
def test_every_failure_of_a_task_is_caught(name: str) -> None:
    last = STATES[name]["Catch"][-1]

    assert last["ErrorEquals"] == ["States.ALL"]


@pytest.mark.parametrize(
    "name",
    [n for n in TASKS if n not in (*BEFORE_THE_COSTS, *IN_THE_MAP, *OF_THE_FINAL_MODEL)],
)
def test_what_a_redrive_can_mend_is_left_to_it(name: str) -> None:
    """A redrive repeats the state that failed; one that was caught failed in vain at a Fail state."""
    caught = {error for catch in STATES[name]["Catch"] for error in catch["ErrorEquals"]}

    assert "States.Timeout" in caught
    assert all(issubclass(getattr(errors, error), errors.DataError) for error in caught - {"States.Timeout"})


@pytest.mark.parametrize("name", OF_THE_FINAL_MODEL)
def test_a_final_model_that_fails_costs_no_verdict(name: str) -> None:
    """Every way from there leads to the report, and none to a Fail state."""
    reached, waiting = set[str](), [name]
    while waiting:
        state = waiting.pop()
        if state not in reached and state != "Publish report":
            reached.add(state)
            waiting += transitions.targets(STATES[state])

    assert reached == {*OF_THE_FINAL_MODEL, "Train final model again?", "Wait to train final model"}


def test_only_the_units_of_a_run_are_read_by_the_workflow_itself() -> None:
    reader = WORKFLOW["States"]["Compare candidates"]["ItemReader"]

    assert reader["Arguments"] == {
        "Bucket": "${BucketName}",
        "Key": f"{{% 'runs/' & $run_id & '/{UNITS}' %}}",
    }
    assert allowed("ReadUnits") == {"Fn::Sub": f"${{DataBucket.Arn}}/runs/*/{UNITS}"}


@pytest.mark.parametrize("name", sorted(set(IN_THE_MAP) & set(TASKS)))
def test_a_failing_candidate_sinks_no_other(name: str) -> None:
    assert {catch["Next"] for catch in IN_THE_MAP[name]["Catch"]} <= set(IN_THE_MAP)


@pytest.mark.parametrize("name", [name for name in TASKS if "Retry" in STATES[name]])
def test_retries_are_for_named_faults_with_backoff_and_jitter(name: str) -> None:
    for retry in STATES[name]["Retry"]:
        assert set(retry["ErrorEquals"]) <= TRANSIENT | REPEATABLE.get(name, set())
        assert retry["BackoffRate"] > 1 and retry["JitterStrategy"] == "FULL"
        assert retry["MaxAttempts"] <= 10
        if "createTrainingJob" in STATES[name]["Resource"]:
            assert retry["MaxAttempts"] < 10, "job names leave one digit for the retry"


@pytest.mark.parametrize("name", [name for name in TASKS if "lambda:invoke" in STATES[name]["Resource"]])
def test_a_function_s_passing_faults_are_retried(name: str) -> None:
    """Source of Lambda's names: "Handle transient Lambda service exceptions" in the Step Functions guide."""
    passing = {"ServiceUnavailable", *(error for error in TRANSIENT if error.startswith("Lambda."))}

    retried = (error for retry in STATES[name]["Retry"] for error in retry["ErrorEquals"])
    assert passing <= set(retried)


@pytest.mark.parametrize("name", [name for name in TASKS if "lambda:invoke" in STATES[name]["Resource"]])
def test_a_task_waits_longer_than_its_function_runs(name: str) -> None:
    function = STATES[name]["Arguments"]["FunctionName"].removeprefix("${").removesuffix("Arn}")
    default = TEMPLATE["Globals"]["Function"]["Timeout"]
    numbers = [int(number) for number in re.findall(r"\d+", str(STATES[name]["TimeoutSeconds"]))]

    assert max(numbers) > FUNCTIONS[function].get("Timeout", default)


def test_a_substitution_stands_within_a_string() -> None:
    """CloudFormation pastes text: within an expression, only a string can hold any."""
    for value in scalars_of(WORKFLOW):
        if "{%" in str(value):
            assert not SUBSTITUTION.search(STRING_LITERAL.sub("", value)), value


def test_no_task_holds_a_number_in_a_substitution() -> None:
    """A substitution stands in a string; JSONata must make the number of it."""
    numbers = ("Count", "Seconds", "InGB", "Concurrency")
    for value in scalars_of(WORKFLOW):
        for name in SUBSTITUTION.findall(str(value)):
            if name.endswith(numbers):
                assert f"$number('${{{name}}}')" in str(value)
