"""The `bakeoff` command line: its commands, and how whatever goes wrong in them ends."""

from __future__ import annotations

import sys
import tomllib
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from bakeoff_cli.commands.algorithms import algorithms
from bakeoff_cli.commands.costs import costs
from bakeoff_cli.commands.dataset import abalone
from bakeoff_cli.commands.demo import demo
from bakeoff_cli.commands.env import env
from bakeoff_cli.commands.history import history
from bakeoff_cli.commands.local import local
from bakeoff_cli.commands.predict import predict
from bakeoff_cli.commands.production.approve import approve
from bakeoff_cli.commands.production.production import production
from bakeoff_cli.commands.production.promote import promote
from bakeoff_cli.commands.production.rollback import rollback
from bakeoff_cli.commands.receipt import receipt
from bakeoff_cli.commands.report import report
from bakeoff_cli.commands.run import run
from bakeoff_cli.commands.smoke import smoke
from bakeoff_cli.commands.upload import upload
from bakeoff_cli.commands.verify import verify
from bakeoff_cli.commands.watch import watch
from bakeoff_cli.errors import INTERRUPTED, USAGE, sentence_of
from bakeoff_cli.process.signals import unwinding
from bakeoff_cli.show.output import Output


class _PlainFlags:
    """Help that names no type beside a flag, which takes none."""

    def get_params(self, ctx: Any) -> Any:
        params = super().get_params(ctx)  # type: ignore[misc]
        for param in params:
            if getattr(param, "is_flag", False):
                param.metavar = ""
        return params


class _Command(_PlainFlags, TyperCommand):
    pass


class _Group(_PlainFlags, TyperGroup):
    pass


class _Commands(_Group):
    """Ends whatever a person can cause in one line on stderr; a bug keeps its traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            with unwinding():
                return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except KeyboardInterrupt as interrupt:
            # Writing to a terminal that was closed raises.
            with suppress(OSError):
                Output().complain(getattr(interrupt, "sentence", "stopped."))
            raise typer.Exit(getattr(interrupt, "exit_code", INTERRUPTED)) from interrupt
        except Exception as err:
            # Broad at the outermost boundary: what has a sentence ends in it, a bug is raised again.
            if (sentence := sentence_of(err)) is None:
                raise
            Output().complain(sentence)
            raise typer.Exit(USAGE) from err


app = typer.Typer(
    cls=_Commands,
    help="Which algorithm predicts best on this data, and is the difference real?",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
datasets = typer.Typer(cls=_Group, help="Fetch public data sets to try Bakeoff on.", no_args_is_help=True)
datasets.command(cls=_Command)(abalone)
for command in (
    demo,
    local,
    upload,
    run,
    watch,
    report,
    history,
    verify,
    predict,
    production,
    promote,
    approve,
    rollback,
    receipt,
    costs,
    algorithms,
):
    app.command(cls=_Command)(command)
app.add_typer(datasets, name="dataset")
app.command(cls=_Command)(env)
app.command(cls=_Command)(smoke)


def main() -> None:
    # A terminal may lack a character of a label, of a column's name or of a path.
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    app(prog_name="bakeoff")


def _print_version(wanted: bool) -> None:
    if not wanted:
        return
    try:
        number = version("bakeoff")
    except PackageNotFoundError:
        # A checkout that was never installed still has its project file beside it.
        project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))
        number = project["project"]["version"]
    typer.echo(f"bakeoff {number}")
    raise typer.Exit


@app.callback()
def bakeoff(
    show_version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    pass
