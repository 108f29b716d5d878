"""Check the workflow files with every linter that knows Step Functions: `python -m scripts.lint_workflow`.

cfn-lint does not follow a template to the workflow's file, and none of the linters looks into JSONata:
cfn-lint gets the workflow as an AWS::StepFunctions::StateMachine, JSONata's reference implementation the
expressions.
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from cfnlint.api import lint
from statelint.config import Config
from statelint.linter import Linter
from statelint.problem import ProblemType

from scripts import jsonata_reference

WORKFLOWS = sorted((Path(__file__).resolve().parent.parent / "statemachine").glob("*.asl.yaml"))
_WRAPPER = ("Resources", "Workflow", "Properties", "Definition")
_OPENING, _CLOSING = "{%", "%}"
# Where Step Functions takes an expression, cfn-lint (E3601) and statelint only a number.
_NUMBERS = ("HeartbeatSeconds", "MaxConcurrency", "Seconds", "TimeoutSeconds")
# What Distributed Maps have, which statelint is older than: a name in ARNs, and what the items are read as.
_DISTRIBUTED = ('Field "Label" not allowed', 'Field "InputType" not allowed')
# "Transforming data with JSONata in Step Functions", section "JSONata functions provided by Step Functions".
_STEP_FUNCTIONS = {"hash", "parse", "partition", "random", "range", "states", "uuid"}


def findings(workflow: Mapping[str, Any]) -> list[str]:
    """What is wrong with a workflow, one line a finding that begins with the linter's name."""
    linters = (cfn_lint, statelint, asl_validator, jsonata)
    return [f"{linter.__name__}: {line}" for linter in linters for line in linter(workflow)]


def cfn_lint(workflow: Mapping[str, Any]) -> Iterator[str]:
    machine = {"RoleArn": "arn:aws:iam::123456789012:role/workflow", "Definition": _with_numbers(workflow)}
    resource = {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine}
    for match in lint(json.dumps({"Resources": {"Workflow": resource}}, indent=1)):
        where = ".".join(str(part) for part in match.path[len(_WRAPPER) :])
        yield f"{match.rule.id} {where}: {match.message}"


def statelint(workflow: Mapping[str, Any]) -> list[str]:
    # FLOAT: Step Functions takes a BackoffRate of 2 for 2.0.
    problems: list[str] = Linter.validate(_on_one_line(_with_numbers(workflow)), Config({ProblemType.FLOAT}))
    return [problem for problem in problems if not any(known in problem for known in _DISTRIBUTED)]


def asl_validator(workflow: Mapping[str, Any]) -> list[str]:
    script = jsonata_reference.TOOLS / "node_modules" / "asl-validator" / "dist" / "bin" / "asl-validator.js"
    finished = jsonata_reference.node(script, "--json-definition", json.dumps(_on_one_line(workflow)))
    return [finished.stdout + finished.stderr] if finished.returncode else []


def jsonata(workflow: Mapping[str, Any]) -> Iterator[str]:
    for scope in _scopes(workflow):
        expressions = sorted(set(expressions_of(scope)))
        known = _STEP_FUNCTIONS | set(_assigned(scope))
        for expression, answer in zip(expressions, jsonata_reference.names(expressions), strict=True):
            if "error" in answer:
                yield f"{expression}: {answer['error']}"
            for name in sorted(set(answer.get("names", ())) - known):
                yield (
                    f"{expression}: no state assigns ${name}, and Step Functions has no function of that name"
                )


def _scopes(workflow: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The workflow without what Distributed Maps start, and each of these, which sees no variable of it."""
    scopes = [copy.deepcopy(dict(workflow))]
    for scope in scopes:
        for state in list(_states(scope)):
            if state.get("ItemProcessor", {}).get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED":
                scopes.append(state.pop("ItemProcessor"))
    return scopes


def expressions_of(value: Any) -> Iterator[str]:
    """Every JSONata expression in a value, without its marks."""
    if _is_expression(value):
        yield value[len(_OPENING) : -len(_CLOSING)].strip()
    members = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for member in members:
        yield from expressions_of(member)


def _is_expression(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(_OPENING) and value.endswith(_CLOSING)


def _states(machine: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for state in machine.get("States", {}).values():
        yield state
        for inner in (state.get("ItemProcessor", {}), *state.get("Branches", ())):
            yield from _states(inner)


def _assigned(workflow: Mapping[str, Any]) -> Iterator[str]:
    for state in _states(workflow):
        for place in (state, *state.get("Catch", ()), *state.get("Choices", ())):
            yield from place.get("Assign", ())


def _with_numbers(workflow: Mapping[str, Any]) -> dict[str, Any]:
    """The workflow with 1 for each expression that stands where these linters know numbers only."""
    changed: dict[str, Any] = copy.deepcopy(dict(workflow))
    for state in _states(changed):
        state.update({name: 1 for name in _NUMBERS if _is_expression(state.get(name))})
    return changed


def _on_one_line(value: Any) -> Any:
    """A value with spaces for line breaks: statelint and asl-validator want an expression on one line."""
    if isinstance(value, Mapping):
        return {key: _on_one_line(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_on_one_line(inner) for inner in value]
    return value.replace("\n", " ") if isinstance(value, str) else value


def main() -> None:
    failed = False
    for workflow in WORKFLOWS:
        found = findings(yaml.safe_load(workflow.read_text("utf-8")))
        print("\n".join(found) or f"{workflow.name}: no findings")
        failed = failed or bool(found)
    sys.exit(failed)


if __name__ == "__main__":
    main()
