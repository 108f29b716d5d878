"""The results of benchmarks.verdict as a page to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.verdict.classes.page import coverage_of_classes, scale_of_classes, seeds_of_classes
from benchmarks.verdict.folds.page import scale_of_folds, verdicts_in_two_folds, verdicts_under_folds
from benchmarks.verdict.promotion_page import promotions
from benchmarks.verdict.rates import Rate
from benchmarks.verdict.tables import COST, cost, rate, share, table

_METHODS = {"symmetric_t": "symmetric bootstrap-t (Bakeoff's)", "percentile": "percentile", "bca": "BCa"}


def write_page(report: Mapping[str, Any], path: Path) -> None:
    writers: dict[str, Callable[[Any], str]] = {
        "abalone": _abalone,
        "floor": _floor,
        "coverage": _coverage,
        "equals": _equals,
        "copies": _copies,
        "scale": _scale,
        "class_seeds": seeds_of_classes,
        "class_coverage": coverage_of_classes,
        "class_scale": scale_of_classes,
        "folds": verdicts_under_folds,
        "two_folds": verdicts_in_two_folds,
        "folds_scale": scale_of_folds,
        "promotion": promotions,
    }
    draws = [*report.get("abalone", []), *report.get("confirmation", [])]
    found = {**report, **({"abalone": draws} if draws else {})}
    sections = [writers[part](found[part]) for part in writers if part in found]
    path.write_text("\n\n".join([_head(report["provenance"]), *sections]) + "\n", "utf-8")


def _head(provenance: Mapping[str, Any]) -> str:
    facts = ", ".join(f"{key} {value}" for key, value in provenance.items() if key != "command")
    return f"# The verdict, measured\nWritten by `{provenance['command']}` ({facts})."


def _abalone(found: Sequence[Mapping[str, Any]]) -> str:
    same = [draw["same_algorithm_twice"] for draw in found]
    header = [
        "seed",
        "same twice: false winners",
        "least squares against the mean: winner (the trained models differ)",
        "XGBoost against least squares: XGBoost / least squares / tie",
        "three rows: XGBoost / least squares",
        "three rows against the whole test set's RMSE",
    ]
    parts = [
        "seed",
        "the trained models differ",
        "and training is allowed for",
        "and the lead matters",
        "variance",
    ]
    return f"""## Random 70/15/15 splits of Abalone
{found[0]["runs"]} splits for each seed. "Same twice" is the catalogue's XGBoost entered twice on the same
rows, seeds {" and ".join(map(str, found[0]["xgboost_seeds"]))}; the bar is 5%, and all draws together give
{rate(_pooled(same, "winners"))}. "Three rows" is the original sample's rule
on the same runs: each algorithm predicts three random rows of its own, and the higher accuracy wins
({found[0]["three_row_rule"]["draws"]:,} draws a seed); it never calls a tie. The last three draws were first
looked at when the method stood; the others helped to design it.

{table(header, map(_abalone_row, found))}

What each part of the claim contributes: how often the same algorithm, entered twice, wins. "Variance" is
that of the difference between two seeds, over splits and trainings, in units of what the test rows account
for: above 1 by what training adds.

{table(parts, [*map(_parts_row, found), _pooled_row(same)])}

The same for XGBoost against least squares:

{table(parts[:-1], [_parts_row(draw, "xgboost_against_least_squares")[:-1] for draw in found])}"""


def _abalone_row(draw: Mapping[str, Any]) -> Sequence[str]:
    runs, rule = draw["runs"], draw["three_row_rule"]
    rivals, plain = draw["xgboost_against_least_squares"], draw["least_squares_against_mean"]
    outcomes = ("winner: xgboost", "winner: least_squares", "tie")
    return (
        str(draw["seed"]),
        rate(draw["same_algorithm_twice"]["winners"]),
        f"{plain.get('winner: least_squares', 0)} of {runs} ({plain['unlike_models']['count']})",
        " / ".join(share(rivals.get(outcome, 0) / runs) for outcome in outcomes),
        f"{share(rule['names_xgboost'])} / {share(rule['names_least_squares'])}",
        f"contradicts it in {share(rule['contradicts_the_whole_test_set'])}",
    )


_PARTS = ("unlike_models", "winners_without_margin", "winners")


def _parts_row(draw: Mapping[str, Any], pair: str = "same_algorithm_twice") -> Sequence[str]:
    counts = (f"{draw[pair][part]['count']} of {draw['runs']}" for part in _PARTS)
    return str(draw["seed"]), *counts, f"{draw[pair]['variance_ratio']:.2f}"


def _pooled_row(same: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    variance = sum(one["variance_ratio"] for one in same) / len(same)
    return "all", *(rate(_pooled(same, part)) for part in _PARTS), f"{variance:.2f}"


def _pooled(draws: Sequence[Mapping[str, Any]], part: str) -> Mapping[str, float]:
    rates = [draw[part] for draw in draws]
    return Rate(sum(one["count"] for one in rates), sum(one["trials"] for one in rates)).as_dict()


def _floor(found: Sequence[Mapping[str, Any]]) -> str:
    cells = [(cell["population"], cell["rows"]) for cell in found[0]["coverage"]]
    header = [
        "floor",
        "least squares wins against the mean",
        "draws of 200 in which it always does",
        *(f"coverage: {population}, {rows} rows" for population, rows in cells),
    ]
    return f"""## The floor under a resample's standard error
Some test rows hold the one abalone whose height was mistyped, on which least squares errs by more than 20
rings. A resample without it has a far smaller standard error than the sample, and its t then hides what all
other rows show. Bakeoff's bootstrap therefore takes no standard error below a share of the sample's. The
higher this floor, the more is found, and the less intervals of few rows cover. The {found[0]["draws"]} draws
of splits (seeds 1000 and up) and simulations like those of the next section served to choose it.

{table(header, map(_floor_row, found))}"""


def _floor_row(found: Mapping[str, Any]) -> Sequence[str]:
    return (
        f"{found['floor']}{' (in use)' if found['in_use'] else ''}",
        rate(found["least_squares_wins"]),
        f"{found['draws_won_throughout']} of {found['draws']}",
        *(share(cell["covered"]["share"]) for cell in found["coverage"]),
    )


def _coverage(found: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        (
            cell["population"],
            cell["metric"],
            str(cell["rows"]),
            _METHODS[cell["method"]],
            share(cell["covered"]["share"]),
            f"{cell['below']} / {cell['above']}",
        )
        for cell in found
    ]
    header = ["population", "metric", "test rows", "interval", "coverage", "missed below / above"]
    return f"""## Coverage of 95% intervals of a known difference
{found[0]["covered"]["trials"]:,} simulations each, so that chance alone moves a coverage of 95% by +-1.4
points; the bar is 95% +- 2 points. "Abalone" draws from held-out rows of real splits, least squares against
XGBoost; the others draw from 100,000 made-up rows.

{table(header, rows)}"""


def _equals(found: Sequence[Mapping[str, Any]]) -> str:
    rows = [(str(cell["candidates"]), str(cell["rows"]), rate(cell["false_winners"])) for cell in found]
    return f"""## Equal candidates
The best is chosen on the rows that judge it. How often one of several equally good candidates is called the
winner when nothing is added for training and any lead counts:

{table(["candidates", "test rows", "false winners"], rows)}"""


def _copies(found: Sequence[Mapping[str, Any]]) -> str:
    columns = ("rows_any_lead", "clusters_any_lead", "rows_with_margin", "clusters_with_margin")
    rows = [
        (
            cell["kind"],
            f"{cell['test_rows']:,}",
            f"{cell['distinct']:,}",
            *(rate(cell[key]) for key in columns),
        )
        for cell in found
    ]
    header = [
        "each row is there",
        "test rows",
        "distinct",
        "any lead counts: each copy is evidence",
        "any lead counts: equal rows are one",
        "with the margin: each copy is evidence",
        "with the margin: equal rows are one (Bakeoff's)",
    ]
    return f"""## The same algorithm twice on rows that repeat
False winners between two seeds of XGBoost on {found[0]["clusters_any_lead"]["trials"]} splits of Abalone, \
trained on few rows, so that the
two models differ. "Uneven": each test row is there 1, 2, 4, 8 or 16 times, at random. On the left any lead
counts; on the right one of up to 1% of the error does not. The bar is 5%.

{table(header, rows)}"""


def _scale(found: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        (
            f"{cell['distinct']:,}",
            *cost(cell),
        )
        for cell in found
    ]
    header = ["distinct rows", *COST]
    return f"""## {found[0]["candidates"]} candidates, {found[0]["rows"]:,} test rows
One BLAS thread; numpy and the predictions included. The bar is 60 s and 1,024 MiB.

{table(header, rows)}"""
