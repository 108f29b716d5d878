"""`bakeoff demo`: two uploads and two whole runs on the embedded AWS, with nothing left behind."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bakeoff_cli import options
from bakeoff_cli.errors import FAILED
from bakeoff_cli.show.output import Output


@options.with_options_of_data
def demo(
    data: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URL",
            help="CSV, libsvm or Parquet file to compare on, or its http(s) address; without it, Abalone.",
        ),
    ] = None,
    output_folder: options.OutputFolder = Path("runs"),
    algorithms: options.Algorithms = None,
    target: options.Target = None,
    of_data: options.OfData = options.NOTHING,
    settings: options.Settings = None,
    settings_file: options.SettingsFile = None,
    promotion: options.Promotion = None,
    port: options.Port = 0,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Run the whole comparison twice on this machine, with no AWS account and no Docker.

    Starts the embedded AWS, deploys the stack, uploads the first half of the data, follows the run and prints
    its leaderboard; then does the same with the second half, so that the second run compares on all of the
    data. Parquet is not halved: one run compares on all of it. Saves the runs and checks that nothing is left
    behind. With --promotion automatic the first run's best goes to production, and the second run judges it
    on the rows of its own candidates. Exit code 1 if a run or promotion failed or something is left.
    """
    from bakeoff_cli.data.abalone import users_cache
    from bakeoff_cli.data.demo_data import demo_data
    from bakeoff_cli.demo.request import Request, refuse_contradictory_settings
    from bakeoff_cli.demo.runs import run_demo
    from bakeoff_cli.settings.of_data import options_of_data, settings_file_of
    from bakeoff_cli.settings.requests import GivenSettings

    output = Output(as_json, quiet)
    said_of_data = options_of_data(of_data)
    given = GivenSettings(
        algorithms, target, settings or (), settings_file, of_data=said_of_data, promotion=promotion
    )
    parameters, said = given.parameters(), given.beside_data()
    refuse_contradictory_settings(said, parameters)
    with tempfile.TemporaryDirectory() as scratch:
        cache = users_cache(Path(scratch), output.transfer, output.note)
        own = demo_data(data, cache, output.complain)
        beside = settings_file_of(said, Path(scratch)) if said_of_data else settings_file
        request = Request(own, output_folder, parameters, port, beside, said)
        end = run_demo(request, output)
    output.document(end.as_json())
    if not end.succeeded:
        raise typer.Exit(FAILED)
