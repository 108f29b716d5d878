"""RedriveExecution, which moto 5.2.5 lacks: an execution goes on at the states that it entered, never left.

The definition, the ARN, the history, the variables and whatever had succeeded stay; of a Map or a Parallel
only the iterations and branches that had not succeeded run again. Retries and timeouts begin anew.
Sources: the API reference of RedriveExecution; "Restarting state machine executions with redrive" in the
developer guide.
"""

from __future__ import annotations

from local_aws.services.stepfunctions.redrive import api, recording


def apply() -> None:
    recording.apply()
    api.apply()
