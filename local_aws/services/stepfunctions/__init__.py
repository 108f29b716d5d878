"""moto's Step Functions interpreter, patched until a JSONata workflow runs as it does in AWS."""

from __future__ import annotations

import logging
from functools import cache

from local_aws.services.stepfunctions import validation
from local_aws.services.stepfunctions.api import (
    answers,
    distributed_map,
    executions,
    item_reader,
    map_run_answers,
    redrive,
    state_machines,
)
from local_aws.services.stepfunctions.interpreter import (
    choice,
    context,
    execution_logs,
    execution_worker,
    failures,
    map_state,
    parsing,
    quotas,
    recording,
    retries,
    threads,
    variables,
    waiting,
)
from local_aws.services.stepfunctions.jsonata import strings as jsonata_strings
from local_aws.services.stepfunctions.tasks import (
    aws_sdk_tasks,
    clients,
    lambda_tasks,
    sagemaker_tasks,
    service_tasks,
)

# The order matters only where two patches wrap one method: the last one is the outermost.
_PATCHES = (
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
    recording,
    redrive,
    state_machines,
    validation,
    answers,
    item_reader,
    distributed_map,
    map_run_answers,
)


@cache
def apply() -> None:
    """Patch moto's classes, once for the process."""
    # moto logs every failing state as an error, once a level; the execution's history tells the same in
    # order.
    logging.getLogger("moto.stepfunctions").setLevel(logging.CRITICAL)
    for patch in _PATCHES:
        patch.apply()
