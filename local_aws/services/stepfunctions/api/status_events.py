"""Each change of an execution's status as an event on the default bus; moto 5.2.5 sends none.

Sources: "Automating Step Functions event delivery with EventBridge" and, on what a customer's key leaves out,
"Data at rest encryption in Step Functions".
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from moto.events.models import events_backends

from local_aws.core.instance import current_instance
from local_aws.services.stepfunctions import encryption
from local_aws.services.stepfunctions.json_values import epoch_milliseconds

DETAIL_TYPE = "Step Functions Execution Status Change"
_MAX_BYTES = 248 * 1024


def announce(execution: Any) -> None:
    """Put the event of the status that `execution` has now; rules deliver it in the background."""
    entry = {
        "Source": "aws.states",
        "DetailType": DETAIL_TYPE,
        "Resources": [execution.exec_arn],
        "Detail": json.dumps(detail_of(execution)),
    }
    backend = events_backends[execution.account_id][execution.region_name]
    current_instance().background(backend.put_events, [entry])


def detail_of(execution: Any) -> dict[str, Any]:
    """`detail` of the event: times in milliseconds, input and output as strings of JSON."""
    is_open = not encryption.is_customers(execution.encryption)
    detail_input, detail_output = (
        _fitting(execution.execution_input, execution.output) if is_open else (None, None)
    )
    return {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine_arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": epoch_milliseconds(execution.start_date),
        "stopDate": _milliseconds(execution.stop_date),
        "input": detail_input,
        "output": detail_output,
        "inputDetails": {"included": detail_input is not None},
        "outputDetails": None if execution.output is None else {"included": detail_output is not None},
        "error": execution.error if is_open else None,
        "cause": execution.cause if is_open else None,
        "stateMachineVersionArn": None,
        "stateMachineAliasArn": None,
        "redriveCount": len(execution.redrives),
        "redriveDate": _milliseconds(execution.redrives[-1] if execution.redrives else None),
    }


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else epoch_milliseconds(moment)


def _fitting(text_input: str, text_output: str | None) -> tuple[str | None, str | None]:
    output_bytes = 0 if text_output is None else len(json.dumps(text_output))
    input_fits = len(json.dumps(text_input)) + output_bytes <= _MAX_BYTES
    return text_input if input_fits else None, text_output if output_bytes <= _MAX_BYTES else None
