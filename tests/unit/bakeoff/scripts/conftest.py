from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.bakeoff.scripts.jobs import Job


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    return Job(tmp_path, monkeypatch)
