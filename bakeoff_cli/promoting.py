"""A stack's production: start what changes it, see that through to its end, and tell what is live then."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from bakeoff.domain.promotion.history import SUCCEEDED, Attempt, Kind, Past
from bakeoff.domain.promotion.telling import cure_of
from bakeoff.domain.run.documents import Promotion
from bakeoff_cli.errors import PromotionOff
from bakeoff_cli.process.interrupt import explaining
from bakeoff_cli.session import Session, connect
from bakeoff_cli.show.next_steps import after_interrupted_change
from bakeoff_cli.show.output import Output
from bakeoff_cli.show.production.words import changing, flaws, serves
from bakeoff_cli.stack.causes import readable
from bakeoff_cli.stack.console import console_link, is_aws
from bakeoff_cli.stack.outcome import has_ended, outcome
from bakeoff_cli.stack.production.decisions import decision_to_promote
from bakeoff_cli.stack.production.endpoint import Live, ProductionFiles
from bakeoff_cli.stack.production.promotions import Promotions
from bakeoff_cli.stack.production.proposals import Proposals
from bakeoff_cli.stack.stack import ProductionNames, StackReference, run_id_from

MOST_CHANGES = 20


@dataclass(frozen=True)
class Promoted:
    """A promotion, or a way back, that has ended, and what was live then."""

    attempt: Attempt
    live: Live

    @property
    def succeeded(self) -> bool:
        """Whether the endpoint serves with what was wanted, and nothing else has come since."""
        attempt = self.attempt
        return attempt.status == SUCCEEDED and self.live.config == attempt.aim(self.live.endpoint)

    @property
    def cause(self) -> str | None:
        attempt = self.attempt
        if attempt.status == SUCCEEDED:
            return None
        return readable(attempt.error, attempt.cause, attempt.status)

    def as_json(self) -> dict[str, Any]:
        attempt = self.attempt
        return {
            "execution": attempt.name,
            "status": attempt.status,
            "outcome": outcome(attempt.status, attempt.error),
            "changed": attempt.has_changed,
            "error": attempt.error,
            "cause": self.cause,
            "started_at": attempt.started.isoformat(),
            "ended_at": attempt.ended.isoformat() if attempt.ended else None,
            "production": self.live.as_json(),
        }


@dataclass(frozen=True)
class ProductionSession:
    """`names` are those of the stack's production."""

    session: Session
    names: ProductionNames

    @property
    def output(self) -> Output:
        return self.session.output

    @property
    def files(self) -> ProductionFiles:
        aws = self.session.aws
        return ProductionFiles(aws.sagemaker, aws.s3, self.session.stack.bucket, self.names.endpoint)

    @property
    def promotions(self) -> Promotions:
        return Promotions(self.session.aws.stepfunctions, self.names.state_machine_arn)

    def past(self) -> Past:
        """The last MOST_CHANGES changes of production."""
        files = self.files
        return Past(files.endpoint, self.promotions.newest(MOST_CHANGES), files.records(MOST_CHANGES))

    @property
    def proposals(self) -> Proposals:
        return Proposals(self.session.aws.sagemaker, self.names.endpoint)

    def decision_to_promote(self, run: str) -> Promotion:
        """See `stack.production.decisions`."""
        return decision_to_promote(self.session.runs, self.session.files, run)

    def change(self, kind: Kind, given: Mapping[str, Any]) -> Promoted:
        """Start the workflow, and watch it."""
        return self.watch(self.promotions.start(kind, given), kind)

    def watch(self, arn: str, kind: Kind = "promotion") -> Promoted:
        """Follow an execution to its end, and tell how it went and what is live.

        Raises Unwatched on Ctrl-C when it goes on all the same.
        """
        in_aws = is_aws(self.session.aws.stepfunctions)
        self.output.note(f"Following the {kind} {run_id_from(arn)}.")
        if in_aws and (link := console_link(arn)):
            self.output.note(f"In the console: {link}")
        with ExitStack() as stack:
            if self.session.outlives_command:
                stack.enter_context(explaining(after_interrupted_change(kind, arn, self.session.reference)))
            view = stack.enter_context(self.output.run_view(in_aws, kind))
            attempt = self.promotions.follow(arn, view)
        promoted = Promoted(attempt, self.files.live())
        self._tell(promoted)
        return promoted

    def _tell(self, promoted: Promoted) -> None:
        attempt, live, output = promoted.attempt, promoted.live, self.output
        if attempt.status != SUCCEEDED:
            output.complain(
                f"the {attempt.kind} {attempt.name} {has_ended(attempt.status, attempt.error)}: "
                f"{promoted.cause}"
            )
        elif not promoted.succeeded:
            output.complain(
                f"the {attempt.kind} {attempt.name} has succeeded, but production has changed again since."
            )
        elif not attempt.has_changed:
            output.note("Production served it already, so nothing was changed.")
        output.headline(serves(live))
        if promoted.succeeded and live.record:
            output.show(f"Why: {live.record['why']}")
        if going_on := changing(live):
            output.note(going_on)
        for flaw in flaws(live):
            output.complain(flaw)
        if attempt.status != SUCCEEDED:
            output.note(cure_of(attempt.error, attempt.kind))


def connect_production(stack: StackReference, output: Output) -> ProductionSession:
    """Raises StackNotFound, and PromotionOff for a stack that has no production."""
    session = connect(stack, output)
    names = session.stack.production
    if names is None:
        raise PromotionOff(
            f"The stack {session.stack.name!r} has no production, because its parameter Promotion is Off: "
            "deploy it with Promotion=Propose or Promotion=Automatic."
        )
    return ProductionSession(session, names)
