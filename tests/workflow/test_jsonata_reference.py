"""The embedded interpreter's JSONata is that of the reference implementation, wherever the workflow uses it.

Step Functions runs the reference implementation (npm `jsonata` 2.0.6), the embedded AWS jsonata-python.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from local_aws.services.stepfunctions.jsonata import engine as jsonata_engine
from local_aws.services.stepfunctions.tasks import sagemaker_jobs
from scripts import jsonata_reference
from scripts.lint_workflow import expressions_of
from tests.template import WORKFLOW
from tests.workflow.conftest import Workflow, definition
from tests.workflow.fault_matrix.faults import DENIED, INVALID, MISHAP, QUOTA
from tests.workflow.simulation.functions import FOLDED, TUNED
from tests.workflow.simulation.hosting import JobEnd
from tests.workflow.simulation.promoting import put_into_production
from tests.workflow.simulation.scripted import CANDIDATES, Fault, ScriptedAws

NOW = "1767225600000"
Question = tuple[str, Mapping[str, Any]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Question]:
    """Every expression that a run evaluates, with what it saw."""
    questions: list[Question] = []
    evaluate = jsonata_engine.evaluate

    def recorded(expression: str, bindings: Mapping[str, Any]) -> Any:
        # A copy: what a run's bindings hold changes later.
        questions.append((expression, json.loads(json.dumps(bindings))))
        return evaluate(expression, bindings)

    monkeypatch.setattr(jsonata_engine, "evaluate", recorded)
    return questions


def runs_through_every_expression(workflow: Workflow, aws: ScriptedAws) -> None:
    aws.turns = [{"turn": "wait", "wait_seconds": 0}, {"turn": "ours"}]
    aws.sagemaker.endpoint_status = {"alpha": ["Creating", "InService"], "beta": ["Failed"]}
    aws.faults = [Fault.raising("create_endpoint", QUOTA, "gamma", times=1)]
    workflow.run()

    aws.reset()
    aws.faults = [
        Fault.raising("create_model", INVALID, "alpha"),
        Fault.raising("ReleaseResources", DENIED, "beta"),
    ]
    workflow.run()

    aws.reset()
    aws.sagemaker.job_ends = {name: JobEnd("Stopped") for name in CANDIDATES}
    workflow.run()

    # Nobody knows whether Step Functions takes such a job for a success.
    aws.reset()
    aws.sagemaker.job_ends = {name: JobEnd("Stopped") for name in CANDIDATES}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sagemaker_jobs, "SUCCEEDED", frozenset({"Completed", "Stopped"}))
        workflow.run()

    aws.reset()
    aws.sagemaker.job_ends = {"alpha": JobEnd("Completed", barren=True)}
    aws.faults = [Fault.raising("list_training_jobs_for_hyper_parameter_tuning_job", DENIED, "beta")]
    workflow.run(TUNED)

    aws.reset()
    aws.sagemaker.job_ends = {"final": JobEnd("Failed", MISHAP, times=1)}
    workflow.run(FOLDED)

    aws.reset()
    aws.faults = [
        Fault.raising(each, DENIED, "final") for each in ("create_training_job", "ReleaseResources")
    ]
    workflow.run(FOLDED)

    aws.reset()
    with pytest.MonkeyPatch.context() as patch:
        put_into_production(workflow, aws, patch)
        workflow.run()

    aws.reset()
    aws.faults = [Fault("RegisterModel", lambda _: {"model_package_arn": None})]
    workflow.run(Promotion="Propose")

    aws.reset()
    aws.turns = [{"turn": "superseded", "superseded_by": "another-run"}]
    workflow.run()

    aws.reset()
    aws.faults = [Fault.raising("create_processing_job", error, times=1) for error in (QUOTA, INVALID)]
    workflow.run()


def causes_of_a_failed_run() -> list[Question]:
    [expression] = expressions_of(WORKFLOW["States"]["Run failed"]["Cause"])
    causes = ["A sentence.", '{"FailureReason": "no rows"}', '{"errorMessage": "no"}', '{"Status": "x"}']
    jobs = [{}, {"FailureReason": "ClientError: no"}, {"FailureReason": "AlgorithmError: no"}]
    described = {"ProcessingJobName": "prepare", "ProcessingJobStatus": "Failed"}
    causes += [json.dumps({**described, **job}) for job in jobs]
    inputs: list[dict[str, str]] = [{}, *({"Cause": cause} for cause in causes)]
    return [(expression, {"states": {"input": each}}) for each in inputs]


def local_answer(question: Question) -> dict[str, Any]:
    try:
        return {"value": jsonata_engine.evaluate(*question)}
    except jsonata_engine.QueryError:
        return {}


def comparable(answer: Mapping[str, Any]) -> str:
    """As JSON, where 1 is not 1.0. What is undefined or an error fails a state alike."""
    return json.dumps({"value": answer["value"]} if "value" in answer else {}, sort_keys=True)


def test_both_evaluate_alike(workflow: Workflow, aws: ScriptedAws, asked: list[Question]) -> None:
    runs_through_every_expression(workflow, aws)

    assert set(expressions_of(json.loads(definition()))) <= {expression.strip() for expression, _ in asked}
    questions = [
        (expression.replace("$millis()", NOW).replace("$random()", "0.5"), bindings)
        for expression, bindings in [*asked, *causes_of_a_failed_run()]
    ]
    answers = zip(questions, jsonata_reference.evaluate(questions), strict=True)
    for question, answer in answers:
        assert comparable(local_answer(question)) == comparable(answer), question


def test_the_reference_tells_a_value_from_nothing_and_from_an_error() -> None:
    value, nothing, error = jsonata_reference.evaluate(
        [("$x + 1", {"x": 1}), ("$missing", {}), ("$number('x')", {})]
    )

    assert (value, nothing) == ({"value": 2}, {})
    assert "number" in error["error"]
