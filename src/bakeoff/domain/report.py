"""The report of a comparison: one self-contained HTML page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8888; padding: .4rem .8rem; text-align: right; }
th:first-child, td:first-child { text-align: left; }
""".strip()
_COLUMNS = ("Candidate", "RMSE", "MAE", "R²", "Accuracy", "p50 ms", "p95 ms", "Training s")


def verdict_sentence(comparison: Mapping[str, Any]) -> str:
    """The outcome in one sentence that claims no more than the ranking shows."""
    metric, best = comparison["metric"].upper(), comparison["verdict"]["best"]
    if best is None:
        return "No candidate finished, so there is nothing to compare."
    rows = comparison["dataset"]["test"]
    return (
        f"{best} has the lowest {metric} on {rows} test rows; whether the difference is real was not tested."
    )


def render(comparison: Mapping[str, Any]) -> str:
    """HTML that needs no other file; everything that comes from data is escaped."""
    dataset = comparison["dataset"]
    title = f"Bakeoff {comparison['run_id']}"
    rows = "\n".join(_row(candidate) for candidate in comparison["candidates"])
    failures = _list(_failures(comparison["candidates"]), "Failures")
    objects = _list((f"{item['key']} ({item['bytes']} bytes)" for item in dataset["objects"]), "Data")
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in _COLUMNS)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{escape(title)}</h1>
<p>{escape(verdict_sentence(comparison))}</p>
<h2>Leaderboard</h2>
<div class="scroll"><table>
<thead><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody>
</table></div>
<p>{dataset["train"]} rows for training, {dataset["validation"]} for validation, {dataset["test"]} for test;
{dataset["feature_dim"]} features; {dataset["rejected"]} rows rejected.</p>
{failures}{objects}</body>
</html>
"""


def _row(candidate: Mapping[str, Any]) -> str:
    metrics, latency = candidate["metrics"] or {}, candidate["latency_ms"] or {}
    values = (
        *(metrics.get(name) for name in ("rmse", "mae", "r2", "accuracy")),
        latency.get("p50"),
        latency.get("p95"),
        candidate["training_seconds"],
    )
    cells = "".join(f"<td>{_number(value)}</td>" for value in values)
    return f"<tr><td>{escape(candidate['name'])}</td>{cells}</tr>"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"  # noqa: RUF001


def _failures(candidates: Iterable[Mapping[str, Any]]) -> list[str]:
    return [f"{item['name']}: {item['error']}" for item in candidates if item["status"] != "completed"]


def _list(items: Iterable[str], heading: str) -> str:
    entries = "".join(f"<li>{escape(item)}</li>\n" for item in items)
    return f"<h2>{heading}</h2>\n<ul>\n{entries}</ul>\n" if entries else ""
