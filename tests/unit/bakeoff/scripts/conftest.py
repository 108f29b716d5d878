from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

# Its libraries must be there before their threads can be counted.
import sklearn.ensemble  # noqa: F401
from threadpoolctl import threadpool_limits

from tests.unit.bakeoff.scripts.jobs import Job

# `make` puts CatBoost there, by requirements-catboost.lock: the command and the demo go without its 280 MB.
sys.path.append(str(Path(sys.prefix) / "catboost"))


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Job:
    return Job(tmp_path, monkeypatch)


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """Of small tables, several threads take twenty times as long where the machine is busy."""
    with threadpool_limits(1):
        yield


@pytest.fixture(autouse=True)
def one_state_of_chance() -> None:
    """An estimator without a random_state takes NumPy's, which would be another one in every process."""
    np.random.seed(20)
