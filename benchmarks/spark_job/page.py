"""The results as a table for a person."""

from __future__ import annotations

from typing import Any

TITLES = {"ours": "Bakeoff", "sample": "the sample's way", "polars": "polars"}


def as_markdown(results: dict[str, Any]) -> str:
    sizes = results["sizes"]
    lines = [
        "| | rows | seconds (median) | processor seconds | rows a second | peak memory, MiB |",
        "|---|---:|---:|---:|---:|---:|",
        *(
            _table_row(title, size["rows"], size[side])
            for size in sizes
            for side, title in TITLES.items()
            if side in size
        ),
        "",
        *(_ratio_sentence(size) for size in sizes),
    ]
    return "\n".join(lines) + "\n"


def _ratio_sentence(size: dict[str, Any]) -> str:
    return (
        f"At {size['rows']:,} rows Bakeoff is {size['ratio']} times as fast "
        f"({size['ratio_of_processor_seconds']} times by processor time): measured on {size['date']}, "
        f"at a load of {size['load_before']}, by `{size['command']}`, {size['cores']} cores, "
        f"{size['master']}, pyspark {size['pyspark']}, {size['java']}.\n"
    )


def _table_row(title: str, rows: int, side: dict[str, Any]) -> str:
    seconds = (side["median_seconds"], side["median_processor_seconds"])
    numbers = (rows, *seconds, side["rows_per_second"], side["peak_mib"])
    return " | ".join([f"| {title}", *(f"{number:,}" for number in numbers)]) + " |"
