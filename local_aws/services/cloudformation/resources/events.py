"""EventBridge rules and schedules.

moto 5.2.5 drops details of a rule's targets and does not know schedules in templates.
"""

from __future__ import annotations

from typing import Any

from local_aws.services.cloudformation.resource import CreatedResource, Request, ResourceType
from local_aws.services.cloudformation.shapes import call, json_text
from local_aws.services.cloudformation.text import names

_RULE = names("Description EventBusName RoleArn ScheduleExpression State")
_SCHEDULE = names(
    "Description EndDate FlexibleTimeWindow GroupName KmsKeyArn ScheduleExpression "
    "ScheduleExpressionTimezone StartDate State Target"
)


def _put_rule(request: Request, made: CreatedResource | None = None) -> CreatedResource:
    client = request.client("events")
    name = made.physical_id if made else request.name("Name")
    given: dict[str, Any] = request.subset(*_RULE)
    if "EventPattern" in request.properties:
        given["EventPattern"] = json_text(request.properties["EventPattern"])
    arn = call(client, "put_rule", Name=name, **given)["RuleArn"]
    _set_targets(request, name)
    return CreatedResource(name, {"Arn": arn})


def _set_targets(request: Request, rule: str) -> None:
    client, bus = request.client("events"), request.subset("EventBusName")
    wanted = request.properties.get("Targets", [])
    gone = {item["Id"] for item in request.previous.get("Targets", [])} - {item["Id"] for item in wanted}
    if gone:
        client.remove_targets(Rule=rule, Ids=sorted(gone), **bus)
    if wanted:
        call(client, "put_targets", Rule=rule, Targets=wanted, **bus)


def _delete_rule(request: Request, made: CreatedResource) -> None:
    client, bus = request.client("events"), request.subset("EventBusName")
    ids = [item["Id"] for item in request.properties.get("Targets", [])]
    try:
        if ids:
            client.remove_targets(Rule=made.physical_id, Ids=ids, **bus)
        client.delete_rule(Name=made.physical_id, **bus)
    except client.exceptions.ResourceNotFoundException:
        return


def _create_schedule(request: Request) -> CreatedResource:
    name = request.name("Name")
    created = call(request.client("scheduler"), "create_schedule", Name=name, **request.subset(*_SCHEDULE))
    return CreatedResource(name, {"Arn": created["ScheduleArn"]})


def _update_schedule(request: Request, made: CreatedResource) -> CreatedResource:
    call(request.client("scheduler"), "update_schedule", Name=made.physical_id, **request.subset(*_SCHEDULE))
    return made


def _delete_schedule(request: Request, made: CreatedResource) -> None:
    client = request.client("scheduler")
    try:
        client.delete_schedule(Name=made.physical_id, **request.subset("GroupName"))
    except client.exceptions.ResourceNotFoundException:
        return


RULE = ResourceType(
    "AWS::Events::Rule",
    _put_rule,
    _delete_rule,
    _put_rule,
    properties=_RULE | names("Name EventPattern Targets"),
    fixed=names("Name EventBusName"),
    attributes=names("Arn"),
    name_property="Name",
)
SCHEDULE = ResourceType(
    "AWS::Scheduler::Schedule",
    _create_schedule,
    _delete_schedule,
    _update_schedule,
    properties=_SCHEDULE | {"Name"},
    required=names("FlexibleTimeWindow ScheduleExpression Target"),
    fixed=names("Name GroupName"),
    attributes=names("Arn"),
    name_property="Name",
)
