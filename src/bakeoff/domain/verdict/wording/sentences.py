"""The sentences of a verdict: who wins, ties or lacks rows, what is recommended, and what else to say."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from bakeoff.domain.cost.words import symbol_of
from bakeoff.domain.statistics.registry import DEFAULT_METRIC, LOWER_IS_BETTER, METRIC_NAMES, TaskKind
from bakeoff.domain.verdict.wording.figures import figure
from bakeoff.domain.verdict.wording.former import IN_EACH_FOLD
from bakeoff.domain.verdict.wording.lead import Lead
from bakeoff.domain.verdict.wording.rows import Floor, Rows

_CHEAPEST = {
    "lowest-latency": "it answers fastest, in {cost} ms",
    "shortest-training": "it trained fastest, in {cost} s",
    "lowest-cost": "a million predictions cost least on its endpoint, {symbol}{cost}",
}
# How it is told that what the preference looks at is unknown of some candidates; of times it is not told.
_UNKNOWN = {"lowest-cost": "no price is known of the endpoint of {}"}


def winner(lead: Lead) -> str:
    comparative = "lower" if lead.metric in LOWER_IS_BETTER else "higher"
    runner_up = f"that of {'the runner-up, ' if lead.compared > 1 else ''}{lead.nearest}"
    return (
        f"{lead.best} predicts best: its {lead.score} is {comparative} than {runner_up}, "
        f"by {figure(lead.size)} ({lead.interval}).{_basis(lead.rows)}"
    )


def tie(lead: Lead, recommendation: str, rows_needed: int | None) -> str:
    rows_clause = _rows_needed_clause(rows_needed, lead.rows)
    return f"No clear winner: {_tie_clause(lead)}. {recommendation}.{rows_clause}{_basis(lead.rows)}"


def too_few_rows(lead: Lead, floor: Floor, rows_needed: int | None) -> str:
    """`floor`: the one that is missed."""
    return (
        f"Too few test rows {_shortage(floor, lead.rows)}. {lead.best} has the "
        f"{_superlative(lead.metric)} {lead.score}, {figure(lead.size)} ahead of {lead.nearest}."
        f"{_rows_needed_clause(rows_needed, lead.rows)}"
    )


def undefined(metric: str, candidates: Sequence[str], task: TaskKind = "regression") -> str:
    return (
        f"No verdict: the test rows leave the {METRIC_NAMES[metric]} of {_joined(candidates)} undefined; "
        f"choose another metric, such as {DEFAULT_METRIC[task]}."
    )


def too_few_measured(metric: str, candidates: Sequence[str]) -> str:
    """`candidates`: at most one, the only one that has the metric of those that finished."""
    who = f"Only {candidates[0]}" if candidates else "No candidate"
    return f"{who} has a {METRIC_NAMES[metric]}, so there is nothing to compare."


def left_out(metric: str, candidates: Sequence[str]) -> str:
    """`candidates` gave labels where the metric needs probabilities; follows what is said of the others."""
    them = "them" if len(candidates) > 1 else "it"
    gave = "give" if len(candidates) > 1 else "gives"
    return (
        f" {_joined(candidates)} {gave} labels without probabilities, which have no {METRIC_NAMES[metric]}: "
        f"accuracy, macro F1 and balanced accuracy compare {them}, too."
    )


def tuned(jobs: Mapping[str, int], each_fold: bool = False) -> str:
    """Follows what is said of the candidates: the tuned ones, with the number of their training jobs; with
    folds, of those in each.
    """
    where = IN_EACH_FOLD if each_fold else ""
    told = [
        f"{name} (the best of {count} training job{'' if count == 1 else 's'}{where})"
        for name, count in jobs.items()
    ]
    return f" Tuned on the validation rows: {_joined(told)}." if told else ""


def nothing_to_compare(finished: str | None) -> str:
    if finished is None:
        return "No candidate finished, so there is nothing to compare."
    return f"Only {finished} finished, so there is nothing to compare it with."


def recommendation(
    name: str,
    metric: str,
    preference: str,
    cost: float | None,
    currency: str = "",
    unknown: Sequence[str] = (),
) -> str:
    """`cost`: the milliseconds, the seconds or the money, in `currency`, that the preference looks at; None
    when unknown or nothing. Of the candidates `unknown` it is unknown.
    """
    why = _UNKNOWN[preference].format(_joined(unknown)) if unknown and preference in _UNKNOWN else ""
    if cost is None:
        lowest = f"it has the {_superlative(metric)} {METRIC_NAMES[metric]}"
        instead = f", which decides where the preference {preference} cannot: {why}" if why else ""
        return f"{name} is recommended because {lowest}{instead}"
    known = f", of those with a known price: {why}" if why else ""
    cheapest = _CHEAPEST[preference].format(cost=figure(cost), symbol=symbol_of(currency))
    return f"{name} is recommended because {cheapest}{known}"


def doubt(near: Sequence[str], unmeasured: Sequence[str]) -> str:
    """Follows a recommendation by cost: the candidates `near`, which may cost as little, and those of which
    the measured speed was not repeated, or of the recommended one not.
    """
    told = f"; by speeds that differ from pass to pass, {_joined(near)} may cost as little" if near else ""
    if unmeasured:
        told += f"; whether {_joined(unmeasured)} may cost as little, a speed measured once does not tell"
    return told


def _shortage(floor: Floor, rows: Rows) -> str:
    if floor.of_class is None:
        least = f"{floor.least}{' groups' if floor.usable.in_groups else ''}"
        return f"for a verdict ({floor.usable}, where it takes {least})"
    found, counted = f"{floor.usable.distinct} of {rows.distinct}", "test rows"
    if rows.in_groups:
        found, counted = f"{found} groups", "groups"
    needed = floor.rows_needed(rows.distinct)
    in_all = "" if math.isinf(needed) else f", about {math.ceil(needed):,} {counted} in all"
    least = f"{floor.least} of every class"
    return f"of the class {floor.of_class} for a verdict ({found}, where it takes {least}{in_all})"


def _tie_clause(lead: Lead) -> str:
    others = _joined(lead.rivals[1:])
    if lead.size == 0:
        also = f", and the lead over {others} is uncertain" if others else ""
        return f"{lead.best} and {lead.nearest} have the same {lead.score}{also}"
    also = f", and that over {others} is uncertain too" if others else ""
    return (
        f"{lead.best} has the {_superlative(lead.metric)} {lead.score}, but its lead of {figure(lead.size)} "
        f"over {lead.nearest} {_lead_weakness(lead)}{also}"
    )


def _lead_weakness(lead: Lead) -> str:
    """With why there is no winner although the interval, which speaks of two trained models alone, may
    exclude 0.
    """
    weakness, why = "could be chance", ""
    if lead.may_be_small:
        weakness = "is too small to matter" if lead.is_small else "may be too small to matter"
        margin, share = figure(lead.margin), f"{100 * lead.margin_share:.3g}%"
        why = f"; up to {margin}, {share} of the best's error, counts as none"
    elif lead.excludes_chance and lead.outlasts_training:
        why = f", too little among {lead.compared} comparisons"
    elif lead.excludes_chance:
        why = ", which training both anew might undo"
    return f"{weakness} ({lead.interval}{why})"


def _rows_needed_clause(rows_needed: int | None, rows: Rows) -> str:
    if rows_needed is None:
        return ""
    return f" Telling them apart would take about {int(float(f'{rows_needed:.2g}')):,} {rows.counted}."


def _basis(rows: Rows) -> str:
    """Why many rows may say little; nothing where each is evidence of its own."""
    return f" This rests on {rows}." if rows.repeat else ""


def _superlative(metric: str) -> str:
    return "lowest" if metric in LOWER_IS_BETTER else "highest"


def _joined(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
