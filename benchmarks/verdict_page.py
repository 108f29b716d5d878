"""The results of benchmarks.verdict as a page to read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

_METHODS = {"symmetric_t": "symmetric bootstrap-t (Bakeoff's)", "percentile": "percentile", "bca": "BCa"}


def write_page(report: Mapping[str, Any], path: Path) -> None:
    writers: dict[str, Callable[[Any], str]] = {
        "abalone": _abalone,
        "coverage": _coverage,
        "equals": _equals,
        "scale": _scale,
    }
    sections = [writers[part](report[part]) for part in writers if part in report]
    path.write_text("\n\n".join([_head(report["provenance"]), *sections]) + "\n", "utf-8")


def _head(provenance: Mapping[str, Any]) -> str:
    facts = ", ".join(f"{key} {value}" for key, value in provenance.items() if key != "command")
    return f"# The verdict, measured\nWritten by `{provenance['command']}` ({facts})."


def _abalone(found: Mapping[str, Any]) -> str:
    rule, rivals = found["three_row_rule"], found["xgboost_against_least_squares"]
    plain, runs = found["least_squares_against_mean"], found["runs"]
    rows = [
        ("XGBoost", _share(rivals.get("winner: xgboost", 0) / runs), _share(rule["names_xgboost"])),
        (
            "least squares",
            _share(rivals.get("winner: least_squares", 0) / runs),
            _share(rule["names_least_squares"]),
        ),
        ("a tie", _share(rivals.get("tie", 0) / runs), "never"),
        ("inconclusive", _share(rivals.get("inconclusive", 0) / runs), "never"),
    ]
    return f"""## {runs} random 70/15/15 splits of Abalone
- The same XGBoost entered twice, seeds {" and ".join(map(str, found["xgboost_seeds"]))}: false winners in \
{_rate(found["same_algorithm_twice"]["false_winners"])}; the bar is 5%.
- Least squares against the training mean: winner in {plain.get("winner: least_squares", 0)} of {runs}.
- XGBoost against least squares, beside the original sample's rule (three random rows for each algorithm, \
the higher accuracy wins; {rule["draws"]:,} draws on the same runs):

{_table(["named", "Bakeoff", "three rows"], rows)}

The three rows contradict the RMSE of the whole test set in {_share(rule["contradicts_the_whole_test_set"])} \
of the draws."""


def _coverage(found: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        (
            cell["population"],
            cell["metric"],
            str(cell["rows"]),
            _METHODS[cell["method"]],
            _share(cell["covered"]["share"]),
            f"{cell['below']} / {cell['above']}",
        )
        for cell in found
    ]
    header = ["population", "metric", "test rows", "interval", "coverage", "missed below / above"]
    return f"""## Coverage of 95% intervals of a known difference
{found[0]["covered"]["trials"]:,} simulations each, so that chance alone moves a coverage of 95% by +-1.4
points; the bar is 95% +- 2 points. "Abalone" draws from held-out rows of real splits, least squares against
XGBoost; the others draw from 100,000 made-up rows.

{_table(header, rows)}"""


def _equals(found: Sequence[Mapping[str, Any]]) -> str:
    rows = [(str(cell["contenders"]), str(cell["rows"]), _rate(cell["false_winners"])) for cell in found]
    return f"""## Equal candidates
The best is chosen on the rows that judge it. How often one of several equally good candidates is called the
winner:

{_table(["candidates", "test rows", "false winners"], rows)}"""


def _scale(found: Mapping[str, Any]) -> str:
    return f"""## {found["candidates"]} candidates, {found["rows"]:,} test rows
{found["seconds"]:.1f} s ({found["cpu_seconds"]:.1f} s of processor time, load average \
{found["load_average_before"]:.1f} at the start) and {found["peak_bytes"] / 2**20:.0f} MiB at the peak, \
numpy and the predictions included; the bar is 60 s and 1,024 MiB."""


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _share(value: float) -> str:
    return f"{100 * value:.1f}%"


def _rate(rate: Mapping[str, float]) -> str:
    interval = f"95% interval {_share(rate['low'])} to {_share(rate['high'])}"
    return f"{rate['count']} of {rate['trials']} ({_share(rate['share'])}, {interval})"
