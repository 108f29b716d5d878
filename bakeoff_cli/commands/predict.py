"""`bakeoff predict`: new rows through the model of a run, or the one in production, to a CSV file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
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
    from bakeoff_cli.promoting import ProductionSession
    from bakeoff_cli.saved.model import SavedModel
    from bakeoff_cli.session import Session
    from bakeoff_cli.stack.production.model import LiveModel


PRODUCTION = "production"


def predict(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Rows as they were uploaded; the target column may be left out."),
    ],
    of: Annotated[
        str | None,
        typer.Argument(
            metavar="[production]",
            help="The model that the stack has in production, in the place of a run's.",
        ),
    ] = None,
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
    """Predict new rows with the model of a run, or that in production, prepared exactly as its own rows were.

    A saved model answers on this machine, from an endpoint that the command starts and ends; a live endpoint,
    as production's, answers in AWS. Columns may stand in any order. Nothing is written when a row cannot be
    read.
    """
    from bakeoff.domain.predicting.answers import answers_csv, ask
    from bakeoff.domain.predicting.preparing import prepare
    from bakeoff_cli.data.new_rows import new_rows
    from bakeoff_cli.process.parquet import holds_parquet, parquet_rows

    output, reference = Output(as_json, quiet), StackReference(stack_name, profile, region)
    _require_order(file, of)
    readable_file(file)
    default = Path(f"{file.name.split('.')[0]}-predictions.csv")
    target = writable_file(output_file or default, "the predictions")
    with ExitStack() as stack:
        model: SavedModel | LiveModel
        if of:
            _refuse_others(run, candidate, endpoint)
            model, asking = _production(reference, output)
            endpoint = model.endpoint
        else:
            model = stack.enter_context(_model(run, candidate, endpoint, reference, output))
            asking = _endpoint(model, endpoint, reference, output)
        table = (parquet_rows if holds_parquet(file) else new_rows)(file, model.columns)
        rows = prepare(table, model.columns, model.encoding, model.view)
        for note in rows.notes:
            output.note(note)
        answers = ask(stack.enter_context(asking), model.request, model.answering, rows.features)
    with replacing(target) as opened:
        opened.write(answers_csv(rows.own, model.answering, answers).encode())
    _tell(rows, model, endpoint, target, output)


def _require_order(file: Path, of: str | None) -> None:
    if of not in (None, PRODUCTION):
        raise BadInput(
            f"What comes after FILE is `{PRODUCTION}` or nothing, not {of!r}: a run is named with --run, and "
            "the file comes first."
        )
    if str(file) == PRODUCTION and not file.exists():
        raise BadInput(
            f"There is no file {PRODUCTION}: name the file with the new rows first, as in `bakeoff predict "
            f"new.csv {PRODUCTION}`."
        )


def _refuse_others(run: str | None, candidate: str | None, endpoint: str | None) -> None:
    given = {"--run": run, "--candidate": candidate, "--endpoint": endpoint}
    if other := next((name for name, value in given.items() if value is not None), None):
        raise BadInput(f"`production` says whose model answers, and {other} says it, too: leave out one.")


def _production(stack: StackReference, output: Output) -> tuple[LiveModel, AbstractContextManager[Endpoint]]:
    from bakeoff_cli.promoting import connect_production
    from bakeoff_cli.stack.production.model import live_model

    session = connect_production(stack, output)
    model = live_model(session.files.live())
    output.note(f"Production serves {model}.")
    return model, _production_endpoint(session, model)


@contextmanager
def _production_endpoint(session: ProductionSession, model: LiveModel) -> Iterator[Endpoint]:
    """Raises ProductionMoved in the end, unless it was the same model all the while."""
    from bakeoff_cli.process.live_endpoint import LiveEndpoint
    from bakeoff_cli.stack.production.model import require_same

    runtime = session.session.aws.sagemaker_runtime
    yield LiveEndpoint(runtime, model.endpoint, model.request, str(model))
    require_same(model, session.files.live())


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
    files = session.files(run_id)
    if files.comparison() is None:
        raise BadInput(f"The run {run_id} has no verdict, and so no model to ask: name another one by --run.")
    output.note(f"The run is {run_id}.")
    with tempfile.TemporaryDirectory(prefix="bakeoff-run-") as scratch:
        yield saved_model(files.save_model(Path(scratch), archives=endpoint is None), candidate)


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
    yield LiveEndpoint(runtime, name, model.request, str(model))


def _tell(
    rows: PreparedRows,
    model: SavedModel | LiveModel,
    endpoint: str | None,
    predictions: Path,
    output: Output,
) -> None:
    count = len(rows.features)
    output.show(f"{counted(count, 'row')} predicted by {model}: {predictions}")
    output.document(
        {
            "predictions": str(predictions),
            "rows": count,
            "run_id": model.run_id,
            "candidate": model.name,
            "endpoint": endpoint,
            "notes": list(rows.notes),
        }
    )
