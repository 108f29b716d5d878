"""How requests move to a new fleet, what watches it, and how they come back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local_aws.core.instance import Instance
from local_aws.services import iam
from tests.local_aws.integration.sagemaker.conftest import ORDINARY_ACTIONS, make_role, policy
from tests.local_aws.integration.sagemaker.production import (
    Alarm,
    Production,
    blue_green,
    guarded,
    of,
    rolling,
)
from tests.local_aws.integration.sagemaker.support import Laboratory

HOUR = 3600
Switched = Callable[..., None]


def test_a_canary_gets_its_share_of_the_requests(production: Production, switched: Switched) -> None:
    # Given an update whose canary, one of four instances, is watched for an hour
    old, new = production.describe()["EndpointConfigName"], production.config("new", 4)
    config = blue_green("CANARY", HOUR, HOUR, CanarySize=of(25))
    production.update(new, DeploymentConfig=config)
    described = production.reaches("Baking", "canary")

    # Then exactly a quarter of the requests is its
    assert production.answers(20) == {"old": 15, "new": 5}
    assert (described["EndpointStatus"], described["EndpointConfigName"]) == ("Updating", old)
    [variant] = described["PendingDeploymentSummary"]["ProductionVariants"]
    [status] = variant["VariantStatus"]
    assert status["StatusMessage"] == (
        "Baking for 3600 seconds (WaitIntervalInSeconds) with traffic enabled on canary capacity of "
        "1 instance(s)."
    )
    assert (variant["CurrentInstanceCount"], variant["DesiredInstanceCount"]) == (1, 4)

    # And once that hour is over, all of them are, while the next is waited for
    switched(pace=0)
    described = production.at_rest("Updating")
    assert described["EndpointConfigName"] == new
    assert described["LastDeploymentConfig"] == config
    assert production.answers(5) == {"new": 5}


def test_the_old_fleet_waits_for_its_end(production: Production, switched: Switched) -> None:
    new = production.config("new", 2)
    production.update(new, DeploymentConfig=blue_green(termination=HOUR))

    described = production.reaches(
        "Baking", "(TerminationWaitInSeconds) with traffic enabled on full capacity"
    )

    # All requests are the new fleet's, and the update is not done.
    assert production.answers(5) == {"new": 5}
    assert described["EndpointConfigName"] != new
    switched(pace=0)
    assert production.at_rest("Updating")["EndpointConfigName"] == new


def test_linear_steps_follow_each_other(production: Production, tmp_path: Path, switched: Switched) -> None:
    new = production.config("new", 4)
    production.update(new, DeploymentConfig=blue_green("LINEAR", HOUR, LinearStepSize=of(50)))

    production.reaches("Baking", "canary capacity of 2 instance(s)")
    assert production.answers(10) == {"old": 5, "new": 5}
    switched(pace=0)
    assert production.at_rest("Updating")["EndpointConfigName"] == new


@pytest.mark.parametrize(
    ("config", "stage"),
    [
        (blue_green("CANARY", HOUR, HOUR, CanarySize=of(50)), "canary"),
        (blue_green("LINEAR", HOUR, LinearStepSize=of(50)), "canary"),
        (blue_green(termination=HOUR), "full"),
        (rolling(50, HOUR), "canary"),
    ],
)
def test_an_alarm_while_baking_brings_the_requests_back(
    production: Production, alarm: Alarm, config: dict[str, Any], stage: str
) -> None:
    alarm.enters("OK")
    old = production.describe()["EndpointConfigName"]
    with production.traffic():
        production.update(production.config("new", 2), DeploymentConfig=guarded(config, alarm.name))
        production.reaches("Baking", stage)

        alarm.enters("ALARM")
        described = production.at_rest("Updating")

    assert (described["EndpointStatus"], described["EndpointConfigName"]) == ("InService", old)
    assert described["FailureReason"] == f"The CloudWatch alarm {alarm.name} went into the ALARM state."
    assert production.answers(5) == {"old": 5}
    # And the next update works.
    alarm.enters("OK")
    new = production.config("newer", 2)
    assert (
        production.updated(new, DeploymentConfig=guarded(blue_green(), alarm.name))["EndpointConfigName"]
        == new
    )


def test_without_data_an_alarm_is_no_reason(production: Production, alarm: Alarm) -> None:
    new = production.config("new", 2)

    described = production.updated(new, DeploymentConfig=guarded(blue_green(), alarm.name))

    assert described["EndpointConfigName"] == new


def test_an_alarm_that_rings_from_the_start_is_heard(production: Production, alarm: Alarm) -> None:
    alarm.enters("ALARM")

    described = production.updated(
        production.config("new", 2), DeploymentConfig=guarded(blue_green(), alarm.name)
    )

    assert "went into the ALARM state" in described["FailureReason"]


def test_an_alarm_that_goes_away_guards_nothing(production: Production, alarm: Alarm) -> None:
    config = guarded(blue_green(termination=HOUR), alarm.name)
    production.update(production.config("new", 2), DeploymentConfig=config)
    production.reaches("Baking")

    alarm.is_deleted()

    assert "does not exist any more" in production.at_rest("Updating")["FailureReason"]


def test_a_silent_rollback_after_an_alarm_has_no_reason(
    production: Production, alarm: Alarm, switched: Switched
) -> None:
    switched(silent_rollbacks=True)
    alarm.enters("ALARM")
    old = production.describe()["EndpointConfigName"]

    described = production.updated(
        production.config("new", 2), DeploymentConfig=guarded(blue_green(), alarm.name)
    )

    assert (described["EndpointStatus"], described["EndpointConfigName"]) == ("InService", old)
    assert "FailureReason" not in described


def test_a_rolling_update_whose_rollback_fails_serves_a_mix(
    production: Production, alarm: Alarm, switched: Switched
) -> None:
    switched(failing_rollbacks=True)
    config = guarded(rolling(50, HOUR), alarm.name)
    production.update(production.config("new", 2), DeploymentConfig=config)
    production.reaches("Baking", "canary")

    alarm.enters("ALARM")

    assert production.at_rest("Updating")["EndpointStatus"] == "UpdateRollbackFailed"
    assert production.answers(10) == {"old": 5, "new": 5}
    # Another update gets the endpoint out of this, and again no request fails.
    better = production.config("better", 2)
    with production.traffic():
        described = production.updated(better)
    assert (described["EndpointStatus"], described["EndpointConfigName"]) == ("InService", better)
    assert production.answers(5) == {"better": 5}


def test_the_last_deployment_config_is_used_again_when_asked_for(production: Production) -> None:
    config = blue_green("CANARY", 0, CanarySize=of(50))
    production.updated(production.config("new", 2), DeploymentConfig=config)

    again = production.updated(production.config("newer", 2), RetainDeploymentConfig=True)
    assert again["LastDeploymentConfig"] == config
    assert "LastDeploymentConfig" not in production.updated(production.config("newest", 2))


def test_a_creation_keeps_its_deployment_config_for_updates(production: Production) -> None:
    other, config = Production(production.lab), blue_green("CANARY", 0, CanarySize=of(50))
    production.lab.sagemaker.create_endpoint(
        EndpointName=other.name, EndpointConfigName=other.config("old", 2), DeploymentConfig=config
    )

    assert other.at_rest("Creating")["LastDeploymentConfig"] == config
    other.delete()


def refusal(production: Production, count: int, config: dict[str, Any]) -> str:
    with pytest.raises(ClientError) as error:
        production.update(production.config("new", count), DeploymentConfig=config)
    assert error.value.response["Error"]["Code"] == "ValidationException"
    assert production.describe()["EndpointStatus"] == "InService"
    return str(error.value.response["Error"]["Message"])


def test_a_canary_needs_two_instances(production: Production) -> None:
    config = blue_green("CANARY", CanarySize=of(10))

    assert "50% of the variant's total instance count" in refusal(production, 1, config)


def test_the_alarms_must_exist(production: Production) -> None:
    message = refusal(production, 2, guarded(blue_green(), "nobody"))

    assert message == (
        'Could not find CloudWatch alarm "arn:aws:cloudwatch:us-east-1:123456789012:alarm:nobody".'
    )


def test_the_models_role_must_be_allowed_to_see_the_alarms(
    instance: Instance, scripted: None, alarm: Alarm
) -> None:
    actions = [action for action in ORDINARY_ACTIONS if action != "cloudwatch:*"]
    role = make_role(instance, f"blind-{alarm.name}", actions)
    production = Production(Laboratory(instance, role))
    production.create(production.config("old", 2))

    with iam.recording() as answered:
        message = refusal(production, 2, guarded(blue_green(), alarm.name))

    arn = f"arn:aws:cloudwatch:us-east-1:123456789012:alarm:{alarm.name}"
    assert message == (
        f"Access denied: the role {role} is not allowed to do cloudwatch:DescribeAlarms on {arn}."
    )
    asked = [(each.question.request.action, each.question.request.resource) for each in answered]
    assert ("cloudwatch:DescribeAlarms", arn) in asked
    production.delete()


def test_the_models_role_must_be_allowed_to_see_every_alarm(
    instance: Instance, scripted: None, alarm: Alarm
) -> None:
    actions = [action for action in ORDINARY_ACTIONS if action != "cloudwatch:*"]
    role, arn = f"one-eyed-{alarm.name}", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:"
    production = Production(Laboratory(instance, make_role(instance, role, actions)))
    seeing = {"Effect": "Allow", "Action": "cloudwatch:DescribeAlarms", "Resource": f"{arn}{alarm.name}"}
    instance.client("iam").put_role_policy(RoleName=role, PolicyName="see", PolicyDocument=policy(seeing))
    production.create(production.config("old", 2))

    other = Alarm(instance)
    message = refusal(production, 2, guarded(blue_green(), alarm.name, other.name))

    assert f"not allowed to do cloudwatch:DescribeAlarms on {arn}{other.name}" in message
    production.delete()
