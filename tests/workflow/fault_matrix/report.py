"""The report of the fault matrix.

python -m tests.workflow.fault_matrix.report        writes docs/fault-matrix.md
"""

from __future__ import annotations

import ast
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
    yield "| Task | way to end, simulated and over real endpoints |"
    yield "|---|---|"
    for task in promotion.TASKS:
        kinds = [case.kind.name for case in promotion.cases() if case.state == task]
        yield f"| {task} | {', '.join(kinds)} |"
    yield ""
    yield "Ends that no Catch sees, each at these moments:"
    yield ""
    yield "| state | type | moments | simulated | over real endpoints |"
    yield "|---|---|---|---|---|"
    for name, state in promotion.STATES.items():
        ways = [ends if name in states else () for states, ends in (promotion.SIMULATED, promotion.HOSTED)]
        told = [", ".join(each) or "-" for each in ways]
        yield f"| {name} | {state['Type']} | {', '.join(moments_of(state))} | {' | '.join(told)} |"
    yield ""
    yield "Beside them, over real endpoints:"
    yield ""
    yield from _circumstances("test_real_endpoints.py")
    yield ""
    yield "Simulated, with the times that SageMaker takes:"
    yield ""
    yield from _circumstances("test_fault_matrix.py")


_PROMOTION = """
Each of these faults meets a promotion twice. Once SageMaker is simulated, so that an hour's patience costs no
time. And once the endpoints are real: model servers of the embedded AWS, which somebody asks all the while,
more than 1,000 times in all. After each case, production serves the old model or the new one, no request has
failed and each was answered by one of the two, nothing is left but the live version and those to go back to,
and the next promotion works.
"""


def _circumstances(file: str) -> Iterator[str]:
    """What the tests of a file beside the matrix are about, in the words of their names."""
    tree = ast.parse((PROJECT / "tests" / "workflow" / "promotion" / file).read_text("utf-8"))
    names = [each.name for each in tree.body if isinstance(each, ast.FunctionDef)]
    for name in names:
        if name.startswith("test_") and name not in _OF_THE_MATRIX:
            yield f"- {name.removeprefix('test_').replace('_', ' ')}"


_OF_THE_MATRIX = (
    "test_a_fault",
    "test_an_end_that_nothing_catches",
    "test_a_fault_of_a_first_promotion",
    "test_a_first_promotion_that_is_stopped",
    "test_every_state_has_its_place_here",
)


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
