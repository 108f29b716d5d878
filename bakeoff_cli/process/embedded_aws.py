"""The embedded AWS for as long as a command runs, stopped whole however the command ends."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bakeoff_cli.process.signals import left_undisturbed
from bakeoff_cli.show.output import Output

if TYPE_CHECKING:
    from local_aws.embedded import EmbeddedAws

# What takes minutes in AWS takes a second or two here, so whoever looks again looks sooner.
PACE = 0.1
_SILENCE = logging.NullHandler()


@contextmanager
def embedded_aws(output: Output, log_file: Path, work_dir: Path | None, port: int) -> Iterator[EmbeddedAws]:
    """A running embedded AWS; what it and its servers log goes to `log_file`, not between the user's lines.

    Raises local_aws.core.errors.LocalAwsError when it cannot start.
    """
    # moto takes a second to import, and only two commands need it.
    from local_aws.embedded import EmbeddedAws

    output.note("Starting the embedded AWS ...")
    with _log_to(log_file), left_undisturbed(EmbeddedAws(work_dir, port, name="bakeoff", pace=PACE)) as aws:
        for note in aws.notes():
            output.note(note)
        yield aws


@contextmanager
def _log_to(file: Path) -> Iterator[None]:
    handler = logging.FileHandler(file, mode="w", encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        # Without any handler, logging would print a thread's last messages to stderr.
        root.addHandler(_SILENCE)
        root.removeHandler(handler)
        handler.close()
