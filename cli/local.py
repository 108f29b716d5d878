"""The embedded AWS kept up, for any AWS client to use."""

from __future__ import annotations

import shlex
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from cli.embedded import embedded_aws
from cli.files import writable_folder
from cli.output import Output

LOG_NAME = "embedded-aws.log"


def serve(
    port: int, work_dir: Path | None, stack_name: str, output: Output, wait: Callable[[], None] | None = None
) -> None:
    """Deploy the stack, say how to reach it, and stay until `wait` returns (by default: for ever)."""
    with ExitStack() as stack:
        folder = _work_folder(work_dir, stack)
        aws = stack.enter_context(embedded_aws(output, folder / LOG_NAME, folder, port))
        output.note("Deploying the stack ...")
        outputs = aws.deploy(stack_name)
        _introduce(aws.site.endpoint_url, aws.environment(), outputs, output)
        (wait or _for_ever)()


def _work_folder(given: Path | None, stack: ExitStack) -> Path:
    if given:
        return writable_folder(given)
    # A process that is being stopped may still hold a file of it.
    temporary = tempfile.TemporaryDirectory(prefix="bakeoff-local-", ignore_cleanup_errors=True)
    return Path(stack.enter_context(temporary))


def _introduce(url: str, environment: Mapping[str, str], outputs: Mapping[str, str], output: Output) -> None:
    output.document({"endpoint_url": url, "environment": dict(environment), "outputs": dict(outputs)})
    exports = (f"export {name}={shlex.quote(value)}" for name, value in environment.items())
    output.show(f"The embedded AWS listens on {url} and has the stack deployed.")
    output.show("Point any AWS client at it with:", "", *exports, "")
    output.show(*(f"{name}: {value}" for name, value in outputs.items()))
    output.note("Press Ctrl-C to stop it.")


def _for_ever() -> None:
    threading.Event().wait()
