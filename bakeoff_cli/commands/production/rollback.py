"""`bakeoff rollback`: production goes back to a version that it served before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bakeoff_cli import options
from bakeoff_cli.errors import FAILED, VersionNotFound
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.stack import DEFAULT_STACK, StackReference
from bakeoff_cli.text import name_one_of

if TYPE_CHECKING:
    from bakeoff_cli.promoting import ProductionSession
    from bakeoff_cli.stack.production.endpoint import Live


def rollback(
    version: Annotated[
        str | None,
        typer.Argument(
            metavar="VERSION",
            help="Name of the version's configuration, or its last part; the version before if not given.",
        ),
    ] = None,
    stack_name: options.StackName = DEFAULT_STACK,
    profile: options.Profile = None,
    region: options.Region = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Bring production back to the version before, or to another that is kept, and watch that to its end.

    An endpoint that somebody deleted is created again, with the version that it served last if none is given.
    `bakeoff production` names the versions. Exit code 1 if production does not serve it in the end; the cause
    is then on stderr.
    """
    from bakeoff_cli.promoting import connect_production

    output = Output(as_json, quiet)
    production = connect_production(StackReference(stack_name, profile, region), output)
    live, kept = production.files.live(), production.files.kept
    if version is None:
        version = _before(live, kept) if live.deployment else _last(live, kept, production)
    config = _named(version, live, kept)
    back = production.change("rollback", {"config": config, "live": live.config})
    output.document(back.as_json())
    if not back.succeeded:
        raise typer.Exit(FAILED)


def _named(version: str, live: Live, kept: Sequence[str]) -> str:
    """The configuration to go back to. Raises VersionNotFound."""
    found = next((name for name in kept if name in (version, f"{live.endpoint}-{version}")), None)
    if found is None:
        raise VersionNotFound(f"Production has no version {version!r}{_others(live, kept)}")
    return found


def _last(live: Live, kept: Sequence[str], production: ProductionSession) -> str:
    """The version that the endpoint served last which is there no more."""
    if not kept:
        raise VersionNotFound(
            f"Nothing is in production, and nothing is kept to go back to: there is no endpoint "
            f"{live.endpoint}, so promote a run that is made now."
        )
    served = production.past().last_served()
    if served is None:
        raise VersionNotFound(
            f"There is no endpoint {live.endpoint}, and nobody knows which version it served"
            f"{_others(live, kept)}"
        )
    return served


def _before(live: Live, kept: Sequence[str]) -> str:
    if live.record is None:
        raise VersionNotFound(
            f"Endpoint {live.endpoint} serves with the configuration {live.config}, which no promotion made, "
            f"so that nobody knows the version before{_others(live, kept)}"
        )
    before = live.record["previous"]
    if before is None:
        raise VersionNotFound(f"{live.config} is the first version of production{_others(live, kept)}")
    if before not in kept:
        raise VersionNotFound(
            f"{before}, the version before, has no endpoint configuration any more (KeepVersions is how many "
            f"versions stay, or somebody deleted it){_others(live, kept)}"
        )
    return before


def _others(live: Live, kept: Sequence[str]) -> str:
    """The end of a sentence."""
    others = [name.removeprefix(f"{live.endpoint}-") for name in kept if name != live.config]
    return f": {name_one_of(others)}." if others else ", and no other is kept: start a new run."
