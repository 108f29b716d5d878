"""Train a linear function or classifier on the `train` channel; report its quality on every channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from local_aws.services.sagemaker.containers.errors import UserError
from local_aws.services.sagemaker.containers.folders import Folders, require_channels
from local_aws.services.sagemaker.containers.hyperparameters import check_feature_count
from local_aws.services.sagemaker.containers.linear_learner import metrics
from local_aws.services.sagemaker.containers.linear_learner.classifier import LinearClassifier, fit
from local_aws.services.sagemaker.containers.linear_learner.hyperparameters import (
    BINARY,
    MULTICLASS,
    REGRESSOR,
    validated,
)
from local_aws.services.sagemaker.containers.linear_learner.losses import Settings
from local_aws.services.sagemaker.containers.linear_learner.model import save
from local_aws.services.sagemaker.containers.linear_learner.objective import (
    Labelled,
    Objective,
    class_labels,
    objective,
)
from local_aws.services.sagemaker.containers.linear_learner.solver import LinearFunction, solve
from local_aws.services.sagemaker.containers.tables import Matrix, csv_label_size, read_labelled_csv

# The image's own, where a job names none.
MINI_BATCH_ROWS = 1000
Data = Mapping[str, tuple[Matrix, Matrix]]


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
    save(_TRAINERS[settings["predictor_type"]](data, settings), folders.model)


def _regressor(data: Data, settings: Settings) -> LinearFunction:
    function = solve(*data["train"], settings)
    for name, (features, labels) in data.items():
        objective_loss, *others = metrics.of_regression(function(features), labels)
        if name != "test":
            metrics.report_epoch(0, name, objective_loss)
        metrics.report(name, [objective_loss, *others])
    return function


def _classifier(data: Data, settings: Settings) -> LinearClassifier:
    rows = {
        name: (features, class_labels(labels, name, settings)) for name, (features, labels) in data.items()
    }
    aim = objective(rows["train"][1], settings)
    judged = rows.get("validation", rows["train"])
    model = fit(rows["train"], judged, aim, settings, _Epochs(rows, aim))
    for name, (features, labels) in rows.items():
        shares = model.probabilities(features)
        loss: metrics.Metric = (aim.name, "loss", aim(model.scores, (features, labels)))
        quality = metrics.of_classes(shares, model.labels(shares), labels, settings)
        metrics.report(name, [loss, *quality])
    return model


class _Epochs:
    """Tells the objective of a model in training, on train and validation."""

    def __init__(self, rows: Mapping[str, Labelled], aim: Objective) -> None:
        self._rows = {name: rows[name] for name in ("train", "validation") if name in rows}
        self._aim = aim
        self._epoch = 0

    def __call__(self, scores: LinearFunction) -> None:
        for name, data in self._rows.items():
            metrics.report_epoch(self._epoch, name, (self._aim.name, "loss", self._aim(scores, data)))
        self._epoch += 1


_TRAINERS: Mapping[str, Callable[[Data, Settings], LinearFunction | LinearClassifier]] = {
    REGRESSOR: _regressor,
    BINARY: _classifier,
    MULTICLASS: _classifier,
}


def _check_mini_batch(batch_rows: int, train_rows: int) -> None:
    """In the words of the image, whose message asks for fewer rows in a batch than there are."""
    if batch_rows >= train_rows:
        raise UserError(
            "No training data processed. Either the training channel is empty or the mini-batch size is too "
            "high. Verify that training data contains non-empty files and the mini-batch size is less than "
            f"the number of records per training host. (mini_batch_size {batch_rows}, {train_rows} records)"
        )
