"""CloudWatch alarms and dashboards, neither of which moto 5.2.5 makes as a template says."""

from __future__ import annotations

from local_aws.services.cloudformation.resource import CreatedResource, Request, ResourceType
from local_aws.services.cloudformation.shapes import call
from local_aws.services.cloudformation.text import names

_ALARM = names(
    "ActionsEnabled AlarmActions AlarmDescription ComparisonOperator DatapointsToAlarm Dimensions "
    "EvaluationPeriods EvaluateLowSampleCountPercentile ExtendedStatistic InsufficientDataActions MetricName "
    "Metrics Namespace OKActions Period Statistic Threshold ThresholdMetricId TreatMissingData Unit"
)


def _put_alarm(request: Request, made: CreatedResource | None = None) -> CreatedResource:
    name = made.physical_id if made else request.name("AlarmName", 255)
    client = request.client("cloudwatch")
    call(client, "put_metric_alarm", AlarmName=name, Tags=request.tag_list, **request.subset(*_ALARM))
    where = request.identity
    return made or CreatedResource(
        name, {"Arn": f"arn:aws:cloudwatch:{where.region}:{where.account_id}:alarm:{name}"}
    )


def _delete_alarm(request: Request, made: CreatedResource) -> None:
    request.client("cloudwatch").delete_alarms(AlarmNames=[made.physical_id])


def _put_dashboard(request: Request, made: CreatedResource | None = None) -> CreatedResource:
    name = made.physical_id if made else request.name("DashboardName", 255)
    request.client("cloudwatch").put_dashboard(
        DashboardName=name, DashboardBody=str(request.properties["DashboardBody"])
    )
    return made or CreatedResource(name)


def _delete_dashboard(request: Request, made: CreatedResource) -> None:
    client = request.client("cloudwatch")
    try:
        client.delete_dashboards(DashboardNames=[made.physical_id])
    except client.exceptions.DashboardNotFoundError:
        return


ALARM = ResourceType(
    "AWS::CloudWatch::Alarm",
    _put_alarm,
    _delete_alarm,
    _put_alarm,
    properties=_ALARM | names("AlarmName Tags"),
    required=names("ComparisonOperator EvaluationPeriods"),
    fixed=names("AlarmName"),
    attributes=names("Arn"),
    name_property="AlarmName",
)
DASHBOARD = ResourceType(
    "AWS::CloudWatch::Dashboard",
    _put_dashboard,
    _delete_dashboard,
    _put_dashboard,
    properties=names("DashboardName DashboardBody"),
    required=names("DashboardBody"),
    fixed=names("DashboardName"),
    name_property="DashboardName",
)
