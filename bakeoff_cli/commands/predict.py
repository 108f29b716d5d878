"""`bakeoff predict`: new rows through the model of a run, to a CSV file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bakeoff_cli import options
from bakeoff_cli.data.files import readable_file, replacing, writable_file
from bakeoff_cli.errors import BadInput
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.stack import DEFAULT_STACK, StackReference
from bakeoff_cli.text import counted

if TYPE_CHECKING:
    from bakeoff.domain.ports import Endpoint
    from bakeoff.domain.predicting.preparing import PreparedRows
    from bakeoff_cli.saved.model import SavedModel
    from bakeoff_cli.session import Session


def predict(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Rows as they were uploaded; the target column may be left out."),
    ],
    run: Annotated[
        str | None,
        typer.Option(
            "--run",
            metavar="RUN|FOLDER",
            help="Name of the run whose model answers, or the folder of a saved one; else the newest.",
        ),
    ] = None,
    candidate: Annotated[
        str | None,
        typer.Option(
            "--candidate", metavar="NAME", help="Whose model; the recommended candidate's if not given."
        ),
    ] = None,
    endpoint: Annotated[
        str | None,
        typer.Option(
            "--endpoint", metavar="NAME", help="A live endpoint that serves that model, in the place of it."
        ),
    ] = None,
    output_file: Annotated[
        Path | None,
        typer.Option("--output", help="CSV file to write; FILE-predictions.csv, without FILE's own ending."),
    ] = None,
    stack_name: options.StackName = DEFAULT_STACK,
    profile: options.Profile = None,
    region: options.Region = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Predict new rows with the model of a run, prepared exactly as the run's own rows were.

    A saved model answers on this machine, from an endpoint that the command starts and ends; a live endpoint
    answers in AWS. Columns may stand in any order. Nothing is written when a row cannot be read.
    """
    from bakeoff.domain.predicting.answers import answers_csv, ask
    from bakeoff.domain.predicting.preparing import prepare
    from bakeoff_cli.data.new_rows import new_rows

    output, reference = Output(as_json, quiet), StackReference(stack_name, profile, region)
    readable_file(file)
    default = Path(f"{file.name.split('.')[0]}-predictions.csv")
    target = writable_file(output_file or default, "the predictions")
    with ExitStack() as stack:
        model = stack.enter_context(_model(run, candidate, endpoint, reference, output))
        table = new_rows(file, model.columns)
        rows = prepare(table, model.columns, model.encoding, model.view)
        for note in rows.notes:
            output.note(note)
        live = stack.enter_context(_endpoint(model, endpoint, reference, output))
        answers = ask(live, model.candidate, model.answering, rows.features)
    with replacing(target) as opened:
        opened.write(answers_csv(rows.own, model.answering, answers).encode())
    _tell(rows, model, endpoint, target, output)


@contextmanager
def _model(
    run: str | None, candidate: str | None, endpoint: str | None, stack: StackReference, output: Output
) -> Iterator[SavedModel]:
    """Of a run in a stack, a copy that lasts as long as it is needed."""
    from bakeoff_cli.saved.folder import folder_meant
    from bakeoff_cli.saved.model import saved_model
    from bakeoff_cli.session import connect

    if folder := folder_meant(run):
        yield saved_model(folder, candidate)
        return
    session = connect(stack, output)
    run_id = session.runs.data_in(run or session.runs.finished()[0])
    _refuse_models_of_aws(session, run_id, endpoint)
    output.note(f"The run is {run_id}.")
    with tempfile.TemporaryDirectory(prefix="bakeoff-run-") as scratch:
        yield saved_model(
            session.files(run_id).save_model(Path(scratch), archives=endpoint is None), candidate
        )


def _refuse_models_of_aws(session: Session, run_id: str, endpoint: str | None) -> None:
    from bakeoff_cli.stack.console import is_aws

    if endpoint is None and is_aws(session.aws.stepfunctions):
        raise BadInput(
            f"The models of the run {run_id} were trained by containers of AWS, which this machine has not: "
            "name a live endpoint that serves one of them with --endpoint."
        )


@contextmanager
def _endpoint(
    model: SavedModel, name: str | None, stack: StackReference, output: Output
) -> Iterator[Endpoint]:
    from bakeoff_cli.process.live_endpoint import LiveEndpoint
    from bakeoff_cli.process.serving import serving
    from bakeoff_cli.stack.aws import configured_aws

    if name is None:
        with serving(model, output) as endpoint:
            yield endpoint
        return
    runtime = configured_aws(stack.profile, stack.region).sagemaker_runtime
    yield LiveEndpoint(runtime, name, model.candidate)


def _tell(
    rows: PreparedRows, model: SavedModel, endpoint: str | None, predictions: Path, output: Output
) -> None:
    count, candidate = len(rows.features), model.candidate["name"]
    by = f"{candidate} of the run {model.run_id}"
    output.show(f"{counted(count, 'row')} predicted by {by}: {predictions}")
    output.document(
        {
            "predictions": str(predictions),
            "rows": count,
            "run_id": model.run_id,
            "candidate": candidate,
            "endpoint": endpoint,
            "notes": list(rows.notes),
        }
    )
