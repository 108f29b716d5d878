from __future__ import annotations

import pytest

from bakeoff_cli.smoke.assumptions import ASSUMPTIONS
from bakeoff_cli.smoke.findings import Answer, Findings

SAID = {
    "spot": 'The field "EnableManagedSpotTraining" is not supported by Step Functions',
    "isolation": 'The field "EnableInterContainerTrafficEncryption" is not supported by Step Functions',
    "template": "Transform AWS::LanguageExtensions failed with: Fn::Select cannot select nonexistent value",
    "trust-workflow": "Neither the global service principal states.amazonaws.com, nor the regional one is "
    "authorized to assume the provided role.",
    "candidates": "role/x is not authorized to perform: states:StartExecution on resource: bakeoff",
    "units": "States.ItemReaderFailed: Access Denied (Service: S3, Status Code: 403)",
    "trust-jobs": "Could not assume role arn:aws:iam::1:role/x. Please ensure that the role exists",
    "training-images": "Requested image 1.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.2-0 not found.",
    "spark-image": "Requested image 1.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-spark-processing not found.",
    "subnets": "User is not authorized to perform: ec2:CreateNetworkInterface",
    "job-fields": "States.QueryEvaluationError: The JSONata expression '$x' returned nothing (undefined).",
    "containers": "AlgorithmError: ClientError: No training data processed. The mini-batch is too large",
    "key": "User is not authorized to perform: kms:CreateGrant",
    "spark": 'java.io.IOException: No FileSystem for scheme "s3"',
}


def test_every_key_is_there_once() -> None:
    keys = [each.key for each in ASSUMPTIONS]
    assert len(set(keys)) == len(keys)
    assert [each.assumption for each in Findings()] == list(ASSUMPTIONS)


def test_nothing_is_settled_unless_it_was_seen() -> None:
    assert {each.verdict for each in Findings()} == {Answer.NOT_SEEN}


def test_what_was_refuted_once_is_not_confirmed_by_another_try() -> None:
    findings = Findings()
    findings.settle("spot", False, "refused")
    findings.settle("spot", True, "taken")
    assert (findings["spot"].verdict, findings["spot"].evidence) == (Answer.NO, ["refused", "taken"])
    assert findings.refuted == [findings["spot"]]


@pytest.mark.parametrize("key", SAID)
def test_what_aws_says_refutes_what_it_is_about(key: str) -> None:
    findings = Findings()
    findings.refute_by(SAID[key], "Compare")
    assert findings[key].verdict is Answer.NO
    assert findings[key].evidence[0].startswith("Compare: ")


def test_other_words_refute_nothing() -> None:
    findings = Findings()
    findings.refute_by("Stack bakeoff-smoke is in ROLLBACK_COMPLETE", "Deploy")
    assert findings.refuted == []
