"""One deployed Bakeoff: give it a file, see a run through to its end."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from bakeoff.domain.run.documents import Receipt
from bakeoff.domain.run.files import FINAL_MODEL, PLAN, PROMOTION
from bakeoff_cli.data.choice import Chosen
from bakeoff_cli.documents import mapping_of
from bakeoff_cli.finished_run import FinishedRun
from bakeoff_cli.process.interrupt import explaining
from bakeoff_cli.show.costs.receipt import total_of
from bakeoff_cli.show.durations import RUN_MINUTES, minutes
from bakeoff_cli.show.final_model import final_model_in, has_folds
from bakeoff_cli.show.next_steps import after_decision, after_interrupt, after_run
from bakeoff_cli.show.output import Output
from bakeoff_cli.show.results import results
from bakeoff_cli.show.run_data import run_data
from bakeoff_cli.show.watching import TellingView
from bakeoff_cli.stack.aws import Aws, configured_aws
from bakeoff_cli.stack.bucket import upload
from bakeoff_cli.stack.console import console_link, is_aws
from bakeoff_cli.stack.outcome import WHY_GONE, has_ended
from bakeoff_cli.stack.receipts import receipt_of
from bakeoff_cli.stack.run_end import RunEnd
from bakeoff_cli.stack.run_objects import RunObjects
from bakeoff_cli.stack.runs import POLL_SECONDS, StackRuns
from bakeoff_cli.stack.stack import THE_STACK, Stack, StackReference, find_stack, run_id_from
from bakeoff_cli.text import one_line

START_TIMEOUT = 60.0
RECEIPT_LOOKS = 10


@dataclass(frozen=True)
class Session:
    """`reference` is how a person names it, and `outlives_command` whether its runs go on when the command
    ends, as those in AWS do.
    """

    aws: Aws
    stack: Stack
    output: Output
    reference: StackReference = THE_STACK
    outlives_command: bool = False

    @property
    def runs(self) -> StackRuns:
        return StackRuns(self.aws.stepfunctions, self.stack)

    def files(self, run_id: str) -> RunObjects:
        return RunObjects(self.aws.s3, self.stack.bucket, run_id)

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
        """Follow the run to its end, or the one that has its data, and tell how it went.

        Raises Unwatched on Ctrl-C when the run goes on all the same.
        """
        end, superseded = self._follow(arn), None
        if end.superseded_by:
            self.output.note(f"Its data are in the run {end.superseded_by}.")
            superseded = end.run_id
            end = self._follow(self.stack.execution_arn(end.superseded_by))
        files = self.files(end.run_id)
        comparison, read = files.comparison(), run_data(files.document(PLAN))
        final = final_model_in(files.document(FINAL_MODEL), end.run_id) if has_folds(comparison) else None
        run = FinishedRun(end, comparison, superseded, read, final, self._receipt(files, end))
        self._tell(run)
        return run

    def _receipt(self, files: RunObjects, end: RunEnd) -> Receipt | None:
        """Of a run that ended badly the janitor writes it, a moment later: the command that takes the stack
        along waits for it.
        """
        for _ in range(0 if end.succeeded or self.outlives_command else RECEIPT_LOOKS):
            if found := receipt_of(files):
                return found
            self.runs.sleep(POLL_SECONDS)
        return receipt_of(files)

    def _follow(self, arn: str) -> RunEnd:
        run_id, in_aws = run_id_from(arn), is_aws(self.aws.stepfunctions)
        self.output.note(f"Following the run {run_id}.")
        if in_aws:
            if link := console_link(arn):
                self.output.note(f"In the console: {link}")
            self.output.note(
                f"With small data a run usually takes {minutes(*RUN_MINUTES)}, with folds longer."
            )
        with ExitStack() as stack:
            if self.outlives_command:
                stack.enter_context(explaining(after_interrupt(arn, self.reference)))
            view = stack.enter_context(self.output.run_view(in_aws))
            telling = TellingView(view, self.files(run_id).document, self.output.note)
            return self.runs.follow(arn, telling)

    def _tell(self, run: FinishedRun) -> None:
        end, output = run.end, self.output
        if run.comparison:
            target, worst = (run.read.label, run.read.worst) if run.read else (None, None)
            results(run.comparison, end.run_id, target, run.final, worst).tell(output)
        elif end.status == "SUCCEEDED":
            output.note(f"The result of the run {end.run_id} is gone: {WHY_GONE}.")
            return
        if run.receipt:
            output.show(total_of(run.receipt))
        if end.report_uri and self.outlives_command:
            output.show(f"Report: {end.report_uri}")
        if run.model and self.outlives_command:
            output.show(f"Final model: {one_line(run.model)}")
        if end.cause:
            output.complain(f"the run {end.run_id} {has_ended(end.status, end.error)}: {end.cause}")
        elif run.unfinished:
            output.complain(f"not every candidate finished: {', '.join(run.unfinished)} did not.")
        if self.outlives_command:
            for step in after_run(end, self.stack.bucket, self.reference, run.model):
                output.note(step)
            decided = self.files(end.run_id).document(PROMOTION) if self.stack.production else None
            if decided:
                for step in after_decision(end.run_id, mapping_of(decided), self.reference):
                    output.note(step)


def connect(stack: StackReference, output: Output) -> Session:
    """The deployed stack that is meant, in AWS or in an embedded one. Raises StackNotFound."""
    aws = configured_aws(stack.profile, stack.region)
    return Session(aws, find_stack(aws, stack.name), output, stack, outlives_command=True)
