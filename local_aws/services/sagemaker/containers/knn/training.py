"""Build an index of the `train` channel; report its error on `test`."""

from __future__ import annotations

import logging

import numpy as np

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.folders import Channel, Folders, require_channels
from local_aws.services.sagemaker.containers.hyperparameters import check_feature_count
from local_aws.services.sagemaker.containers.knn.hyperparameters import validated
from local_aws.services.sagemaker.containers.knn.index import NeighbourModel, build, save
from local_aws.services.sagemaker.containers.tables import Matrix, csv_label_size, read_labelled_csv

_log = logging.getLogger(__name__)


def train(folders: Folders) -> None:
    """Write the index; UserError for what the image refuses."""
    settings = validated(folders.hyperparameters())
    channels = folders.channels()
    require_channels(channels, "train", ("test",))
    data = {name: _read(channel, settings["feature_dim"]) for name, channel in channels.items()}
    index = build(*data["train"], settings)
    if settings["k"] > len(index.labels):
        raise UserError(f"k is {settings['k']}, but the index has only {len(index.labels)} points.")
    if "test" in data:
        _report(NeighbourModel(index), *data["test"], settings["predictor_type"])
    save(index, folders.model)


def _read(channel: Channel, feature_dim: int) -> tuple[Matrix, Matrix]:
    features, labels = read_labelled_csv(channel, csv_label_size(channel))
    check_feature_count(feature_dim, features.shape[1], f"the {channel.name} channel")
    return features, labels


def _report(model: NeighbourModel, features: Matrix, labels: Matrix, predictor_type: str) -> None:
    predicted = model.predict(features)
    if predictor_type == "regressor":
        name, kind, value = "mse", "loss", float(np.mean((predicted - labels) ** 2))
    else:
        name, kind, value = "accuracy", "score", float(np.mean(predicted == labels))
    _log.info("#test_score (algo-1) : %s", (name, value))
    _log.info("#quality_metric: host=algo-1, test %s <%s>=%s", name, kind, value)
