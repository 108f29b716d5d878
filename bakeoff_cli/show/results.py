"""A run's comparison.json for a person: the verdict, the leaderboard, then the evidence."""

from __future__ import annotations

from dataclasses import dataclass

from bakeoff.domain.run.documents import Comparison, FinalModel, WorstCase
from bakeoff_cli.errors import LeftInconsistent
from bakeoff_cli.show.final_model import has_folds, told_of_final_model
from bakeoff_cli.show.leaderboard import Leaderboard, leaderboard
from bakeoff_cli.show.output import Output
from bakeoff_cli.show.verdict_lines import differences, failures, importances, reason, warnings
from bakeoff_cli.text import one_line, shortened

HEADLINE_CHARACTERS = 80


@dataclass(frozen=True)
class Results:
    headline: str
    board: Leaderboard
    evidence: tuple[str, ...]

    def tell(self, output: Output) -> None:
        output.show("")
        output.headline(self.headline)
        output.show("", self.board, "", *self.evidence)


def results(
    comparison: Comparison,
    run_id: str,
    target: str | None = None,
    final: FinalModel | None = None,
    worst: WorstCase | None = None,
) -> Results:
    """`target`: the column that is predicted, by its name or place; `final` is of runs with folds only;
    `worst` is what the plan says of the run's cost. Raises LeftInconsistent for a damaged document.
    """
    from bakeoff.domain.verdict.advice import advice
    from bakeoff.domain.verdict.headline import headline

    try:
        return Results(
            headline=shortened(one_line(headline(comparison)), HEADLINE_CHARACTERS),
            board=leaderboard(comparison, target),
            evidence=(
                reason(comparison),
                *filter(None, [advice(comparison, worst)]),
                *differences(comparison),
                *importances(comparison),
                *warnings(comparison),
                *failures(comparison),
                *(told_of_final_model(final) if has_folds(comparison) else ()),
            ),
        )
    except (AttributeError, LookupError, TypeError, ValueError, ArithmeticError) as err:
        # Whoever may write to the bucket can leave any field out, and any type in its place.
        raise LeftInconsistent(
            f"The comparison.json of the run {run_id} is damaged: {type(err).__name__}: {err}."
        ) from err
