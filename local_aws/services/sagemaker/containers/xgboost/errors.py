"""What XGBoost's library says when it refuses something."""

from __future__ import annotations

import re

# "[11:36:58] /workspace/src/data/data.cc:1196: Check failed: ...", and a stack trace of the library below.
_PLACE = re.compile(r"\A\[[\d:]+\] \S+:\d+: ")
_TRACE = "\nStack trace:"
# What the container takes for the customer's fault, and tells without a word of its own. XGBoost 3 words the
# range of labels in other ways than the versions for which the public list was written.
_CUSTOMERS = (
    "for logistic regression",
    "label must be in [0, num_class)",
    "label must be discrete values in the range of [0, num_class)",
    "feature_names mismatch",
    "Check failed: preds.size() == info.labels_.size()",
    "Check failed: !auc_error AUC: the dataset only contains pos or neg samples",
    "label must be nonnegative",
    "Parameter reg_lambda should be greater equal to 0",
)


def told(error: Exception) -> str:
    """Its sentence alone: a FailureReason takes 1,024 characters, which a stack trace fills by itself."""
    return _PLACE.sub("", str(error).split(_TRACE, 1)[0].strip())


def training_failure(error: Exception) -> str:
    """The FailureReason of a training that XGBoost gave up."""
    sentence = told(error)
    if any(known in sentence for known in _CUSTOMERS):
        return sentence
    return f"XGB train call failed with exception:\n {sentence}"
