"""moto's Step Functions interpreter, mended until a JSONata workflow runs as it does in AWS."""

from __future__ import annotations

import logging
from functools import cache

from local_aws.mends.stepfunctions import (
    api,
    aws_sdk_tasks,
    choice,
    clients,
    cloudformation,
    context,
    execution_logs,
    execution_worker,
    executions,
    failures,
    jsonata_strings,
    lambda_tasks,
    map_state,
    parsing,
    quotas,
    redrive,
    retries,
    sagemaker_tasks,
    service_tasks,
    state_machines,
    threads,
    validation,
    variables,
    waiting,
)

# The order matters only where two mends wrap one method: the last one is the outermost.
_MENDS = (
    parsing,
    jsonata_strings,
    context,
    threads,
    variables,
    failures,
    choice,
    map_state,
    waiting,
    retries,
    service_tasks,
    quotas,
    clients,
    sagemaker_tasks,
    aws_sdk_tasks,
    lambda_tasks,
    execution_logs,
    execution_worker,
    executions,
    redrive,
    state_machines,
    validation,
    api,
    cloudformation,
)


@cache
def apply() -> None:
    """Mend moto's classes, once for the process."""
    # moto logs every failing state as an error, once a level; the execution's history tells the same in
    # order.
    logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)
    for mend in _MENDS:
        mend.apply()
