"""Where everything of a run lies: below `runs/<run_id>/` in the data bucket, or in a saved run's folder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from bakeoff.domain.ports import ObjectReader, Objects
from bakeoff.domain.run.documents import Comparison, Encoding, Plan, Receipt, Result, Summary
from bakeoff.domain.run.former import current_comparison, current_plan, current_result
from bakeoff.domain.run.names import run_prefix

PLAN = "plan.json"
COMPARISON = "comparison.json"
REPORT = "report.html"
RECEIPT = "receipt.json"
CODE = "code/"
DATASETS = "datasets/"
SUMMARY = f"{DATASETS}summary.json"
ENCODING = f"{DATASETS}encoding.json"
REJECTED = f"{DATASETS}rejected/"
# Of a plain table scoring reads CSV, whatever the candidates train on.
SCORED_FORMAT = "csv"
# Beside the views of a mixed table lie its test rows as they came.
TABLE = "table"


def split_of(form: str, split: str) -> str:
    return f"{DATASETS}{form}/{split}/"


def model_of(candidate: str) -> str:
    return f"models/{candidate}"


def predictions_of(candidate: str) -> str:
    return f"predictions/{candidate}.csv"


def result_of(candidate: str) -> str:
    return f"results/{candidate}.json"


def script_of(name: str) -> str:
    return f"{CODE}{name}"


def code_of(script: str) -> str:
    """Where the code of a script entry lies, apart from what the Spark job reads."""
    return f"scripts/{script}/"


def input_of(number: int, extension: str) -> str:
    """A copy of an upload that Spark could not read under the name that it has."""
    return f"inputs/{number:05d}.{extension}"


class RunFiles:
    """A run's files, read, those of earlier releases in today's words. A document that is not there raises
    FileNotFoundError.

    Raises InvalidRunId for what cannot name a run.
    """

    def __init__(self, store: ObjectReader, run_id: str) -> None:
        self.run_id = run_id
        self._store = store
        self._prefix = run_prefix(run_id)

    def key(self, name: str) -> str:
        return f"{self._prefix}{name}"

    def uri(self, name: str) -> str:
        return f"s3://{self._store.bucket}/{self._prefix}{name}"

    def plan(self) -> Plan:
        return current_plan(cast(Plan, self._store.read_json(self.key(PLAN))))

    def summary(self) -> Summary:
        return cast(Summary, self._store.read_json(self.key(SUMMARY)))

    def encoding(self) -> Encoding:
        """Of a mixed table only."""
        return cast(Encoding, self._store.read_json(self.key(ENCODING)))

    def result(self, candidate: str) -> Result:
        return current_result(cast(Result, self._store.read_json(self.key(result_of(candidate)))))

    def comparison(self) -> Comparison:
        return current_comparison(cast(Comparison, self._store.read_json(self.key(COMPARISON))))

    def receipt(self) -> Receipt:
        """Of a run that has ended; runs of earlier releases have none."""
        return cast(Receipt, self._store.read_json(self.key(RECEIPT)))

    def prediction_lines(self, candidate: str) -> Iterator[str]:
        return self._store.read_lines(self.key(predictions_of(candidate)))

    def test_lines(self, view: str = SCORED_FORMAT) -> Iterator[str]:
        """The rows of the test split in a view: CSV, the label first."""
        return self._store.read_lines(self.key(split_of(view, "test")))

    def table_lines(self) -> Iterator[str]:
        """The same rows as they came, of a mixed table: JSON arrays of texts, the label first."""
        return self.test_lines(TABLE)

    def empty_dataset_objects(self) -> list[str]:
        """The names below `datasets/` of objects without content."""
        datasets = self.key(DATASETS)
        return [key.removeprefix(datasets) for key in self._store.empty_objects(datasets)]


class WritableRunFiles(RunFiles):
    """A run's files, read and written."""

    def __init__(self, store: Objects, run_id: str) -> None:
        super().__init__(store, run_id)
        self._objects = store

    def write_script(self, name: str, text: str) -> None:
        self._objects.write_text(self.key(script_of(name)), text, "text/x-python")

    def write_code(self, script: str, name: str, archive: bytes) -> None:
        self._objects.write_bytes(self.key(f"{code_of(script)}{name}"), archive, "application/gzip")

    def write_plan(self, plan: Plan) -> None:
        self._objects.write_json(self.key(PLAN), plan)

    def write_predictions(self, candidate: str, text: str) -> None:
        self._objects.write_text(self.key(predictions_of(candidate)), text, "text/csv")

    def write_result(self, result: Result) -> None:
        self._objects.write_json(self.key(result_of(result["name"])), result)

    def write_comparison(self, comparison: Comparison) -> None:
        self._objects.write_json(self.key(COMPARISON), comparison)

    def write_report(self, page: str) -> None:
        self._objects.write_text(self.key(REPORT), page, "text/html; charset=utf-8")

    def write_receipt(self, receipt: Receipt) -> None:
        self._objects.write_json(self.key(RECEIPT), receipt)
