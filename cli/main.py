"""The `bakeoff` command line: what is said to it, and where that goes."""

from __future__ import annotations

import tempfile
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cli.errors import sentence_of
from cli.options import Json, OutputFolder, Port, Quiet, StackName
from cli.output import Output
from cli.stack import DEFAULT_STACK

INTERRUPTED, USAGE, FAILED = 130, 2, 1


class _Commands(TyperGroup):
    """Ends whatever a person can cause in one line on stderr; a bug keeps its traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.TyperException):
            raise
        except KeyboardInterrupt as interrupt:
            Output().complain("stopped.")
            raise typer.Exit(INTERRUPTED) from interrupt
        except Exception as err:
            # The outermost boundary: sentence_of knows what is a person's to mend, all else goes on up.
            if (sentence := sentence_of(err)) is None:
                raise
            Output().complain(sentence)
            raise typer.Exit(USAGE) from err


app = typer.Typer(
    cls=_Commands,
    help="Which algorithm predicts best on this data, and is the difference real?",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)
datasets = typer.Typer(help="Fetch public data sets to try Bakeoff on.", no_args_is_help=True)
app.add_typer(datasets, name="dataset")


def main() -> None:
    app(prog_name="bakeoff")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"bakeoff {_version()}")
        raise typer.Exit


def _version() -> str:
    try:
        return version("bakeoff")
    except PackageNotFoundError:
        # A checkout that was never installed still has its project file beside it.
        project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8"))
        return str(project["project"]["version"])


@app.callback()
def bakeoff(
    show_version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    pass


@datasets.command()
def abalone(
    source: Annotated[
        str | None,
        typer.Option(help="A file or http(s) address to take the data from, instead of their publisher."),
    ] = None,
    output_folder: OutputFolder = Path(),
    verify: Annotated[
        bool,
        typer.Option("--verify/--no-verify", help="Insist on the published bytes (sha256), or take any."),
    ] = True,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Download the Abalone data (4,177 rows, CC BY 4.0), verify them, and halve them.

    Writes dataset1.csv and dataset2.csv, replacing any there: the first and the second half of the lines,
    which are libsvm lines in spite of the names. A verified download is kept for the next time.
    """
    from cli.abalone import halve_abalone

    halve_abalone(source, output_folder, verify, Output(as_json, quiet))


@app.command()
def demo(
    data: Annotated[
        Path | None, typer.Option(help="CSV or libsvm file to compare on; Abalone if it is not given.")
    ] = None,
    output_folder: OutputFolder = Path("runs"),
    algorithms: Annotated[
        str | None,
        typer.Option(help="Comma-separated algorithms to compare, for example xgboost,linear-learner,knn."),
    ] = None,
    port: Port = 0,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Run the whole comparison twice on this machine, with no AWS account and no Docker.

    Starts the embedded AWS, deploys the stack, uploads the first half of the data, follows the run and prints
    its leaderboard; then does the same with the second half, so that the second run compares on all of the
    data. Saves both runs and checks that nothing is left behind. Exit code 1 if a run failed or something is
    left.
    """
    from cli.abalone import shelf
    from cli.demo import DemoRequest, demo_data, run_demo

    output = Output(as_json, quiet)
    with tempfile.TemporaryDirectory() as scratch:
        request = DemoRequest(
            demo_data(data, shelf(Path(scratch), output), output), output_folder, algorithms, port
        )
        end = run_demo(request, output)
    output.document(end.as_json())
    if not end.succeeded:
        raise typer.Exit(FAILED)


@app.command()
def local(
    port: Port = 0,
    work_dir: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the files and the log of the embedded AWS; a temporary one if not given."
        ),
    ] = None,
    stack_name: StackName = DEFAULT_STACK,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Keep the embedded AWS up, with the stack deployed, until Ctrl-C.

    Prints its address and the environment variables that point any AWS client (the AWS CLI, boto3,
    `bakeoff upload`) at it.
    """
    from cli.local import serve

    serve(port, work_dir, stack_name, Output(as_json, quiet))


@app.command()
def upload(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="CSV or libsvm files, label first; may be gzipped.")
    ],
    stack_name: StackName = DEFAULT_STACK,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Upload data to a deployed stack and print the runs that this starts.

    AWS is found as by any AWS client: credentials and region from the environment or ~/.aws, another endpoint
    (that of `bakeoff local`, for example) from AWS_ENDPOINT_URL.
    """
    from cli.remote import upload_files

    upload_files(files, stack_name, Output(as_json, quiet))


@app.command()
def watch(
    run: Annotated[
        str | None, typer.Argument(metavar="RUN", help="Name of the run; the newest one if not given.")
    ] = None,
    stack_name: StackName = DEFAULT_STACK,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Follow a run of a deployed stack to its end, then print its leaderboard.

    Exit code 1 if the run failed; the cause is then on stderr.
    """
    from cli.remote import watch_run

    if not watch_run(run, stack_name, Output(as_json, quiet)).end.succeeded:
        raise typer.Exit(FAILED)
