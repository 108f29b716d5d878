"""The tables of docs/scale.md, from the results of benchmarks/large_data.py."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
Results = dict[str, Any]


def write_into(page: Path, results: Results) -> None:
    """Replace what stands between the two marks of the page."""
    before, rest = page.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n{as_markdown(results)}{END}{after}", "utf-8")


def as_markdown(results: Results) -> str:
    cases = list(results["cases"].values())
    return "\n".join(
        [
            f"Measured by `{results['command']}` on {results['cores']} cores, Python {results['python']}:",
            "",
            *_about(cases),
            "",
            "Seconds of each step (of several candidates at once, the slowest one):",
            "",
            *_table(cases, lambda case: case["seconds"]),
            "",
            "Peak of the resident memory of each kind of process with what it starts, in MiB:",
            "",
            *_table(cases, lambda case: case["peak_mib"]),
            "",
        ]
    )


def _about(cases: Sequence[Results]) -> list[str]:
    lines = [
        "| column | data | test rows scored | verdict | load average at start and end | date |",
        "|---|---|---:|---|---|---|",
    ]
    for letter, case in zip(_letters(cases), cases, strict=True):
        load = " to ".join(map(str, case["load_average"]))
        lines.append(
            f"| {letter} | {case['title']} | {case['scored_rows']:,} | {case['outcome']} | {load} "
            f"| {case['measured_on']} |"
        )
    return lines


def _table(cases: Sequence[Results], measured: Callable[[Results], Results]) -> list[str]:
    names = [*dict.fromkeys(name for case in cases for name in measured(case))]
    header = [f"| | {' | '.join(_letters(cases))} |", f"|---|{'---:|' * len(cases)}"]
    lines = []
    for name in names:
        values = [measured(case).get(name) for case in cases]
        cells = ["" if value is None else f"{value:,}" for value in values]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return header + lines


def _letters(cases: Sequence[Results]) -> list[str]:
    return [chr(ord("A") + position) for position in range(len(cases))]
