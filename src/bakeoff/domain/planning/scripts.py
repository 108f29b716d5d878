"""Script entries: a folder of code, packed into the run's files, that an image runs in script mode.

What SageMaker's containers for script mode read, of https://github.com/aws/sagemaker-training-toolkit and
https://github.com/aws/sagemaker-scikit-learn-container: docs/adr/0038-script-entries.md says what follows.
"""

from __future__ import annotations

import difflib
import gzip
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bakeoff.domain.errors import InvalidAlgorithms
from bakeoff.domain.messages import excerpt
from bakeoff.domain.planning.algorithms import Entry
from bakeoff.domain.run.files import code_of
from bakeoff.domain.statistics.registry import TaskKind

DEFAULT_PROGRAM = "train.py"
REQUIREMENTS = "requirements.txt"
# What a script says of hyperparameters that have few values: {name: [values]}, or {name: {task: [values]}}.
CHOICES = "choices.json"
ARCHIVE = "sourcedir.tar.gz"
MAX_ARCHIVE_BYTES = 5 * 1024**2
# The channel of the code: SageMaker fetches channels from outside of a container that has no network.
CHANNEL = "code"
_CODE_OF_THE_MODEL = "/opt/ml/model/code"


@dataclass(frozen=True)
class Script:
    """A folder's files by their paths in the archive."""

    files: Mapping[str, bytes]

    @cached_property
    def archive(self) -> bytes:
        """The files as tar.gz, the same bytes for the same files."""
        packed = io.BytesIO()
        with (
            gzip.GzipFile(fileobj=packed, mode="wb", filename="", mtime=0) as compressed,
            tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as tar,
        ):
            for path, content in sorted(self.files.items()):
                member = tarfile.TarInfo(path)
                member.size, member.mode = len(content), 0o644
                tar.addfile(member, io.BytesIO(content))
        return packed.getvalue()

    def choices(self, task: TaskKind) -> dict[str, list[str]]:
        """The values that a hyperparameter may have in a task."""
        found: dict[str, Any] = json.loads(self.files.get(CHOICES, b"{}"))
        return {name: each[task] if isinstance(each, dict) else each for name, each in found.items()}


def scripts_in_use(
    entries: Sequence[Entry], known: Mapping[str, Script], *, isolated: bool
) -> dict[str, Script]:
    """The scripts that the entries name, by their folders; `isolated` containers reach no network.

    Raises InvalidAlgorithms for what cannot run.
    """
    for entry in entries:
        _refuse_metrics_of_others(entry)
        if "script" in entry:
            _check(entry, _named(entry, known), isolated)
    return {entry["script"]: known[entry["script"]] for entry in entries if "script" in entry}


def refuse_other_choices(entries: Sequence[Entry], known: Mapping[str, Script], *tasks: TaskKind) -> None:
    """Raises InvalidAlgorithms for a hyperparameter with a value that its script has in none of the `tasks`
    that there may be: under classes, in a section of any number of them.
    """
    for entry in (entry for entry in entries if "script" in entry):
        refusals = [
            _refusal_of_choices(entry, sections, known[entry["script"]], task)
            for task in tasks
            if (sections := _sections(entry, task))
        ]
        if all(refusals) and (first := next(iter(refusals), None)):
            raise InvalidAlgorithms(first)


def script_hyperparameters(entry: Entry) -> dict[str, str]:
    """What tells a container in script mode what to run; nothing for other entries."""
    if "script" not in entry:
        return {}
    return {
        "sagemaker_program": program_of(entry),
        "sagemaker_submit_directory": f"/opt/ml/input/data/{CHANNEL}/{ARCHIVE}",
    }


def script_environment(entry: Entry) -> dict[str, str]:
    """What an endpoint needs to find the code, which training leaves in the model."""
    if "script" not in entry:
        return {}
    return {
        "SAGEMAKER_PROGRAM": program_of(entry),
        "SAGEMAKER_SUBMIT_DIRECTORY": _CODE_OF_THE_MODEL,
        # With it the container imports the program from there; without it, pip would install the folder.
        "PYTHONPATH": _CODE_OF_THE_MODEL,
    }


def script_channels(entry: Entry) -> dict[str, str]:
    """Channels besides the data's, with the run's files that they hold."""
    return {CHANNEL: code_of(entry["script"])} if "script" in entry else {}


def program_of(entry: Entry) -> str:
    return str(entry.get("program", DEFAULT_PROGRAM))


def _refuse_metrics_of_others(entry: Entry) -> None:
    if "metrics" in entry and not {"script", "image_uri"} & entry.keys():
        raise InvalidAlgorithms(
            f"Algorithm {entry['name']!r}: SageMaker's own algorithms have metrics of their own and take no "
            "others: leave metrics out."
        )


def _named(entry: Entry, known: Mapping[str, Script]) -> Script:
    try:
        return known[entry["script"]]
    except KeyError:
        raise InvalidAlgorithms(
            f"Algorithm {entry['name']!r}: there is no script {excerpt(entry['script'])}: use one of "
            f"{', '.join(sorted(known))}, or add a folder of that name to src/bakeoff/scripts."
        ) from None


def _check(entry: Entry, script: Script, isolated: bool) -> None:
    name, folder, program = entry["name"], f"src/bakeoff/scripts/{entry['script']}", program_of(entry)
    if program not in script.files:
        raise InvalidAlgorithms(
            f"Algorithm {name!r}: {folder} has no {program}: add it, or name the file to run as program."
        )
    if CHANNEL in entry["channels"]:
        raise InvalidAlgorithms(
            f"Algorithm {name!r}: the channel {CHANNEL} is that of the script: give yours another name."
        )
    if (size := len(script.archive)) > MAX_ARCHIVE_BYTES:
        raise InvalidAlgorithms(
            f"Algorithm {name!r}: {folder} packs to {size} bytes, more than {MAX_ARCHIVE_BYTES}: put what is "
            "large into an image of your own."
        )
    # An image of one's own may hold them, and then nothing is fetched.
    if isolated and REQUIREMENTS in script.files and "image_uri" not in entry:
        raise InvalidAlgorithms(
            f"Algorithm {name!r}: its script needs the packages of {folder}/{REQUIREMENTS}, which nothing "
            "can load under NetworkIsolation=true: leave it out, deploy with NetworkIsolation=false, or give "
            "the image_uri of an image that has them."
        )


def _sections(entry: Entry, task: TaskKind) -> list[Mapping[str, Any]]:
    """What holds hyperparameters, and what tunes them, of a task."""
    return [entry] if task == "regression" else list(entry.get("tasks", {}).values())


def _values(section: Mapping[str, Any], hyperparameter: str) -> list[str | None]:
    """Those that a tuning job tries, or the one that there is."""
    ranges = section.get("tuning", {}).get("ranges", {})
    tried: list[str | None] = ranges.get(hyperparameter, {}).get("categorical", [])
    return tried or [section["hyperparameters"].get(hyperparameter)]


def _refusal_of_choices(
    entry: Entry, sections: Sequence[Mapping[str, Any]], script: Script, task: TaskKind
) -> str | None:
    """What is wrong with the first value that the script does not have in the task, if there is one."""
    for section in sections:
        for hyperparameter, allowed in script.choices(task).items():
            for value in _values(section, hyperparameter):
                if value not in allowed:
                    return _refusal_of_choice(entry, hyperparameter, value, allowed, task)
    return None


def _refusal_of_choice(
    entry: Entry, hyperparameter: str, value: str | None, allowed: Sequence[str], task: TaskKind
) -> str:
    near = difflib.get_close_matches(str(value), allowed, n=1) or allowed[:1]
    given = "is missing" if value is None else f"is {excerpt(value)}"
    return (
        f"Algorithm {entry['name']!r}: hyperparameters.{hyperparameter} {given}: use one of the "
        f"{len(allowed)} that src/bakeoff/scripts/{entry['script']}/{CHOICES} names for a {task}, such as "
        f"{near[0]}."
    )
