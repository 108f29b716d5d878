"""Training jobs as SageMaker lays them out, requests, and real tables of classes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn import datasets

from local_aws.services.sagemaker.containers.folders import Folders
from local_aws.services.sagemaker.containers.server import Invocation

Rows = NDArray[np.float64]
TABLES = {
    "breast_cancer": datasets.load_breast_cancer,
    "wine": datasets.load_wine,
    "iris": datasets.load_iris,
    "digits": datasets.load_digits,
}


@dataclass(frozen=True)
class Split:
    """Rows of a table of `classes` classes, the label first: 60 / 20 / 20 at random, but always the same."""

    train: Rows
    validation: Rows
    test: Rows
    classes: int

    @classmethod
    def of(cls, name: str) -> Split:
        features, labels = TABLES[name](return_X_y=True)
        rows = np.column_stack([labels, features])[np.random.default_rng(1).permutation(len(labels))]
        train, validation, test = np.split(rows, [int(0.6 * len(rows)), int(0.8 * len(rows))])
        return cls(train, validation, test, len(np.unique(labels)))


def job(
    root: Path,
    hyperparameters: Mapping[str, str],
    channels: Mapping[str, Rows],
    content_type: str = "text/csv",
) -> Folders:
    """A job whose channels hold these rows."""
    config = root / "input" / "config"
    for folder in (config, root / "model"):
        folder.mkdir(parents=True)
    (config / "hyperparameters.json").write_text(json.dumps(dict(hyperparameters)))
    described = {
        "ContentType": content_type,
        "TrainingInputMode": "File",
        "S3DistributionType": "FullyReplicated",
    }
    (config / "inputdataconfig.json").write_text(json.dumps(dict.fromkeys(channels, described)))
    for name, rows in channels.items():
        folder = root / "input" / "data" / name
        folder.mkdir(parents=True)
        (folder / "part.csv").write_text(csv(rows))
    return Folders(root)


def csv(rows: Rows) -> str:
    return "\n".join(",".join(map(repr, row)) for row in rows.tolist()) + "\n"


def request(features: Rows, accept: str = "application/json") -> Invocation:
    return Invocation(csv(features).encode(), "text/csv", accept)


def predictions(body: bytes) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads(body)["predictions"]
    return records
