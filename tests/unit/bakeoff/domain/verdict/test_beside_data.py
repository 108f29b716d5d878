"""What the plan assumed about the data stands in the comparison, too."""

from __future__ import annotations

from bakeoff.domain.run.files import RunFiles
from bakeoff.domain.verdict.comparison import compare_run
from bakeoff.domain.verdict.options import VerdictOptions
from tests.unit.bakeoff.domain.verdict.results import RUN, a_run, errors


def test_target_and_notes_are_the_plan_s_and_older_plans_have_none() -> None:
    store = a_run({"knn": errors(1.0)})
    old = compare_run(RunFiles(store, RUN), VerdictOptions())["dataset"]
    said = {
        "target": {"name": "price", "position": 2, "source": "Target"},
        "notes": ["A title is no row."],
        "ignored": [{"key": "Inputs/README.txt", "why": "is no table: remove it."}],
    }
    store.write_json(f"runs/{RUN}/plan.json", store.read_json(f"runs/{RUN}/plan.json") | said)

    assert not set(said) & set(old)
    assert compare_run(RunFiles(store, RUN), VerdictOptions())["dataset"] == {**old, **said}
