"""A job's folders, in which a script trains within the test's own process."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from bakeoff.scripts.tabular import Array
from benchmarks.data_sets import lines


class Job:
    """One training job under `folder`: its channels, its environment, its model."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._folder, self._patch = folder, patch
        self.model = folder / "model"
        self.model.mkdir()
        patch.setenv("SM_MODEL_DIR", str(self.model))
        patch.setenv("SM_NUM_CPUS", "1")

    def channel(self, name: str, table: Array) -> None:
        place = self._folder / name
        place.mkdir()
        half = len(table) // 2
        for number, part in enumerate((table[:half], table[half:])):
            (place / f"part-{number}").write_text(lines(part))
        self._patch.setenv(f"SM_CHANNEL_{name.upper()}", str(place))

    def settings(self, **hyperparameters: Any) -> None:
        self._patch.setenv("SM_HPS", json.dumps(hyperparameters))

    def predictions(self, script: ModuleType, features: Array) -> Array:
        """By way of the four functions, as an endpoint asks them."""
        loaded = script.model_fn(str(self.model))
        scores = script.predict_fn(script.input_fn(lines(features), "text/csv"), loaded)
        body, kind = script.output_fn(scores, "application/json")
        assert kind == "application/json"
        return np.array([each["score"] for each in json.loads(body)["predictions"]])


def numbers(rows: int = 200, seed: int = 0) -> Array:
    """A label that is a linear function of two features, and noise."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(rows, 2))
    return np.column_stack([features @ [3.0, -2.0] + rng.normal(scale=0.1, size=rows), features])


def classes(count: int, rows: int = 300, seed: int = 0) -> Array:
    """A label of 0..count-1 by where the first feature lies."""
    rng = np.random.default_rng(seed)
    features = rng.uniform(0, count, size=(rows, 2))
    return np.column_stack([np.floor(features[:, 0]), features])
