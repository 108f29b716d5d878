"""Logger, tracer and metrics, wired once for every function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.domain.errors import BakeoffError, InvalidEvent
from bakeoff.domain.measurements import Measurement
from bakeoff.domain.sentences import redacted

Handler = Callable[[Any, LambdaContext], Any]


class _Formatter(LambdaPowertoolsFormatter):
    """A traceback tells of errors of other packages, which hide no credentials."""

    def serialize(self, log: Any) -> str:
        return redacted(super().serialize(log))


# Service and namespace come from POWERTOOLS_* in template.yaml.
logger = Logger(logger_formatter=_Formatter())
tracer = Tracer()
metrics = Metrics()


def instrumented(handle: Handler) -> Handler:
    """A handler whose log lines carry the request and the run, whose call is traced, whose failure is
    logged once.
    """

    def handle_logged(event: Any, context: LambdaContext) -> Any:
        run_id = event.get("run_id") if isinstance(event, dict) else None
        if run_id:
            logger.append_keys(run_id=run_id)
        try:
            return handle(event, context)
        except BakeoffError as err:
            # Lambda reports the class name to the workflow; the log keeps the sentence and its origin.
            logger.exception(str(err))
            raise

    # A trace is no place for replies: check_datasets answers with hyperparameters.
    traced = tracer.capture_lambda_handler(handle_logged, capture_response=False)
    return logger.inject_lambda_context(clear_state=True)(traced)


def emit(measurement: Measurement) -> None:
    # One record a measurement: the candidates are different values of one dimension.
    unit = MetricUnit(measurement.unit)
    with single_metric(name=measurement.name, unit=unit, value=measurement.value) as metric:
        metric.add_dimension(name="service", value=str(metrics.service))
        if measurement.candidate is not None:
            metric.add_dimension(name="Candidate", value=measurement.candidate)


def field(event: Any, name: str, *required: str) -> Any:
    """A field of the workflow's payload, itself an object with the `required` fields if any are given.

    Raises InvalidEvent, naming the first field that is missing.
    """
    try:
        value = event[name]
    except (LookupError, TypeError) as err:
        raise InvalidEvent(
            f"The payload has no field {name!r}: see events/ for what the function expects."
        ) from err
    for inner in required:
        field(value, inner)
    return value
