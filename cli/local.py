"""The embedded AWS kept up, for any AWS client to use."""

from __future__ import annotations

import shlex
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from cli.embedded import embedded_aws
from cli.files import writable_folder
from cli.output import Output

if TYPE_CHECKING:
    from local_aws.embedded import EmbeddedAws

LOG_NAME = "embedded-aws.log"


def serve(
    port: int,
    work_dir: Path | None,
    stack_name: str | None,
    output: Output,
    wait: Callable[[], None] | None = None,
) -> None:
    """Deploy the stack, say how to reach it, and stay until `wait` returns (by default: for ever).

    With `stack_name` None nothing is deployed: that is left to whoever connects.
    """
    with ExitStack() as stack:
        folder = _work_folder(work_dir, stack)
        aws = stack.enter_context(embedded_aws(output, folder / LOG_NAME, folder, port))
        outputs = _deployed(aws, stack_name, output)
        _introduce(aws.site.endpoint_url, aws.environment(), outputs, output)
        (wait or _for_ever)()


def _deployed(aws: EmbeddedAws, stack_name: str | None, output: Output) -> dict[str, str]:
    if stack_name is None:
        return {}
    output.note("Deploying the stack ...")
    return aws.deploy(stack_name)


def _work_folder(given: Path | None, stack: ExitStack) -> Path:
    if given:
        return writable_folder(given)
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
    output.note("Press Ctrl-C to stop it.")


def _for_ever() -> None:
    threading.Event().wait()
