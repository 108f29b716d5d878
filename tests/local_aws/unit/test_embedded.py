"""How an embedded AWS starts and ends, without starting one: moto's state is global."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from local_aws import embedded
from local_aws.core.errors import WorkDirTaken
from local_aws.embedded import EmbeddedAws, sole_use


def test_a_work_folder_has_one_embedded_aws_at_a_time(tmp_path: Path) -> None:
    with sole_use(tmp_path), pytest.raises(WorkDirTaken) as refusal, sole_use(tmp_path):
        pass

    assert str(refusal.value) == (
        f"Another embedded AWS works in the folder {tmp_path}: choose another one with --work-dir."
    )
    with sole_use(tmp_path):
        pass


class Server:
    """moto's server, as far as starting and stopping goes."""

    running = 0

    def __init__(self, *arguments: object, **options: object) -> None:
        pass

    def start(self) -> None:
        type(self).running += 1

    def stop(self) -> None:
        type(self).running -= 1

    def get_host_and_port(self) -> tuple[str, int]:
        raise KeyboardInterrupt


def test_a_start_that_is_interrupted_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(embedded, "Server", Server)
    monkeypatch.setattr(embedded, "_apply_patches", lambda: None)
    monkeypatch.setattr(embedded, "check_port", lambda port: None)
    monkeypatch.setattr("local_aws.embedded.moto_api_backend.reset", lambda: None)

    with pytest.raises(KeyboardInterrupt), EmbeddedAws():
        pass

    assert Server.running == 0
    assert list(tmp_path.iterdir()) == []
