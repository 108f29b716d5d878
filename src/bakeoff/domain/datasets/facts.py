"""What the prepared data fill into the candidates' hyperparameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bakeoff.domain.errors import HyperparameterTooLong
from bakeoff.domain.planning.sections import of_section
from bakeoff.domain.planning.tuning import with_tuning_job
from bakeoff.domain.run.documents import EncodedView, Plan, PlannedCandidate, Summary, ViewSize
from bakeoff.domain.run.planned import view_of
from bakeoff.domain.run.task import task_of

MINI_BATCH_ROWS = 100
# Of SageMaker: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateTrainingJob.html
MAX_HYPERPARAMETER = 2500


def filled_candidate(plan: Plan, candidate: PlannedCandidate, summary: Summary) -> PlannedCandidate:
    """A candidate of the plan, or a unit of one, as it holds for the task and rows that the summary tells of.

    Raises HyperparameterTooLong for a hyperparameter that the data make too long.
    """
    facts = _facts(summary, view_of(plan, candidate["name"]))
    return _filled(of_section(candidate, task_of(summary).section), facts)


def facts_of(
    features: int, train_rows: int, classes: int = 0, categorical: Sequence[int] = ()
) -> dict[str, int | str]:
    """What a hyperparameter may name in braces; the features are those of the candidate's view, `categorical`
    where among them codes of categories stand, and `classes` is 0 under regression.

    `mini_batch` is SageMaker's usual 100 rows, or half of the training rows where there are fewer than 200:
    a container that steps through batches needs more than one, and refuses one that it cannot fill.
    """
    return {
        "feature_dim": features,
        "train_rows": train_rows,
        "mini_batch": min(MINI_BATCH_ROWS, max(1, train_rows // 2)),
        "categorical": str(list(categorical)),
        **({"classes": classes} if classes else {}),
    }


def categorical_of(view: ViewSize | EncodedView) -> list[int]:
    """Where the features of a view that are codes of categories stand, from 0."""
    return [position - 1 for position in view.get("categorical", ())]


def _facts(summary: Summary, name: str) -> dict[str, int | str]:
    view: ViewSize = summary["views"][name] if "views" in summary else {"features": summary["feature_dim"]}
    classes = len(summary.get("classes", ()))
    return facts_of(view["features"], summary["rows"]["train"], classes, categorical_of(view))


def _filled(candidate: PlannedCandidate, facts: Mapping[str, int | str]) -> PlannedCandidate:
    filled = candidate["hyperparameters"]
    # Not str.format: a hyperparameter may hold braces of its own, for example JSON.
    for fact, value in facts.items():
        filled = {name: text.replace(f"{{{fact}}}", str(value)) for name, text in filled.items()}
    _refuse_long(candidate["name"], filled)
    return with_tuning_job({**candidate, "hyperparameters": filled}, facts)


def _refuse_long(candidate: str, hyperparameters: Mapping[str, str]) -> None:
    """What is filled in may be the places of many columns."""
    for name, text in hyperparameters.items():
        if len(text) > MAX_HYPERPARAMETER:
            raise HyperparameterTooLong(
                f"Algorithm {candidate!r}: with the facts of these data, hyperparameters.{name} has "
                f"{len(text)} characters, more than the {MAX_HYPERPARAMETER} that SageMaker takes: set its "
                "training_format to csv, which holds no codes of categories."
            )
