"""A run that was followed to its end, with what it has left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bakeoff.domain.run.documents import Comparison, FinalModel
from bakeoff_cli.show.final_model import has_folds
from bakeoff_cli.show.run_data import RunData
from bakeoff_cli.stack.run_end import RunEnd
from bakeoff_cli.text import one_line


@dataclass(frozen=True)
class FinishedRun:
    """A run that has ended, with its comparison if it got that far, and what its plan says of the data.

    `superseded` names the run that was asked for, if this one has its data; `final` is of runs with folds.
    """

    end: RunEnd
    comparison: Comparison | None
    superseded: str | None = None
    read: RunData | None = None
    final: FinalModel | None = None

    @property
    def unfinished(self) -> tuple[str, ...]:
        """The candidates that did not finish, although the run did."""
        candidates = self.comparison["candidates"] if self.comparison else []
        return tuple(one_line(item["name"]) for item in candidates if item["status"] != "completed")

    @property
    def complete(self) -> bool:
        """Whether the run succeeded, and with every one of its candidates."""
        return self.end.succeeded and not self.unfinished

    @property
    def model(self) -> str | None:
        """The address of the final model, if one was trained."""
        return self.final["model_data_url"] if self.final else None

    def passes(self, strict: bool) -> bool:
        """Whether the command may end with exit code 0; `strict` lets no candidate fail."""
        return self.complete if strict else self.end.succeeded

    def as_json(self) -> dict[str, Any]:
        return {
            **self.end.as_json(),
            "superseded": self.superseded,
            "reading": self.read.as_json() if self.read else None,
            "comparison": self.comparison,
            **({"final_model": self.final} if has_folds(self.comparison) else {}),
        }
