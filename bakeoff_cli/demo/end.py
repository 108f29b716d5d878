"""How a demo ended: its runs, where they are saved, and what is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bakeoff_cli.data.demo_data import DemoData
from bakeoff_cli.finished_run import FinishedRun
from bakeoff_cli.handing_over import HandedOver
from bakeoff_cli.program import command
from bakeoff_cli.saved.folder import final_model_of, report_in


@dataclass(frozen=True)
class Saved:
    """Where the files of a run are now."""

    folder: Path

    def lines(self) -> Iterator[str]:
        if report := report_in(self.folder):
            yield f"Report: {report} (to recompute its verdict: `{command('verify', str(self.folder))}`)"
        else:
            yield f"Saved to {self.folder}"
        if model := final_model_of(self.folder):
            yield f"Final model: {model}"

    def as_json(self) -> dict[str, Any]:
        report, model = report_in(self.folder), final_model_of(self.folder)
        found = {"folder": str(self.folder), "report": report and str(report)}
        return {**found, **({"final_model_file": str(model)} if model else {})}


@dataclass(frozen=True)
class Compared:
    """The run of an upload, and what became of its decision about production, if it made one."""

    run: FinishedRun
    handed: HandedOver | None

    @property
    def succeeded(self) -> bool:
        return self.run.end.succeeded and not (self.handed and self.handed.failed)

    def as_json(self) -> dict[str, Any]:
        handed = {"production": self.handed.as_json()} if self.handed else {}
        return {**self.run.as_json(), **handed}


@dataclass(frozen=True)
class End:
    """`compared` and `saved` have one for each of the `uploads`, if nothing failed; `left` names what still
    exists and should not.
    """

    data: DemoData
    uploads: int
    compared: tuple[Compared, ...]
    saved: tuple[Saved, ...]
    left: tuple[str, ...]

    @property
    def succeeded(self) -> bool:
        """All runs succeeded, with what they promoted, and nothing was left behind."""
        is_done = len(self.compared) == self.uploads and all(each.succeeded for each in self.compared)
        return is_done and not self.left

    def as_json(self) -> dict[str, Any]:
        runs = [
            {**each.as_json(), **saved.as_json()}
            for each, saved in zip(self.compared, self.saved, strict=True)
        ]
        return {
            "data": self.data.source,
            "made_up": self.data.made_up,
            "succeeded": self.succeeded,
            "runs": runs,
            "leftovers": list(self.left),
        }
