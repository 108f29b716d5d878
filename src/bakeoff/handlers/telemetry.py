"""Logger and metrics, wired once for every function."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from bakeoff.domain.errors import BakeoffError, InvalidEvent
from bakeoff.domain.messages import redacted, sentence

if TYPE_CHECKING:
    # Every function is instrumented, and only one measures a comparison.
    from bakeoff.report.run_metrics import Measurement

Handler = Callable[[Any, LambdaContext], Any]
Says = Callable[[Any, Any], str]
"""What a function did, in words: of its event and its answer."""


class _Formatter(LambdaPowertoolsFormatter):
    """A traceback tells of errors of other packages, which hide no credentials."""

    def serialize(self, log: Any) -> str:
        return redacted(super().serialize(log))


# Service and namespace come from POWERTOOLS_* in template.yaml.
# The detail-type of EventBridge's events.
EXECUTION_ENDED = "Step Functions Execution Status Change"
SCHEDULED = "Scheduled Event"
logger = Logger(logger_formatter=_Formatter())


def instrumented(says: Says) -> Callable[[Handler], Handler]:
    """A handler whose log lines carry the request and the run, and which tells once how it ended: what it
    did, as it `says`, or why it failed.
    """

    def decorated(handle: Handler) -> Handler:
        def handle_logged(event: Any, context: LambdaContext) -> Any:
            run_id = event.get("run_id") if isinstance(event, dict) else None
            if run_id:
                logger.append_keys(run_id=run_id)
            try:
                answer = handle(event, context)
            except BakeoffError as err:
                # Lambda reports the class name to the workflow; the log keeps the sentence and its origin.
                logger.exception(str(err))
                raise
            logger.info(sentence(says(event, answer)))
            return answer

        return logger.inject_lambda_context(clear_state=True)(handle_logged)

    return decorated


def emit(measurements: Iterable[Measurement]) -> None:
    """Metrics in the log, from which CloudWatch reads them: a document for each candidate, and one for the
    run as a whole.
    """
    for candidate, group in groupby(measurements, lambda measurement: measurement.candidate):
        document = EphemeralMetrics()
        if candidate is not None:
            document.add_dimension(name="Candidate", value=candidate)
        for each in group:
            document.add_metric(name=each.name, unit=MetricUnit(each.unit), value=each.value)
        document.flush_metrics()


def counted(count: int, noun: str) -> str:
    """Such as "1 input" and "2 inputs"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


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
