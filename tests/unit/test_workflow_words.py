"""What the workflow knows by words alone: names of its own states, and AWS's prose where no error has a name.

The prose is from public issues, each named beside it; AWS documents none of it.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.template import WORKFLOW, scalars_of, states_of

STATES = dict(states_of(WORKFLOW))
EXPRESSIONS = [text for text in scalars_of(WORKFLOW) if isinstance(text, str) and text.startswith("{%")]
STEP = re.compile(r"\$failure\.step = '([^']+)'")
LITERAL = re.compile(r"\$contains\(\$(?:failure\.c|states\.input\.C)ause, (?:'([^']+)'|/([^/]+)/)\)")

EXISTS, NONE = "already existing", " is 0 "
CAPACITY, MISHAP = "CapacityError", "InternalServerError"
PREPARE, NEW_ROLE = "CapacityError|InternalServerError", "ThrottlingException|assume role"
# What AWS says -> the literals that are to find it; every other literal must not. Beside each, who saw it.
KNOWN_MESSAGES = {
    # aws/amazon-sagemaker-examples#2491
    'Cannot create already existing endpoint "arn:aws:sagemaker:us-west-2:1:endpoint/a".': {EXISTS},
    # awslabs/spot-tagging-bot-for-digital-assets#2
    "Cannot create already existing endpoint configuration "
    '"arn:aws-cn:sagemaker:cn-northwest-1:1:endpoint-config/a".': {EXISTS},
    # Seen by nobody in public: by analogy with the two above.
    'Cannot create already existing model "arn:aws:sagemaker:us-east-1:1:model/a".': {EXISTS},
    # aws-samples/sagemaker-custom-project-templates#51
    "The account-level service limit 'ml.m5.large for endpoint usage' is 0 Instances, with current "
    "utilization of 0 Instances and a request delta of 1 Instances. (Service: AmazonSageMaker; Status Code: "
    "400; Error Code: ResourceLimitExceeded)": {NONE},
    # A quota that frees up; the form of aws-cloudformation/rain#468
    "The account-level service limit 'ml.m5.large for endpoint usage' is 10 Instances, with current "
    "utilization of 10 Instances and a request delta of 1 Instances.": set(),
    # DIAGNijmegen/rse-grand-challenge#2631
    "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML "
    "instance type.": {CAPACITY, PREPARE},
    # aws/sagemaker-python-sdk#70
    "InternalServerError: We encountered an internal error. Please try again.": {MISHAP, PREPARE},
    # awslabs/predictive-maintenance-using-machine-learning#3
    "Could not assume role arn:aws:iam::1:role/a. Please ensure that the role exists and allows principal "
    "'sagemaker.amazonaws.com' to assume the role.": {NEW_ROLE},
    # aws/deep-learning-containers#1018, in the form that Step Functions gives an error
    "Rate exceeded (Service: AmazonSageMaker; Status Code: 400; Error Code: ThrottlingException)": {NEW_ROLE},
    # What a container says of a training is none of it: aws/sagemaker-python-sdk#43
    "ClientError: SageMaker was unable to assume the role 'arn:aws:iam::1:role/a'": set(),
    "AlgorithmError: the value of eta is 3, which is above 1": set(),
}


def literals() -> set[str]:
    return {found[1] or found[2] for text in EXPRESSIONS for found in LITERAL.finditer(text)}


def step_of_failures(state: dict[str, Any]) -> set[str]:
    """How the Catches of a state name the step that failed."""
    assigned = [catcher.get("Assign", {}) for catcher in state.get("Catch", [])]
    return {each["failure"]["step"] for each in assigned if "failure" in each}


def test_a_failure_bears_the_name_of_the_state_that_failed() -> None:
    named = set().union(*(step_of_failures(state) for state in STATES.values()))

    assert named == {"{% $states.context.State.Name %}"}


def test_every_step_that_is_compared_is_a_state_whose_failure_gets_there() -> None:
    compared = {step for text in EXPRESSIONS for step in STEP.findall(text)}

    assert compared
    assert [step for step in compared if not step_of_failures(STATES.get(step, {}))] == []


def test_what_was_refused_is_what_is_repeated() -> None:
    choices: list[dict[str, Any]] = STATES["Attempt which step?"]["Choices"]

    assert [STEP.findall(choice["Condition"]) for choice in choices] == [
        [choice["Next"]] for choice in choices
    ]


def test_every_literal_is_tried() -> None:
    assert literals() == set().union(*KNOWN_MESSAGES.values())


@pytest.mark.parametrize("message", KNOWN_MESSAGES)
def test_a_message_of_aws_is_known_by_its_literals_only(message: str) -> None:
    # Those with a bar are regular expressions, which JSONata writes between slashes.
    found = {
        literal
        for literal in literals()
        if (re.search(literal, message) if "|" in literal else literal in message)
    }

    assert found == KNOWN_MESSAGES[message]
