"""The command line of `smspark-submit`, as the SageMaker Spark container reads it.

Source: aws/sagemaker-spark-container, src/smspark/cli.py, job.py and errors.py.
"""

from __future__ import annotations

import argparse
import re
import shlex
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

PROGRAM = "smspark-submit"
_PASSED_ON = ("--class", "--jars", "--py-files", "--files")
_LISTS = ("--jars", "--py-files", "--files")
_EVENT_LOGS = ("--spark-event-logs-s3-uri", "--local-spark-event-logs-dir")
_CONTAINER_PATH = re.compile(r"(?<![^=,:])/opt/ml(?=/|$)")


@dataclass(frozen=True)
class Submission:
    """What `spark-submit` gets: its options, then the application and its arguments."""

    options: tuple[str, ...]
    application: tuple[str, ...]


def parse_command(command: Sequence[str], localize: Callable[[str], str]) -> Submission:
    """`command` is a container's entry point with its arguments; `localize` maps a text with container paths.

    Raises ValueError for what the real container refuses, and for what it would silently change.
    """
    if not command or command[0] != PROGRAM:
        raise ValueError(
            f"The Spark container starts with {PROGRAM}, so ContainerEntrypoint has to begin with it."
        )
    _check_shell_safe(command)
    given = vars(_parser().parse_args([localize(word) for word in command[1:]]))
    for option in _EVENT_LOGS:
        if given[option]:
            raise ValueError(f"Spark on one machine publishes no event logs: leave out {option}.")
    options = [text for name in _PASSED_ON if given[name] for text in (name, _expanded(name, given[name]))]
    verbose = ["--verbose"] if given["--verbose"] else []
    return Submission((*options, *verbose), (given["app"], *given["arguments"]))


def localizer(root: Path) -> Callable[[str], str]:
    """Replaces /opt/ml where a path begins: at the start of a word, or after `=`, `,` or `:`."""
    return lambda text: _CONTAINER_PATH.sub(lambda _: str(root), text)


def overwrite_message(message: Path, command: Sequence[str], exit_code: int) -> None:
    """Replace what the script left in /opt/ml/output/message, as `smspark-submit` does when a script fails.

    `command` is the container's. After exit code 0 the real one leaves the file alone.
    """
    submitted = ["spark-submit", "--master", "yarn", "--deploy-mode", "client", *command[1:]]
    error = subprocess.CalledProcessError(exit_code, " ".join(submitted))
    text = f"Algorithm Error: (caused by CalledProcessError): spark failed with a non-zero exit code: {error}"
    message.write_text(text[:1024].strip(), "utf-8")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise ValueError(
            f"{PROGRAM}: {message}. What configures Spark belongs into the input conf/configuration.json."
        )


def _parser() -> _Parser:
    parser = _Parser(PROGRAM, add_help=False, allow_abbrev=False)
    for option in (*_PASSED_ON, *_EVENT_LOGS):
        parser.add_argument(option, dest=option)
    parser.add_argument("-v", "--verbose", dest="--verbose", action="store_true")
    parser.add_argument("app")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    return parser


def _check_shell_safe(command: Sequence[str]) -> None:
    for word in command:
        if shlex.quote(word) != word:
            raise ValueError(
                f"{PROGRAM} of older images hands its arguments to a shell without quotes, which would "
                f"change {word!r}: put such a value into a file of a processing input."
            )


def _expanded(option: str, value: str) -> str:
    """Each folder of a list becomes the files in it, which spark-submit alone does not do."""
    if option not in _LISTS:
        return value
    return ",".join(text for item in value.split(",") for text in _files(option, item))


def _files(option: str, item: str) -> list[str]:
    if item.startswith(("s3://", "s3a://")):
        return [item]
    path = Path(item.removeprefix("file://"))
    if not path.is_absolute() or not path.exists():
        raise ValueError(f"{PROGRAM} {option}: {item} is not the absolute path of a file or folder.")
    files = sorted(str(file) for file in path.iterdir() if file.is_file()) if path.is_dir() else [str(path)]
    if not files:
        raise ValueError(f"{PROGRAM} {option}: the folder {item} holds no files.")
    return files
