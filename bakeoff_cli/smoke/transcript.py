"""What a rehearsal leaves to read: a Markdown page of its steps, and of what they settled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bakeoff_cli.smoke.findings import Answer, Findings

_NOT_AWS = (
    "**This is not AWS**: the endpoint is none of AWS's own, so nothing below says anything about AWS; it "
    "shows that the rehearsal itself works."
)


@dataclass
class RehearsalStep:
    """`seconds` and `failure` are set once it is over; a failure is one sentence."""

    name: str
    started: datetime
    seconds: float = 0.0
    failure: str | None = None
    notes: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "started_at": self.started.isoformat(),
            "seconds": round(self.seconds, 1),
            "failure": self.failure,
            "notes": self.notes,
        }


@dataclass
class Transcript:
    """`about` are facts such as account and region; `costs` are sentences, for all dollars are estimates."""

    about: dict[str, str]
    in_aws: bool
    findings: Findings = field(default_factory=Findings)
    steps: list[RehearsalStep] = field(default_factory=list)
    costs: list[str] = field(default_factory=list)

    @property
    def succeeded(self) -> bool:
        return all(step.failure is None for step in self.steps) and not self.findings.refuted

    def as_json(self) -> dict[str, Any]:
        return {
            "about": self.about,
            "in_aws": self.in_aws,
            "succeeded": self.succeeded,
            "steps": [step.as_json() for step in self.steps],
            "costs": self.costs,
            "assumptions": [
                {"key": each.assumption.key, "verdict": each.verdict, "evidence": each.evidence}
                for each in self.findings
            ],
        }

    def as_markdown(self) -> str:
        outcome = "Everything went as it should." if self.succeeded else "Something went wrong; see below."
        parts = [
            ["# Transcript of a rehearsal", "", outcome],
            [] if self.in_aws else [_NOT_AWS],
            [f"- {name}: {value}" for name, value in self.about.items()],
            ["## Steps", "", *_table(("step", "started", "seconds", "outcome"), map(_row, self.steps))],
            *(_section(step) for step in self.steps if step.notes or step.failure),
            ["## Dollars", "", *(f"- {cost}" for cost in self.costs)],
            ["## Assumptions about AWS", "", *self._assumptions()],
        ]
        return "\n\n".join("\n".join(part) for part in parts if part) + "\n"

    def _assumptions(self) -> list[str]:
        rows = [
            (
                each.assumption.says,
                each.verdict.value if each.verdict is Answer.NOT_SEEN else f"**{each.verdict}**",
                "; ".join(each.evidence),
            )
            for each in self.findings
        ]
        return _table(("assumption", "holds", "evidence"), rows)


def _row(step: RehearsalStep) -> tuple[str, ...]:
    return (
        step.name,
        f"{step.started:%H:%M:%S} UTC",
        f"{step.seconds:.0f}",
        "failed" if step.failure else "done",
    )


def _section(step: RehearsalStep) -> list[str]:
    failure = [f"- failed: {step.failure}"] if step.failure else []
    return [f"### {step.name}", "", *(f"- {note}" for note in step.notes), *failure]


def _table(head: tuple[str, ...], rows: Any) -> list[str]:
    cells = [head, tuple("---" for _ in head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in cells]
