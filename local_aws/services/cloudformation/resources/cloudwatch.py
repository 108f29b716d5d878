"""CloudWatch alarms and dashboards, neither of which moto 5.2.5 makes as a template says."""

from __future__ import annotations

from local_aws.services.cloudformation.resource import Made, Request, ResourceType
from local_aws.services.cloudformation.shapes import call
from local_aws.services.cloudformation.text import words

_ALARM = words(
    "ActionsEnabled AlarmActions AlarmDescription ComparisonOperator DatapointsToAlarm Dimensions "
    "EvaluationPeriods EvaluateLowSampleCountPercentile ExtendedStatistic InsufficientDataActions MetricName "
    "Metrics Namespace OKActions Period Statistic Threshold ThresholdMetricId TreatMissingData Unit"
)


def _put_alarm(request: Request, made: Made | None = None) -> Made:
    name = made.physical_id if made else request.name("AlarmName", 255)
    client = request.client("cloudwatch")
    call(client, "put_metric_alarm", AlarmName=name, Tags=request.tag_list, **request.subset(*_ALARM))
    where = request.identity
    return made or Made(name, {"Arn": f"arn:aws:cloudwatch:{where.region}:{where.account_id}:alarm:{name}"})


def _delete_alarm(request: Request, made: Made) -> None:
    request.client("cloudwatch").delete_alarms(AlarmNames=[made.physical_id])


def _put_dashboard(request: Request, made: Made | None = None) -> Made:
    name = made.physical_id if made else request.name("DashboardName", 255)
    request.client("cloudwatch").put_dashboard(
        DashboardName=name, DashboardBody=str(request.properties["DashboardBody"])
    )
    return made or Made(name)


def _delete_dashboard(request: Request, made: Made) -> None:
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
    properties=_ALARM | words("AlarmName Tags"),
    required=words("ComparisonOperator EvaluationPeriods"),
    fixed=words("AlarmName"),
    attributes=words("Arn"),
    name_property="AlarmName",
)
DASHBOARD = ResourceType(
    "AWS::CloudWatch::Dashboard",
    _put_dashboard,
    _delete_dashboard,
    _put_dashboard,
    properties=words("DashboardName DashboardBody"),
    required=words("DashboardBody"),
    fixed=words("DashboardName"),
    name_property="DashboardName",
)
