"""The decision about production in one sentence."""

from __future__ import annotations

from bakeoff.domain.promotion.challenge import Challenge, Challenger
from bakeoff.domain.run.documents import ProductionRecord
from bakeoff.domain.verdict.baselines import MEAN, SHARES
from bakeoff.domain.verdict.options import METRIC_NAMES, VerdictOptions
from bakeoff.domain.verdict.wording import Floor, figure, p_told

NO_CANDIDATE = "no candidate finished"


def promote(winner: Challenger, found: Challenge, record: ProductionRecord, options: VerdictOptions) -> str:
    return f"{winner.candidate.name} should replace {_served(record)}: {_evidence(winner, found, options)}."


def first(winner: Challenger, found: Challenge, options: VerdictOptions) -> str:
    return (
        f"{winner.candidate.name} should be the first model in production: "
        f"{_evidence(winner, found, options)}."
    )


def keep(why: str, record: ProductionRecord | None) -> str:
    if record is None:
        return f"Nothing goes to production: {why}."
    return f"Production keeps {_served(record)}: {why}."


def incomparable(why: str, config: str | None) -> str:
    """`why` is the end of a sentence about the model in production, or without a `config` about this run."""
    told = "the model in production was not compared" if config else "nothing was decided about production"
    return f"Nothing is promoted, because {told}: {why}."


def none_wins(found: Challenge, options: VerdictOptions) -> str:
    """Why nobody is significantly better."""
    if not found.challengers:
        return f"no candidate has a {METRIC_NAMES[options.metric]}"
    if found.missed:
        return _too_few(found.missed)
    nearest = found.challengers[0]
    return (
        f"no candidate is significantly better by more than {_margin(found, options)}; the nearest, "
        f"{nearest.candidate.name}, has {_values(nearest, found, options)} ({_p_value(nearest, found)})"
    )


def not_judged(error: str) -> str:
    return f"its model could not be asked today ({error.rstrip('.')})"


def unmeasured(metric: str) -> str:
    return f"today's rows or its replies leave its {METRIC_NAMES[metric]} undefined"


def same_model(candidate: str) -> str:
    return f"{candidate} is the very model that it runs"


def _evidence(winner: Challenger, found: Challenge, options: VerdictOptions) -> str:
    return (
        f"it has {_values(winner, found, options)}, significantly better by more than "
        f"{_margin(found, options)} ({_p_value(winner, found)})"
    )


def _values(challenger: Challenger, found: Challenge, options: VerdictOptions) -> str:
    metric = options.measured
    own, other = (f"{figure(value)}{metric.unit}" for value in (challenger.value, found.value or 0.0))
    of_baseline = f" of the {found.champion}" if found.champion in (MEAN, SHARES) else ""
    return (
        f"{_article(metric.name)} {metric.name} of {own} against {other}{of_baseline} on the same "
        f"{found.rows.count:,} test rows"
    )


def _margin(found: Challenge, options: VerdictOptions) -> str:
    return f"the margin of {figure(found.margin or 0.0)} ({100 * options.equivalence_margin:.3g}%)"


def _p_value(challenger: Challenger, found: Challenge) -> str:
    count = len(found.challengers)
    adjusted = f", adjusted for {count} candidates" if count > 1 else ""
    return f"{p_told(challenger.p_value_adjusted or 0.0)}{adjusted}"


def _too_few(floor: Floor) -> str:
    of_class = f" of the class {floor.of_class}" if floor.of_class else ""
    counted = floor.usable.counted if floor.usable.in_groups else "distinct test rows"
    return f"a decision takes {floor.least} {counted}{of_class}, and there are {floor.usable.distinct}"


def _served(record: ProductionRecord) -> str:
    return f"{record['candidate']} of run {record['run']}"


def _article(name: str) -> str:
    # Initials are read letter by letter: an RMSE, an R².
    return "an" if name[0] in "aeiouRM" else "a"
