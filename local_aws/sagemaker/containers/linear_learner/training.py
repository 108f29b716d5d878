"""Train a linear function on the `train` channel; report its error on `validation` and `test`."""

from __future__ import annotations

import logging

import numpy as np

from local_aws.sagemaker.containers.folders import Folders, require_channels
from local_aws.sagemaker.containers.hyperparameters import check_feature_count
from local_aws.sagemaker.containers.linear_learner.hyperparameters import validated
from local_aws.sagemaker.containers.linear_learner.model import save
from local_aws.sagemaker.containers.linear_learner.solver import solve
from local_aws.sagemaker.containers.tables import csv_label_size, read_labelled_csv

_log = logging.getLogger(__name__)


def train(folders: Folders) -> None:
    """Write the model; UserError for what the image refuses."""
    settings = validated(folders.hyperparameters())
    channels = folders.channels()
    require_channels(channels, "train", ("validation", "test"))
    data = {name: read_labelled_csv(channel, csv_label_size(channel)) for name, channel in channels.items()}
    feature_count = data["train"][0].shape[1]
    check_feature_count(settings.get("feature_dim"), feature_count, "the train channel")
    for name, (features, _) in data.items():
        check_feature_count(feature_count, features.shape[1], f"the {name} channel")
    function = solve(*data["train"], settings)
    for name, (features, labels) in data.items():
        mse = float(np.mean((function(features) - labels) ** 2))
        _log.info("#quality_metric: host=algo-1, %s mse <loss>=%s", name, mse)
    save(function, folders.model)
