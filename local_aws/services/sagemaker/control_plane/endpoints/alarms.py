"""The alarms that guard an update: watched in the name of the models' role.

Source: "Auto-Rollback Configuration and Monitoring" in the guide: the execution role needs
cloudwatch:DescribeAlarms on them. moto 5.2.5 never evaluates an alarm: SetAlarmState changes it.
The sentences of refusals and FailureReasons are our own: AWS documents none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.sagemaker.exceptions import ValidationError

from local_aws.services.iam import allowed
from local_aws.services.sagemaker.control_plane.actions import Call


class AlarmTripped(Exception):
    """The update is rolled back; the text is the FailureReason."""


@dataclass(frozen=True)
class Guard:
    """The alarms of an AutoRollbackConfiguration."""

    account_id: str
    region: str
    names: tuple[str, ...] = ()

    def require_visible(self, role_arns: Iterable[str]) -> None:
        """Raise ValidationError for an alarm that is missing or that one of the roles may not describe."""
        roles = sorted(set(role_arns))
        for name in self.names:
            arn = f"arn:aws:cloudwatch:{self.region}:{self.account_id}:alarm:{name}"
            if name not in self._alarms:
                raise ValidationError(message=f'Could not find CloudWatch alarm "{arn}".')
            for role in roles:
                if not allowed(role, "cloudwatch:DescribeAlarms", arn):
                    raise ValidationError(
                        message=f"Access denied: the role {role} is not allowed to do "
                        f"cloudwatch:DescribeAlarms on {arn}."
                    )

    def check(self) -> None:
        """Raise AlarmTripped when an alarm is in ALARM, or can't be seen any more."""
        for name in self.names:
            alarm = self._alarms.get(name)
            if alarm is None:
                raise AlarmTripped(
                    f"The CloudWatch alarm {name} of the auto-rollback does not exist any more."
                )
            if alarm.state_value == "ALARM":
                raise AlarmTripped(f"The CloudWatch alarm {name} went into the ALARM state.")

    @property
    def _alarms(self) -> Mapping[str, Any]:
        alarms: Mapping[str, Any] = cloudwatch_backends[self.account_id][self.region].alarms
        return alarms


def guard_of(call: Call, config: Mapping[str, Any]) -> Guard:
    """The guard of a DeploymentConfig, which may have no alarms."""
    alarms = config.get("AutoRollbackConfiguration", {}).get("Alarms", [])
    names = tuple(each["AlarmName"] for each in alarms if "AlarmName" in each)
    return Guard(call.backend.account_id, call.backend.region_name, names)
