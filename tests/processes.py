"""The processes that an embedded AWS starts, found by what their command lines hold."""

from __future__ import annotations

import psutil

SPARK = "org.apache.spark.deploy.SparkSubmit"
TRAINING = "local_aws.services.sagemaker.containers.{} train"
WORKER = "awslambdaric bakeoff.handlers.{}.handle"


def found(words: str, among: psutil.Process | None = None) -> list[psutil.Process]:
    """The descendants of `among` (this process when None) whose command line holds `words`."""
    return [child for child in descendants(among or psutil.Process()) if words in command_of(child)]


def descendants(parent: psutil.Process) -> list[psutil.Process]:
    try:
        return list(parent.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def command_of(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
