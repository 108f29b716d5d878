"""The report of the fault matrix.

python -m tests.workflow.fault_matrix.report        writes docs/fault-matrix.md
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.template import PROJECT
from tests.workflow.fault_matrix.matrix import (
    IN_THE_MAP,
    ONLY_WITH_FOLDS,
    ONLY_WITH_PROMOTION,
    STATES,
    Case,
    cases,
    end_cases,
    moments_of,
)
from tests.workflow.promotion import matrix as promotion
from tests.workflow.simulation.functions import functions

REPORT = PROJECT / "docs" / "fault-matrix.md"


def report() -> str:
    """docs/fault-matrix.md: the states, what befalls them, and how many cases that makes."""
    faults, ends = cases(), end_cases()
    lines = [
        _HEAD.format(
            cases=len(faults) + len(ends),
            faults=len(faults),
            ends=len(ends),
            states=len(set(STATES) - ONLY_WITH_PROMOTION),
        ),
        "| Task | way to end | positions | the run then |",
        "|---|---|---|---|",
        *_rows(faults),
        "",
        "## Ends that no Catch sees",
        "",
        "StopExecution and the execution's own timeout, each at these moments:",
        "",
        "| state | type | moments |",
        "|---|---|---|",
        *(
            f"| {name} | {state['Type']} | {', '.join(moments_of(state))} |"
            for name, state in STATES.items()
            if name not in ONLY_WITH_PROMOTION
        ),
        "",
        *_promotion(),
    ]
    return "\n".join(lines) + "\n"


_HEAD = """# The fault matrix

<!-- Written by `make faults`; a test fails when it is stale. -->

{cases} cases, told from the workflow file: {faults} faults of its Tasks, each at every position in the Map,
and {ends} ends of the whole execution in its {states} states. All are survived, and nothing leaks: `make
test` runs them, prints both counts, and fails otherwise. After each case:

- no endpoint, endpoint configuration or model is left, and no job runs;
- the run has a receipt that follows from itself, also where it never had a plan; only a superseded one has
  none, whose data another run has;
- candidates that met no fault have the results of a run without faults, and with folds a verdict stands
  whatever becomes of the final model;
- the others stand as failed, with a sentence that says why, in `results/` and `comparison.json`; or the run
  fails with a cause that a person understands.
"""


def _promotion() -> Iterator[str]:
    yield "## Promotions"
    yield ""
    yield from _PROMOTION.strip().splitlines()
    yield ""
    yield "| Task | way to end |"
    yield "|---|---|"
    for state in promotion.TASKS:
        kinds = [case.kind.name for case in promotion.cases() if case.state == state]
        yield f"| {state} | {', '.join(kinds)} |"


_PROMOTION = """
A promotion meets each of these faults, and StopExecution and the execution's timeout on entering each of its
states, while requests are sent to production. After each, production serves the old model or the new one, no
request has failed, only the live version and the one before are left, and the next promotion works. Beside
them: two approvals at once, a repeated and a stale one, an update by somebody else before and in between, one
that never ends, an update that SageMaker takes back with a reason (an alarm) and without, an endpoint or its
configuration deleted by hand, a model that does not answer what was judged, and a way back that fails, which
alone needs a person (`ProductionMixed`) as does an endpoint that SageMaker calls failed (`ProductionDown`).
"""


def _rows(faults: list[Case]) -> Iterator[str]:
    positions: dict[tuple[str, str, str], list[str]] = {}
    for case in faults:
        positions.setdefault((case.state, case.kind.name, outcome_of(case)), []).append(case.position)
    for (state, kind, outcome), where in positions.items():
        yield f"| {state} | {kind} | {', '.join(where)} | {outcome} |"


def outcome_of(case: Case) -> str:
    """What a person sees of a case."""
    if case.kind.survived:
        return "goes on as if nothing had happened"
    if functions().uses(case.operation, "HOSTING"):
        return "fails and names what is left, which the janitor deletes"
    if case.state in ONLY_WITH_FOLDS:
        return "goes on without a final model, and tells why there is none"
    if case.state not in IN_THE_MAP:
        return "fails with the cause"
    return "goes on without these candidates, whose failure it tells"


if __name__ == "__main__":
    REPORT.write_text(report(), "utf-8")
