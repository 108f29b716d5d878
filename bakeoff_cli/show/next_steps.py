"""What a person may want to do next; every command works as it is copied."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bakeoff.domain.errors import UnknownTarget
from bakeoff.domain.run.names import run_prefix
from bakeoff_cli.program import command
from bakeoff_cli.stack.outcome import is_mendable, outcome
from bakeoff_cli.stack.run_end import RunEnd
from bakeoff_cli.stack.stack import INPUT_PREFIX, StackReference, run_id_from
from bakeoff_cli.text import one_line

_ASKS_FOR_TARGET = re.compile(r"\b[Ss]et Target\b")


def after_run(end: RunEnd, bucket: str, stack: StackReference, model: str | None = None) -> Iterator[str]:
    """For a run that has ended, well or not; `model` is the address of the final model, if it has one."""
    if end.succeeded:
        yield from after_success(end.run_id, bucket, stack)
        if model:
            where = ("--region", stack.region) if stack.region else ()
            yield _to_copy("Take the final model", _aws(stack, "s3", "cp", model, ".", *where))
    elif is_mendable(end.error):
        yield from _after_mistake(end, bucket, stack)
    elif outcome(end.status, end.error) == "timed out":
        yield (
            "If the data need longer, raise the stack's RunTimeoutSeconds; "
            f"then start again with `{stack.command('run')}`."
        )
    else:
        yield f"Start again with `{stack.command('run')}`."


def _after_mistake(end: RunEnd, bucket: str, stack: StackReference) -> Iterator[str]:
    if end.error == UnknownTarget.__name__ or asks_for_target(end.cause):
        yield f"To name the column to predict: `{stack.command('run', '--target', 'COLUMN')}`."
    again, anew = stack.command("upload", "FILE"), stack.command("run")
    yield f"Mend that, then `{again}` again, or start again with `{anew}`."
    if INPUT_PREFIX in (end.cause or ""):
        where = ("--region", stack.region) if stack.region else ()
        remove = _aws(stack, "s3", "rm", f"s3://{bucket}/{INPUT_PREFIX}FILE", *where)
        yield _to_copy("What was uploaded is in every run until it is replaced or removed", remove)


def asks_for_target(sentence: str | None) -> bool:
    """Whether a refusal's cure is the parameter Target, which each command has its own way to give."""
    return bool(sentence and _ASKS_FOR_TARGET.search(sentence))


def after_success(run_id: str, bucket: str, stack: StackReference) -> Iterator[str]:
    yield _to_copy("Save and open the report", stack.command("report", run_id))
    yield to_verify(run_id, bucket, stack)


def after_decision(run_id: str, decided: Mapping[str, Any], stack: StackReference) -> Iterator[str]:
    """For a run that has ended with a decision about production, as its promotion.json has it."""
    yield f"Decision about production: {one_line(str(decided.get('reason', '')))}"
    if not decided.get("candidate"):
        return
    if decided.get("mode") == "Propose":
        yield _to_copy("Approve it", stack.command("approve", run_id))
    else:
        yield _to_copy(
            "It is approved, and its promotion may still fail; see how that ends", stack.command("production")
        )


def to_verify(run_id: str, bucket: str, stack: StackReference) -> str:
    """For a run in a bucket."""
    folder = run_prefix(run_id)
    where = ("--region", stack.region) if stack.region else ()
    sync = _aws(stack, "s3", "sync", f"s3://{bucket}/{folder}", folder, *where)
    return _to_copy("Recompute its verdict", sync, command("verify", folder.rstrip("/")))


def after_saved_report(folder: Path) -> str:
    return _to_copy("Recompute its verdict", command("verify", str(folder)))


def after_verification(folder: Path, identical: bool) -> str:
    """For a saved run whose verdict was recomputed."""
    if identical:
        return _to_copy("Open its report", command("report", str(folder)))
    return "Save the run from its bucket again, or find out who changed these files."


def after_interrupt(execution_arn: str, stack: StackReference) -> str:
    """For a run that goes on, although nobody watches it any longer."""
    run_id, region = run_id_from(execution_arn), execution_arn.split(":")[3]
    where = ("--region", region, "--execution-arn", execution_arn)
    return "\n".join(
        (
            f"no longer watched; the run {run_id} goes on in AWS.",
            _to_copy("Watch it again", stack.command("watch", run_id)),
            _to_copy("Stop it", _aws(stack, "stepfunctions", "stop-execution", *where)),
        )
    )


def after_interrupted_change(kind: str, execution_arn: str, stack: StackReference) -> str:
    """For a promotion or rollback that goes on, although nobody watches it any longer."""
    name, region = run_id_from(execution_arn), execution_arn.split(":")[3]
    where = ("--region", region, "--execution-arn", execution_arn)
    return "\n".join(
        (
            f"no longer watched; the {kind} {name} goes on in AWS.",
            _to_copy("See what is live", stack.command("production")),
            _to_copy("Stop it", _aws(stack, "stepfunctions", "stop-execution", *where)),
        )
    )


def _aws(stack: StackReference, *words: str) -> str:
    """A command of the AWS CLI, as whoever this program is used as."""
    as_whom = ("--profile", stack.profile) if stack.profile else ()
    return shlex.join(["aws", *words, *as_whom])


def _to_copy(purpose: str, *commands: str) -> str:
    # Indented, because Output wraps no indented line.
    return "\n".join((f"{purpose}:", *(f"  {each}" for each in commands)))
