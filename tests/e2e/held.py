"""Jobs that last as long as a test wants, in the place of those that train and prepare."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from local_aws.services.sagemaker import containers
from tests.local_aws.integration.sagemaker.support import SHELL, ShellContainer
from tests.patience import eventually

__all__ = ["SHELL", "TUNED_SHELL", "Containers", "until"]
# Of an image of one's own, a tuning job has to be told how to read its metric.
TUNED_SHELL = {
    "metrics": [{"name": "loss", "regex": "loss=([0-9.]+)"}],
    "tuning": {
        "objective": {"metric": "loss", "goal": "minimize"},
        "ranges": {"depth": {"integer": ["1", "9"]}},
        "jobs": 2,
    },
}


class Containers(ShellContainer):
    """Each job of the image SHELL, and each processing job, waits for a command and ends with it."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        # A job's folder ends with its name and "ml".
        self.line = (
            f'job="{folder}/$(basename "$(dirname "$PWD")")"; touch "$job.began"; '
            'until [ -e "$job.sh" ]; do sleep 0.05; done; . "$job.sh"'
        )

    def install(self, patch: pytest.MonkeyPatch, *, processing: bool = True) -> None:
        patch.setattr(containers, "ALGORITHMS", (*containers.ALGORITHMS, self))
        if processing:
            patch.setattr(
                "local_aws.services.sagemaker.data_plane.processing.processing_container", lambda image: self
            )

    def has_begun(self, job: str) -> bool:
        """Whether a job has what it asked for; one that is InProgress may still be loading it."""
        return (self._folder / f"{job}.began").exists()

    def go_on(self, job: str, command: str) -> None:
        """Let a job run its command: `true` completes it, `exit 1` fails it."""
        draft = self._folder / f"{job}.draft"
        draft.write_text(command)
        draft.rename(self._folder / f"{job}.sh")


def until(condition: Callable[[], object], what: str) -> None:
    # Most conditions ask the services several times: more often would take a core from what is awaited.
    eventually(condition, what, pause=0.2)
