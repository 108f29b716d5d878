"""`bakeoff local`: the embedded AWS kept up, for any AWS client to use."""

from __future__ import annotations

import shlex
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer

from bakeoff_cli import options
from bakeoff_cli.data.files import writable_folder
from bakeoff_cli.errors import BadInput
from bakeoff_cli.program import command
from bakeoff_cli.settings.parameters import TEMPLATE
from bakeoff_cli.show.output import Output
from bakeoff_cli.stack.stack import DEFAULT_STACK, StackReference

LOG_NAME = "embedded-aws.log"


def local(
    port: options.Port = 0,
    work_dir: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the files and the log of the embedded AWS; a temporary one if not given."
        ),
    ] = None,
    stack_name: options.StackName = DEFAULT_STACK,
    deploy: Annotated[
        bool, typer.Option("--deploy/--no-deploy", help="Deploy the stack, or leave that to `sam deploy`.")
    ] = True,
    algorithms: options.Algorithms = None,
    target: options.Target = None,
    metric: options.Metric = None,
    folds: options.Folds = None,
    settings: options.Settings = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Keep the embedded AWS up, with the stack deployed, until Ctrl-C.

    Prints its address and the environment variables that point any AWS client (the AWS CLI, boto3,
    `bakeoff upload`) at it.
    """
    from bakeoff_cli.process.embedded_aws import embedded_aws
    from bakeoff_cli.settings.requests import GivenSettings

    output = Output(as_json, quiet)
    parameters = GivenSettings(algorithms, target, settings or (), metric=metric, folds=folds).parameters()
    if parameters and not deploy:
        raise BadInput("--no-deploy leaves the stack's parameters to `sam deploy`: give them there.")
    with ExitStack() as stack:
        folder = _work_folder(work_dir, stack)
        aws = stack.enter_context(embedded_aws(output, folder / LOG_NAME, folder, port))
        outputs = dict[str, str]()
        if deploy:
            output.note("Deploying the stack ...")
            outputs = aws.deploy(TEMPLATE, stack_name, parameters)
        _introduce(aws.instance.endpoint_url, aws.environment(), outputs, output)
        _tell_next(stack_name if deploy else None, work_dir, outputs, output)
        with _telling_what_is_lost(work_dir, output):
            threading.Event().wait()


def _work_folder(given: Path | None, stack: ExitStack) -> Path:
    if given:
        # Absolute, because functions and jobs run in other working directories.
        return writable_folder(given).resolve()
    # ignore_cleanup_errors: a process that is being stopped may still write to it.
    temporary = tempfile.TemporaryDirectory(prefix="bakeoff-local-", ignore_cleanup_errors=True)
    return Path(stack.enter_context(temporary))


def _introduce(url: str, environment: Mapping[str, str], outputs: Mapping[str, str], output: Output) -> None:
    output.document({"endpoint_url": url, "environment": dict(environment), "outputs": dict(outputs)})
    exports = (f"export {name}={shlex.quote(value)}" for name, value in environment.items())
    content = "has the stack deployed" if outputs else "is empty"
    output.show(f"The embedded AWS listens on {url} and {content}.")
    output.show("Point any AWS client at it with:", "", *exports, "")
    output.show(*(f"{name}: {value}" for name, value in outputs.items()))


def _tell_next(
    stack_name: str | None, work_dir: Path | None, outputs: Mapping[str, str], output: Output
) -> None:
    """`stack_name` is None when nothing was deployed: that is left to whoever connects."""
    if stack_name is None:
        output.note("Then, in another terminal: `sam deploy --config-env local`.")
    else:
        upload = StackReference(stack_name).command("upload")
        output.note(f"Then, in another terminal: `{command('dataset', 'abalone')}`, `{upload} dataset1.csv`.")
    kept = f"only logs and what jobs left stay in {work_dir}" if work_dir else "nothing stays"
    bucket = outputs.get("BucketName", "BUCKET")
    output.note(
        f"Press Ctrl-C to stop it. Its buckets, stacks and runs live in memory and go with it; {kept}. "
        f"To keep runs, copy them first: `aws s3 sync s3://{bucket}/runs/ runs/`."
    )


@contextmanager
def _telling_what_is_lost(work_dir: Path | None, output: Output) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        kept = f"logs and what jobs left are in {work_dir}" if work_dir else "nothing is kept"
        # Writing to a terminal that was closed raises.
        with suppress(OSError):
            output.note(f"Stopping the embedded AWS: its buckets, stacks and runs are gone, {kept}.")
        raise
