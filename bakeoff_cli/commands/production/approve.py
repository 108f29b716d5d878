"""`bakeoff approve`: what a run proposed goes to production."""

from __future__ import annotations

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

    With --watch, exit code 1 if production does not serve it in the end.
    """
    from bakeoff_cli.promoting import connect_production

    output, reference = Output(as_json, quiet), StackReference(stack_name, profile, region)
    production = connect_production(reference, output)
    proposal = _pending(production, run)
    _warn_of_stale(production, proposal)
    production.proposals.approve(proposal)
    output.show(
        f"Approved version {proposal.version} of {proposal.group}: {proposal.candidate} of the run "
        f"{proposal.run_id}"
    )
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


def _pending(production: ProductionSession, run: str) -> Proposal:
    """Raises NotProposed where there is nothing to approve."""
    from bakeoff.domain.promotion.proposal import APPROVED, REJECTED

    run_id = production.decision_to_promote(run)["run_id"]
    again = production.session.reference.command("promote", run_id)
    found = production.proposals.of_run(run_id)
    if found is None:
        raise NotProposed(
            f"The run {run_id} has no version in the Model Registry's group {production.names.endpoint}: it "
            f"has not registered one yet, or somebody deleted it; `{again}` needs none."
        )
    by = f" (last changed by {found.by})" if found.by else ""
    if found.status == APPROVED:
        raise NotProposed(
            f"Version {found.version} of the run {run_id} was approved before{by}, and "
            f"{_so_far(production, found)}; to promote it again: `{again}`."
        )
    if found.status == REJECTED:
        raise NotProposed(
            f"Version {found.version} of the run {run_id} was rejected{by}: start a new run, or change that "
            "in the SageMaker console."
        )
    return found


def _so_far(production: ProductionSession, proposal: Proposal) -> str:
    from bakeoff_cli.stack.outcome import has_ended

    begun = production.promotions.find(proposal.execution)
    if begun is None:
        return f"its promotion {proposal.execution} has not begun yet, or is forgotten after 90 days"
    if begun.ended is None:
        return f"its promotion {begun.name} goes on"
    return f"its promotion {begun.name} {has_ended(begun.status, begun.error)}"


def _warn_of_stale(production: ProductionSession, proposal: Proposal) -> None:
    live = production.files.live()
    if live.config != proposal.champion and not live.is_changing:
        decided, now = (name or "nothing" for name in (proposal.champion, live.config))
        production.output.complain(
            f"this was decided while production served {decided}, and now it serves {now}: unless that "
            "changes, the promotion ends as ProductionMoved."
        )
