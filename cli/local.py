"""The embedded AWS kept up, for any AWS client to use."""

from __future__ import annotations

import shlex
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cli.embedded import embedded_aws
from cli.files import writable_folder
from cli.output import Output
from cli.program import command
from cli.settings.parameters import TEMPLATE
from cli.stack import StackReference

if TYPE_CHECKING:
    from local_aws.embedded import EmbeddedAws

LOG_NAME = "embedded-aws.log"


@dataclass(frozen=True)
class LocalRequest:
    """With `stack_name` None nothing is deployed: that is left to whoever connects.

    `work_dir` None is a temporary folder; `parameters` are those that are not to have their defaults.
    """

    port: int = 0
    work_dir: Path | None = None
    stack_name: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)


def serve(request: LocalRequest, output: Output, wait: Callable[[], None] | None = None) -> None:
    """Deploy the stack, say how to reach it, and stay until `wait` returns (by default: for ever)."""
    with ExitStack() as stack:
        folder = _work_folder(request.work_dir, stack)
        aws = stack.enter_context(embedded_aws(output, folder / LOG_NAME, folder, request.port))
        outputs = _deployed(aws, request, output)
        _introduce(aws.site.endpoint_url, aws.environment(), outputs, output)
        _tell_next(request, outputs, output)
        with _said_at_the_end(request.work_dir, output):
            (wait or _for_ever)()


def _deployed(aws: EmbeddedAws, request: LocalRequest, output: Output) -> dict[str, str]:
    if request.stack_name is None:
        return {}
    output.note("Deploying the stack ...")
    return aws.deploy(TEMPLATE, request.stack_name, request.parameters)


def _work_folder(given: Path | None, stack: ExitStack) -> Path:
    if given:
        # Functions and jobs work in folders of their own.
        return writable_folder(given).resolve()
    # A process that is being stopped may still hold a file of it.
    temporary = tempfile.TemporaryDirectory(prefix="bakeoff-local-", ignore_cleanup_errors=True)
    return Path(stack.enter_context(temporary))


def _introduce(url: str, environment: Mapping[str, str], outputs: Mapping[str, str], output: Output) -> None:
    output.document({"endpoint_url": url, "environment": dict(environment), "outputs": dict(outputs)})
    exports = (f"export {name}={shlex.quote(value)}" for name, value in environment.items())
    content = "has the stack deployed" if outputs else "is empty"
    output.show(f"The embedded AWS listens on {url} and {content}.")
    output.show("Point any AWS client at it with:", "", *exports, "")
    output.show(*(f"{name}: {value}" for name, value in outputs.items()))


def _tell_next(request: LocalRequest, outputs: Mapping[str, str], output: Output) -> None:
    if request.stack_name is None:
        output.note("Then, in another terminal: `sam deploy --config-env local`.")
    else:
        upload = StackReference(request.stack_name).command("upload")
        output.note(f"Then, in another terminal: `{command('dataset', 'abalone')}`, `{upload} dataset1.csv`.")
    output.note(f"Press Ctrl-C to stop it. {_lost(request.work_dir, outputs)}")


def _lost(work_dir: Path | None, outputs: Mapping[str, str]) -> str:
    kept = f"only logs and what jobs left stay in {work_dir}" if work_dir else "nothing stays"
    return (
        f"Its buckets, stacks and runs live in memory and go with it; {kept}. To keep runs, copy them first: "
        f"`aws s3 sync s3://{outputs.get('BucketName', 'BUCKET')}/runs/ runs/`."
    )


@contextmanager
def _said_at_the_end(work_dir: Path | None, output: Output) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        kept = f"logs and what jobs left are in {work_dir}" if work_dir else "nothing is kept"
        # Of a terminal that is gone, writing to it is an error, too.
        with suppress(OSError):
            output.note(f"Stopping the embedded AWS: its buckets, stacks and runs are gone, {kept}.")
        raise


def _for_ever() -> None:
    threading.Event().wait()
