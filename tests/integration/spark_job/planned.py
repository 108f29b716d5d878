"""From files to data sets: planned as the plan function does it, and prepared by the job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from preparation.job import prepare
from tests.fakes import InMemoryRunStore
from tests.integration.spark_job.job import Datasets, Job, file_uri
from tests.unit.bakeoff.domain.planning.test_planner import CREATED_AT, planner_of

RUN = "run-1"


@dataclass(frozen=True)
class Planned:
    """A plan that reads files of `job`'s folder; `store` is the bucket that it was made of."""

    job: Job
    plan: Mapping[str, Any]
    folder: str
    store: InMemoryRunStore

    def run(self) -> Datasets:
        """What the job writes, which then lies in the bucket, too."""
        prepare(self.job.spark, self.plan)
        datasets = Datasets(self.job.folder / self.folder / "datasets")
        for path in datasets.root.rglob("*"):
            if path.is_file():
                key = f"runs/{RUN}/datasets/{path.relative_to(datasets.root).as_posix()}"
                self.store.put(key, path.read_bytes())
        return datasets


def planned(
    job: Job,
    files: Mapping[str, bytes],
    given: Mapping[str, Any] | None = None,
    to: str = "planned",
    **options: Any,
) -> Planned:
    """`files` by their names below Inputs/, `given` the execution's input; `to` is a folder of the job's,
    `options` those of the stack.

    Raises what the planner raises.
    """
    store = InMemoryRunStore(bucket=to)
    for name, body in files.items():
        store.put(f"Inputs/{name}", body)
    planner_of(store, **options).plan(RUN, given or {}, CREATED_AT)
    plan = store.read_json(f"runs/{RUN}/plan.json")
    root = job.folder / to
    for item in plan["inputs"]:
        key = item["uri"].removeprefix(f"s3://{to}/")
        path = root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        listed = next(each for each in store.list_inputs() if each.key == item["key"])
        path.write_bytes(store.read_head(listed, listed.bytes))
        item["uri"] = file_uri(path)
    return Planned(job, plan | {"datasets_uri": file_uri(root / "datasets")}, to, store)
