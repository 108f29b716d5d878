"""Each linter of the workflow file finds what no other does, and what they all tolerate is one thing only."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts.lint_workflow import WORKFLOWS, asl_validator, cfn_lint, findings, jsonata, statelint
from tests.template import WORKFLOW, states_of

Linter = Callable[[dict[str, Any]], Iterable[str]]
# Where in the workflow, what to write there (None deletes it), who finds it, and by which words.
FAULTS: list[tuple[str, str, Any, Linter, str]] = [
    ("Check datasets", "Next", None, cfn_lint, "Only one of ['Next', 'End'] is a required property"),
    ("Check datasets", "Resource", None, cfn_lint, "'Resource' is a required property"),
    ("Clean up", "Retry", [{"ErrorEquals": ["States.ALL"]}], cfn_lint, "'Retry' was unexpected"),
    ("Train model", "TimeoutSeconds", "soon", cfn_lint, "'soon' is not of type 'number'"),
    ("Compare candidates", "MaxConcurrency", "{% $plan", cfn_lint, "is not of type 'number'"),
    ("Plan run", "Retry", [{"ErrorEquals": ["X"], "MaxAttempts": "{% 5 %}"}], cfn_lint, "'{% 5 %}' is not"),
    ("Plan run", "ResultPath", "$.plan", cfn_lint, "'ResultPath' was unexpected"),
    ("Check datasets", "Next", "Nowhere", statelint, 'No state found named "Nowhere"'),
    ("Judge candidates", "Next", "All in order?", statelint, "No transition found to state"),
    ("Plan run", "Retry", [{"ErrorEquals": ["X"], "Interval": 3}], statelint, '"Interval" not allowed'),
    ("Wait for release", "Seconds", "a while", statelint, "should be an Integer"),
    ("Check datasets", "Output", "{% $run_id", asl_validator, "/States/Check datasets/Output"),
    ("Train model", "TimeoutSeconds", "{% $max([1, %}", jsonata, 'Expected "]" before end of expression'),
    ("Train model", "TimeoutSeconds", "{% $number(${Name}) %}", jsonata, 'Expected ":", got "}"'),
    ("Train model", "TimeoutSeconds", "{% $dead_line %}", jsonata, "no state assigns $dead_line"),
    # Assigned, but by a state of the run, which a candidate's execution knows nothing of.
    ("Train model", "TimeoutSeconds", "{% $prepare_pause %}", jsonata, "no state assigns $prepare_pause"),
    ("Train model", "TimeoutSeconds", "{% $maximum([1]) %}", jsonata, "no function of that name"),
    ("Train model", "TimeoutSeconds", "{% $eval('1') %}", jsonata, "no function of that name"),
]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_is_clean(workflow: Path) -> None:
    assert findings(yaml.safe_load(workflow.read_text("utf-8"))) == []


@pytest.mark.parametrize(("state", "field", "value", "linter", "words"), FAULTS)
def test_a_fault_is_found(state: str, field: str, value: Any, linter: Linter, words: str) -> None:
    workflow = copy.deepcopy(WORKFLOW)
    fields = dict(states_of(workflow))[state]
    fields[field] = value
    if value is None:
        del fields[field]

    assert any(words in line for line in linter(workflow))


def test_the_machine_s_own_timeout_is_a_number() -> None:
    """Step Functions takes an expression for a state's timeout, not for the machine's."""
    assert any(
        "is not of type 'integer'" in line for line in cfn_lint({**WORKFLOW, "TimeoutSeconds": "{% 5 %}"})
    )


@pytest.mark.parametrize("linter", [cfn_lint, statelint, asl_validator, jsonata])
def test_an_expression_may_have_several_lines(linter: Linter) -> None:
    workflow = copy.deepcopy(WORKFLOW)
    workflow["States"]["Prepare datasets"]["Arguments"] = "{%\n  $merge([\n    $plan\n  ])\n%}"

    assert list(linter(workflow)) == []


def test_what_an_expression_defines_itself_is_known() -> None:
    workflow = copy.deepcopy(WORKFLOW)
    expression = "{% ($double := function($x) { $x * 2 }; $double($range(1, 2, 1)[0])) %}"
    workflow["States"]["Check datasets"]["Output"] = expression

    assert list(jsonata(workflow)) == []
