"""Names of runs and of what a run makes in SageMaker."""

from __future__ import annotations

import hashlib
import re
import string

from bakeoff.domain.errors import InvalidRunId
from bakeoff.domain.messages import excerpt

MAX_EXECUTION_NAME = 80
MAX_RESOURCE_NAME = 63
MAX_CANDIDATE_NAME = 24
RESOURCE_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
# What Step Functions recommends, without what leads out of a folder or reads as an option or a formula.
RUN_ID = re.compile(r"[0-9A-Za-z_][0-9A-Za-z_.-]{0,79}")
_SLUG_CHARACTERS = 40
_ATTEMPT_CHARACTERS = len("-99-999-9")
MAX_TUNING_NAME = 32
_TUNING_ATTEMPT_CHARACTERS = 3


def run_id_of(bucket: str, key: str, revision: str) -> str:
    """The run that an uploaded object starts; the same object revision always gives the same run.

    `revision` is the version id, or the sequencer in an unversioned bucket. At most 80 characters of
    `[0-9A-Za-z_-]`, which is what Step Functions takes as an execution name.
    """
    stem = key.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    slug = re.sub(r"[^0-9A-Za-z]+", "-", stem)[:_SLUG_CHARACTERS].strip("-")
    return f"{slug or 'upload'}-{_digest(bucket, key, revision, length=16)}"


def resource_name(prefix: str, run_id: str, role: str) -> str:
    """The name in SageMaker of a run's job or model; `role` is a candidate's name or a step of the run.

    Room is left for `-<redrive>-<attempt>-<retry>`, which the workflow appends to job names because SageMaker
    never takes a job name twice.
    """
    name = f"{resource_prefix_of(prefix, run_id)}{role}"
    if len(name) + _ATTEMPT_CHARACTERS > MAX_RESOURCE_NAME or not RESOURCE_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a SageMaker name of at most {MAX_RESOURCE_NAME} characters")
    return name


def resource_prefix_of(prefix: str, run_id: str) -> str:
    """What the name of everything begins with that a run makes in SageMaker; it tells runs apart."""
    return f"{prefix}-{_digest(run_id, length=10)}-"


def tuning_name(prefix: str, run_id: str, number: int) -> str:
    """What the names of a candidate's tuning jobs begin with: the run's beginning, and the candidate's number
    from 0, because SageMaker grants no more than 32 characters. Three are left to the workflow.
    """
    name = f"{resource_prefix_of(prefix, run_id).removesuffix('-')}{number:02}"
    if len(name) + _TUNING_ATTEMPT_CHARACTERS > MAX_TUNING_NAME:
        raise ValueError(f"{name!r} leaves no room in a tuning job's name of {MAX_TUNING_NAME} characters")
    return name


def unit_resource_name(of_candidate: str, candidate: str, fold: int | None) -> str:
    """The name in SageMaker of what a unit makes, or without a fold of the final model, by its candidate's.

    A long candidate's name is cut there, and told from others that begin alike by a digest.
    """
    role, beginning = "final-" if fold is None else f"f{fold}-", of_candidate.removesuffix(candidate)
    room = MAX_RESOURCE_NAME - _ATTEMPT_CHARACTERS - len(beginning) - len(role)
    if len(candidate) <= room:
        return f"{beginning}{role}{candidate}"
    digest = _digest(candidate, length=8)
    return f"{beginning}{role}{candidate[: room - len(digest) - 1].rstrip('-')}-{digest}"


def unit_tuning_name(of_candidate: str, number: int) -> str:
    """What the names of a unit's tuning jobs begin with, by that of its candidate: the unit's `number` stands
    in place of the candidate's, to base 36 because two characters are all there is room for.
    """
    digits = string.digits + string.ascii_lowercase
    return f"{of_candidate[:-2]}{digits[number // 36]}{digits[number % 36]}"


def run_prefix(run_id: str) -> str:
    """The S3 prefix under which a run keeps everything it makes.

    Raises InvalidRunId for what an execution may be called, but no folder.
    """
    if not isinstance(run_id, str) or not RUN_ID.fullmatch(run_id):
        raise InvalidRunId(
            f"{excerpt(run_id)} cannot name a run: start the execution under a name of 1 to "
            f"{MAX_EXECUTION_NAME} characters of 0-9 A-Z a-z _ - and . that begins with neither - nor a dot."
        )
    return f"runs/{run_id}/"


def _digest(*parts: str, length: int) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:length]
