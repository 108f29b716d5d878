"""Train a linear function on the `train` channel; report its error on `validation` and `test`."""

from __future__ import annotations

import logging

import numpy as np

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.folders import Folders, require_channels
from local_aws.services.sagemaker.containers.hyperparameters import check_feature_count
from local_aws.services.sagemaker.containers.linear_learner.hyperparameters import validated
from local_aws.services.sagemaker.containers.linear_learner.model import save
from local_aws.services.sagemaker.containers.linear_learner.solver import solve
from local_aws.services.sagemaker.containers.tables import csv_label_size, read_labelled_csv

# The image's own, where a job names none.
MINI_BATCH_ROWS = 1000
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
    _check_mini_batch(settings.get("mini_batch_size", MINI_BATCH_ROWS), len(data["train"][1]))
    function = solve(*data["train"], settings)
    for name, (features, labels) in data.items():
        mse = float(np.mean((function(features) - labels) ** 2))
        _log.info("#quality_metric: host=algo-1, %s mse <loss>=%s", name, mse)
    save(function, folders.model)


def _check_mini_batch(batch_rows: int, train_rows: int) -> None:
    """In the words of the image, whose message asks for fewer rows in a batch than there are."""
    if batch_rows >= train_rows:
        raise UserError(
            "No training data processed. Either the training channel is empty or the mini-batch size is too "
            "high. Verify that training data contains non-empty files and the mini-batch size is less than "
            f"the number of records per training host. (mini_batch_size {batch_rows}, {train_rows} records)"
        )
