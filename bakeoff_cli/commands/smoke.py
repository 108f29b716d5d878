"""`bakeoff smoke`: asks, rehearses, and writes the transcript."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bakeoff_cli import options
from bakeoff_cli.errors import FAILED

if TYPE_CHECKING:
    from bakeoff_cli.show.output import Output
    from bakeoff_cli.smoke.transcript import Transcript

_RUN_MINUTES = 20
_OTHER_MINUTES = 25


def smoke(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Begin without asking.")] = False,
    settings: options.Settings = None,
    subnet_ids: Annotated[
        str | None,
        typer.Option(metavar="IDS", help="Comma-separated subnets in which one more run is tried."),
    ] = None,
    security_group_ids: Annotated[
        str | None, typer.Option(metavar="IDS", help="Comma-separated security groups for that run.")
    ] = None,
    transcript: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Where to write what was seen; smoke-TIME.md if not given."),
    ] = None,
    profile: options.Profile = None,
    region: options.Region = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Rehearse everything in an account of yours: deploy, compare, stop, delete; write down what was seen.

    The stack gets a name of its own, no other stack is touched, and it is deleted with its data whatever
    happens. The transcript tells times, estimated dollars, and which assumptions about AWS held. Needs the
    SAM CLI, the project's folder, and quotas (docs/first-deployment.md). Exit code 1 if anything was not as
    it should be.
    """
    from bakeoff_cli.settings.parameters import TEMPLATE, declared_parameters, given_parameters
    from bakeoff_cli.show.output import Output
    from bakeoff_cli.smoke.network import network_of
    from bakeoff_cli.smoke.rehearsal import Rehearsal, RehearsalPlan, transcript_of
    from bakeoff_cli.smoke.sam import Sam
    from bakeoff_cli.stack.aws import configured_aws
    from bakeoff_cli.stack.stack import StackReference

    output = Output(as_json, quiet)
    aws = configured_aws(profile, region)
    network = network_of(aws, subnet_ids, security_group_ids)
    reference = StackReference(f"bakeoff-smoke-{secrets.token_hex(3)}", profile, region)
    plan = RehearsalPlan(reference, given_parameters(settings or (), declared_parameters()), network)
    page = transcript_of(aws, plan, str(aws.sts.get_caller_identity()["Account"]))
    if not yes:
        typer.confirm(_question(page.about, full_runs=2 if network else 1), abort=True, err=True)
    # Where the command is run, if that is a copy of the project.
    project = Path.cwd() if Path("template.yaml").is_file() else TEMPLATE.parent
    sam = Sam(project, reference.name, page.about["region"], profile)
    with _writing(page, transcript or Path(f"smoke-{datetime.now(UTC):%Y%m%d-%H%M%S}.md"), output):
        Rehearsal(plan, sam, aws, output, page).run()
    output.document(page.as_json())
    for found in page.findings:
        output.show(f"{found.verdict.value:>8}  {found.assumption.says}")
    if not page.succeeded:
        raise typer.Exit(FAILED)


@contextmanager
def _writing(page: Transcript, path: Path, output: Output) -> Iterator[None]:
    """The transcript is there whatever ends the rehearsal."""
    try:
        yield
    finally:
        path.write_text(page.as_markdown(), encoding="utf-8")
        output.note(f"The transcript is {path}.")


def _question(about: dict[str, str], full_runs: int) -> str:
    from bakeoff_cli.smoke.costs import expected

    dollars = expected(full_runs, begun_runs=2)
    return (
        f"This deploys the stack {about['stack']} in the account {about['account']}, region "
        f"{about['region']}, compares made-up data on SageMaker, and deletes the stack with its data. "
        f"Estimated: ${dollars:.2f} and {full_runs * _RUN_MINUTES + _OTHER_MINUTES} minutes. Begin?"
    )
