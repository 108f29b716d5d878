"""`bakeoff approve`: what a run proposed goes to production."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bakeoff_cli import options
from bakeoff_cli.errors import FAILED, NotProposed
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.stack import DEFAULT_STACK, StackReference

if TYPE_CHECKING:
    from bakeoff_cli.promoting import ProductionSession
    from bakeoff_cli.stack.production.proposals import Proposal

START_TIMEOUT = 60.0
# An approval of that age may be about to start its promotion.
_SOON = timedelta(minutes=10)


def approve(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Name or ARN of the run that proposed.")],
    watch_it: Annotated[
        bool, typer.Option("--watch", help="Follow the promotion that this starts to its end.")
    ] = False,
    stack_name: options.StackName = DEFAULT_STACK,
    profile: options.Profile = None,
    region: options.Region = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Approve, as yourself, what a run proposed in the Model Registry, which starts its promotion.

    Of two people who approve at once, both follow the one promotion. With --watch, exit code 1 if production
    does not serve it in the end.
    """
    from bakeoff_cli.promoting import connect_production

    output, reference = Output(as_json, quiet), StackReference(stack_name, profile, region)
    production = connect_production(reference, output)
    proposal = _proposed(production, run)
    told = _approved(production, proposal)
    output.show(f"{told}: {proposal.candidate} of the run {proposal.run_id}")
    if not watch_it:
        output.document({**_told(proposal), "promotion": None})
        output.note(f"This starts the promotion {proposal.execution}.")
        output.note(f"What becomes of it: {reference.command('production')}")
        return
    arn = production.promotions.wait_for(proposal.execution, START_TIMEOUT)
    promoted = production.watch(arn)
    output.document({**_told(proposal), "promotion": promoted.as_json()})
    if not promoted.succeeded:
        raise typer.Exit(FAILED)


def _told(proposal: Proposal) -> dict[str, object]:
    return {
        "model_package_arn": proposal.arn,
        "version": proposal.version,
        "run_id": proposal.run_id,
        "candidate": proposal.candidate,
        "execution": proposal.execution,
    }


def _proposed(production: ProductionSession, run: str) -> Proposal:
    """Raises NotProposed where there is nothing to approve."""
    from bakeoff.domain.promotion.proposal import REJECTED

    run_id = production.decision_to_promote(run)["run_id"]
    found = production.proposals.of_run(run_id)
    if found is None:
        raise NotProposed(
            f"The run {run_id} has no version in the Model Registry's group {production.names.endpoint}: it "
            f"has not registered one yet, or somebody deleted it; `{_again(production, run_id)}` needs none."
        )
    if found.status == REJECTED:
        raise NotProposed(
            f"Version {found.version} of the run {run_id} was rejected{_by(found)}: start a new run, or "
            "change that in the SageMaker console."
        )
    return found


def _approved(production: ProductionSession, proposal: Proposal) -> str:
    """The version is, in the end: how that came, as a sentence begins."""
    from bakeoff.domain.promotion.proposal import APPROVED

    if proposal.status == APPROVED:
        _require_under_way(production, proposal)
        return f"Version {proposal.version} of {proposal.group} was approved before{_by(proposal)}"
    _warn_of_stale(production, proposal)
    production.proposals.approve(proposal)
    return f"Approved version {proposal.version} of {proposal.group}"


def _require_under_way(production: ProductionSession, proposal: Proposal) -> None:
    """Of what was approved before. Raises NotProposed when its promotion is over, or was never begun."""
    from bakeoff_cli.stack.outcome import has_ended

    begun = production.promotions.find(proposal.execution)
    is_new = datetime.now(UTC) - proposal.changed < _SOON
    if (begun is None and is_new) or (begun is not None and begun.ended is None):
        return
    so_far = (
        f"its promotion {begun.name} {has_ended(begun.status, begun.error)}"
        if begun
        else f"no promotion {proposal.execution} is known: it never began, or has been over for 90 days"
    )
    raise NotProposed(
        f"Version {proposal.version} of the run {proposal.run_id} was approved before{_by(proposal)}, and "
        f"{so_far}; to promote it again: `{_again(production, proposal.run_id)}`."
    )


def _by(proposal: Proposal) -> str:
    return f" (last changed by {proposal.by})" if proposal.by else ""


def _again(production: ProductionSession, run_id: str) -> str:
    return production.session.reference.command("promote", run_id)


def _warn_of_stale(production: ProductionSession, proposal: Proposal) -> None:
    live = production.files.live()
    if live.config != proposal.champion and not live.is_changing:
        decided, now = (name or "nothing" for name in (proposal.champion, live.config))
        production.output.complain(
            f"this was decided while production served {decided}, and now it serves {now}: unless that "
            "changes, the promotion ends as ProductionMoved."
        )
