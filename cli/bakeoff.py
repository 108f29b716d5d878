"""One deployed Bakeoff: give it a file, see a run through to its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import RenderableType

from cli.aws import Aws
from cli.bucket import comparison_of, upload
from cli.data.choice import Chosen
from cli.errors import LeftInconsistent
from cli.leaderboard import leaderboard
from cli.output import Output
from cli.runs import RunEnd, Runs
from cli.stack import THE_STACK, Stack, StackReference
from cli.verdict import differences, failures, verdict_line, warnings

START_TIMEOUT = 60.0


@dataclass(frozen=True)
class FinishedRun:
    """A run that has ended, with its comparison if it got that far.

    `superseded` names the run that was asked for, if this one has its data.
    """

    end: RunEnd
    comparison: dict[str, Any] | None
    superseded: str | None = None

    @property
    def complete(self) -> bool:
        """Whether the run succeeded and every candidate finished."""
        candidates = (self.comparison or {}).get("candidates", [])
        return self.end.succeeded and all(each.get("status") == "completed" for each in candidates)

    def as_json(self) -> dict[str, Any]:
        return {**self.end.as_json(), "superseded": self.superseded, "comparison": self.comparison}


@dataclass(frozen=True)
class Bakeoff:
    aws: Aws
    stack: Stack
    output: Output
    reference: StackReference = THE_STACK

    @property
    def runs(self) -> Runs:
        return Runs(self.aws.stepfunctions, self.stack)

    def start(self, files: Sequence[Chosen]) -> list[str]:
        """Upload files; returns the ARN of the run that each of them starts. Raises RunNotStarted.

        All are sent before any run is waited for, so that one run can compare them together.
        """
        known, total = self.runs.known(), sum(file.path.stat().st_size for file in files)
        label = files[0].name if len(files) == 1 else f"{len(files)} files"
        with self.output.transfer(f"Uploading {label}") as report:
            report(0, total)
            sent = [upload(self.aws.s3, self.stack.bucket, file, report, total) for file in files]
        return [self.runs.wait_for(each, known, START_TIMEOUT) for each in sent]

    def watch(self, arn: str) -> FinishedRun:
        """Follow the run to its end, or the one that has its data, and tell how it went."""
        end, superseded = self._follow(arn), None
        if end.superseded_by:
            self.output.note(f"Its data are in the run {end.superseded_by}.")
            superseded = end.run_id
            end = self._follow(self.stack.execution_arn(end.superseded_by))
        run = FinishedRun(end, comparison_of(self.aws.s3, self.stack.bucket, end.run_id), superseded)
        _tell(self.output, run)
        return run

    def _follow(self, arn: str) -> RunEnd:
        self.output.note(f"Following the run {run_id_of(arn)}.")
        with self.output.run_view() as view:
            return self.runs.follow(arn, view)


def run_id_of(arn: str) -> str:
    """The name of the execution, which is the run's id."""
    return arn.rsplit(":", 1)[-1]


def _results(comparison: dict[str, Any], run_id: str) -> tuple[RenderableType, ...]:
    try:
        remarks = (*failures(comparison), *warnings(comparison), *differences(comparison))
        return (leaderboard(comparison), *remarks, verdict_line(comparison))
    except (AttributeError, LookupError, TypeError, ValueError) as err:
        # Whoever may write to the bucket can leave any field out, and any type in its place.
        raise LeftInconsistent(
            f"The comparison.json of the run {run_id} is damaged: {type(err).__name__}: {err}."
        ) from err


def _tell(output: Output, run: FinishedRun) -> None:
    if run.comparison:
        output.show("", *_results(run.comparison, run.end.run_id))
    if run.end.cause:
        status = run.end.status.lower().replace("_", " ")
        output.complain(f"the run {run.end.run_id} has {status}: {run.end.cause}")
