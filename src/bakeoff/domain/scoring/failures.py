"""A failed candidate, told in a person's words."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bakeoff.domain.messages import sentence
from bakeoff.domain.run.causes import TIMEOUT, explanation
from bakeoff.domain.run.documents import CandidateName
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.scoring.results import failed_result

_SILENT = 'ErrorMessage ""'
_LOGS = "/aws/sagemaker/TrainingJobs"
_TUNING_JOB = re.compile(r'"HyperParameterTuningJobName"\s*:\s*"([A-Za-z0-9-]+)"')
_JOB = re.compile(r'"TrainingJobName"\s*:\s*"([A-Za-z0-9-]+)"')


def record_failure(
    run: WritableRunFiles, candidate: CandidateName, failure: Mapping[str, str], fold: int | None = None
) -> dict[str, str]:
    """Store the result of a failed candidate, or of one of its folds; `failure` holds `step`, `error` and
    `cause`.
    """
    error = explain(failure["error"], failure["cause"], failure["step"])
    run.write_result(failed_result(candidate, error), fold)
    return {"name": candidate["name"], "status": "failed"}


def explain(error: str, cause: str, step: str) -> str:
    """One readable text of what Step Functions caught: `error` is its name, `cause` its text or JSON."""
    # The cause of a timeout does not say why it took so long.
    reason = explanation(error, "" if error == TIMEOUT else cause)
    return sentence(f"{step}: {reason}{_where_it_says_more(reason, cause)}")


def _where_it_says_more(reason: str, cause: str) -> str:
    """A container in script mode may keep to itself what the program said, but in the log."""
    if tuning := _TUNING_JOB.search(cause):
        where = f"in the log group {_LOGS}, in the streams that begin with {tuning[1]}"
        return f" What its training jobs said is {where}."
    job = _JOB.search(cause)
    if job is None or _SILENT not in reason:
        return ""
    return f" What the program said is in the log group {_LOGS}, in the stream that begins with {job[1]}."
