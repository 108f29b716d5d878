"""The final model of a run with folds: the best candidate, trained once more on the rows of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bakeoff.domain.run.documents import FinalModel
from bakeoff.domain.run.files import WritableRunFiles
from bakeoff.domain.scoring.failures import explain


def record_final_model(run: WritableRunFiles, told: Mapping[str, Any]) -> FinalModel:
    """Store final.json. `told` is what the workflow knows of the training: the `candidate`, its
    `model_data_url` and times (`training`), and a `failure` as `explain` takes it. A job that failed leaves
    no model: what one that was stopped had by then is none.
    """
    failure, rows = told["failure"], run.summary()["rows"]
    training = told["training"] or {"training_seconds": None, "billable_seconds": None}
    final: FinalModel = {
        "candidate": told["candidate"],
        "status": "failed" if failure else "completed",
        "error": explain(failure["error"], failure["cause"], failure["step"]) if failure else None,
        "model_data_url": None if failure else told["model_data_url"],
        "training_seconds": training["training_seconds"],
        "billable_seconds": training["billable_seconds"],
        "rows": {"train": rows["train"], "validation": rows["validation"]},
    }
    run.write_final_model(final)
    return final
