"""Where everything of a run lies: below `runs/<run_id>/` in the data bucket, or in a saved run's folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from bakeoff.domain.ports import ObjectReader, Objects
from bakeoff.domain.run.documents import (
    Comparison,
    Encoding,
    FinalModel,
    Plan,
    PlannedCandidate,
    PlannedChampion,
    ProductionRecord,
    Promotion,
    Receipt,
    Result,
    Summary,
)
from bakeoff.domain.run.former import current_comparison, current_plan, current_result
from bakeoff.domain.run.names import run_prefix

PLAN = "plan.json"
COMPARISON = "comparison.json"
REPORT = "report.html"
RECEIPT = "receipt.json"
UNITS = "units.json"
FINAL_MODEL = "final.json"
CHAMPION = "champion.json"
PROMOTION = "promotion.json"
CODE = "code/"
DATASETS = "datasets/"
SUMMARY = f"{DATASETS}summary.json"
ENCODING = f"{DATASETS}encoding.json"
REJECTED = f"{DATASETS}rejected/"
MANIFESTS = f"{DATASETS}manifests/"
# Of a plain table scoring reads CSV, whatever the candidates train on.
SCORED_FORMAT = "csv"
# Beside the views of a mixed table lie its test rows as they came.
TABLE = "table"


FINAL = "final"
"""In the place of a unit: the model of a run with folds that is trained once more."""


def fold_name(fold: int) -> str:
    return f"fold-{fold}"


def split_of(form: str, split: str, unit: str = "") -> str:
    """Of a mixed table with folds each `unit` has splits of its own, by its fold's name or FINAL."""
    return f"{DATASETS}{form}/{unit and f'{unit}/'}{split}/"


def data_fold_of(form: str, fold: int) -> str:
    """What the names of a data fold's objects begin with, of a plain table: one folder holds all folds."""
    return f"{DATASETS}{form}/{fold_name(fold)}-"


def data_part_of(form: str, part: str) -> str:
    """The same of one of the parts that the rows are dealt into, by its name (`run.folds.part_names`)."""
    return f"{DATASETS}{form}/{part}-part-"


def table_of(fold: int | None = None) -> str:
    """The test rows of a mixed table as they came."""
    return split_of(TABLE, "test") if fold is None else f"{DATASETS}{TABLE}/{fold_name(fold)}/"


def encoding_of(fold: int | None = None) -> str:
    """Without a fold, that from which a new row is prepared: with folds, the final model's."""
    return ENCODING if fold is None else f"{DATASETS}{fold_name(fold)}/encoding.json"


def manifest_of(form: str, split: str, fold: int | None) -> str:
    """The objects that a unit, or without a fold the final model, reads in one channel."""
    return f"{MANIFESTS}{form}/{split}-{FINAL if fold is None else fold}.json"


def model_of(candidate: str, unit: str = "") -> str:
    return f"models/{candidate}{unit and f'/{unit}'}"


def predictions_of(candidate: str, fold: int | None = None) -> str:
    return f"predictions/{candidate}{_of_fold(fold)}.csv"


def result_of(candidate: str, fold: int | None = None) -> str:
    return f"results/{candidate}{_of_fold(fold)}.json"


def script_of(name: str) -> str:
    return f"{CODE}{name}"


def code_of(script: str) -> str:
    """Where the code of a script entry lies, apart from what the Spark job reads."""
    return f"scripts/{script}/"


def input_of(number: int, extension: str) -> str:
    """A copy of an upload that Spark could not read under the name that it has."""
    return f"inputs/{number:05d}.{extension}"


def _of_fold(fold: int | None) -> str:
    return "" if fold is None else f"/{fold_name(fold)}"


class RunFiles:
    """A run's files, read, those of earlier releases in today's words. A document that is not there raises
    FileNotFoundError.

    Raises InvalidRunId for what cannot name a run.
    """

    def __init__(self, store: ObjectReader, run_id: str) -> None:
        self.run_id = run_id
        self._store = store
        self._prefix = run_prefix(run_id)
        self._plan: Plan | None = None

    def key(self, name: str) -> str:
        return f"{self._prefix}{name}"

    def uri(self, name: str) -> str:
        return f"s3://{self._store.bucket}/{self._prefix}{name}"

    def plan(self) -> Plan:
        """Read once: nobody changes the plan of a run."""
        if self._plan is None:
            self._plan = current_plan(cast(Plan, self._store.read_json(self.key(PLAN))))
        return self._plan

    def summary(self) -> Summary:
        return cast(Summary, self._store.read_json(self.key(SUMMARY)))

    def encoding(self, fold: int | None = None) -> Encoding:
        """Of a mixed table only; with folds, of the final model unless one is named."""
        return cast(Encoding, self._store.read_json(self.key(encoding_of(fold))))

    def result(self, candidate: str, fold: int | None = None) -> Result:
        """With folds, of all of them together unless one is named."""
        return current_result(cast(Result, self._store.read_json(self.key(result_of(candidate, fold)))))

    def comparison(self) -> Comparison:
        return current_comparison(cast(Comparison, self._store.read_json(self.key(COMPARISON))))

    def receipt(self) -> Receipt:
        """Of a run that has ended; runs of earlier releases have none."""
        return cast(Receipt, self._store.read_json(self.key(RECEIPT)))

    def final_model(self) -> FinalModel:
        """Of a run with folds only."""
        return cast(FinalModel, self._store.read_json(self.key(FINAL_MODEL)))

    def champion(self) -> ProductionRecord:
        """What production ran when the run was planned; of a run only whose plan names it."""
        return cast(ProductionRecord, self._store.read_json(self.key(CHAMPION)))

    def promotion(self) -> Promotion:
        """Of a run only that decides about production."""
        return cast(Promotion, self._store.read_json(self.key(PROMOTION)))

    def prediction_lines(self, candidate: str, fold: int | None = None) -> Iterator[str]:
        """With folds, those of all of them together unless one is named."""
        return self._store.read_lines(self.key(predictions_of(candidate, fold)))

    def lines_of(self, name: str) -> Iterator[str]:
        """The lines of all objects whose names begin so, such as those of a split."""
        return self._store.read_lines(self.key(name))

    def dataset_objects(self) -> dict[str, int]:
        """The sizes in bytes of all objects below `datasets/`, by their names there, in their order."""
        datasets = self.key(DATASETS)
        return {key.removeprefix(datasets): size for key, size in self._store.sizes(datasets).items()}


class WritableRunFiles(RunFiles):
    """A run's files, read and written."""

    def __init__(self, store: Objects, run_id: str) -> None:
        super().__init__(store, run_id)
        self._objects = store

    def write_scripts(self, texts: Mapping[str, str]) -> None:
        """The files of the Spark job, by their paths there."""
        self._objects.write_texts(
            {self.key(script_of(name)): text for name, text in texts.items()}, "text/x-python"
        )

    def write_code(self, script: str, name: str, archive: bytes) -> None:
        self._objects.write_bytes(self.key(f"{code_of(script)}{name}"), archive, "application/gzip")

    def write_plan(self, plan: Plan) -> None:
        self._plan = None
        self._objects.write_json(self.key(PLAN), plan)

    def write_units(self, units: Sequence[PlannedCandidate | PlannedChampion]) -> None:
        """The items of the workflow's Map, which reads them itself."""
        self._objects.write_json(self.key(UNITS), units)

    def write_manifest(self, form: str, split: str, fold: int | None, names: Sequence[str]) -> None:
        """The objects of a channel by their names below the form's folder, as SageMaker's ManifestFile has
        them: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html
        """
        manifest = [{"prefix": self.uri(f"{DATASETS}{form}/")}, *names]
        self._objects.write_json(self.key(manifest_of(form, split, fold)), manifest)

    def write_predictions(self, candidate: str, text: str, fold: int | None = None) -> None:
        self._objects.write_text(self.key(predictions_of(candidate, fold)), text, "text/csv")

    def write_result(self, result: Result, fold: int | None = None) -> None:
        self._objects.write_json(self.key(result_of(result["name"], fold)), result)

    def write_final_model(self, final: FinalModel) -> None:
        self._objects.write_json(self.key(FINAL_MODEL), final)

    def write_champion(self, record: ProductionRecord) -> None:
        self._objects.write_json(self.key(CHAMPION), record)

    def write_promotion(self, promotion: Promotion) -> None:
        self._objects.write_json(self.key(PROMOTION), promotion)

    def write_comparison(self, comparison: Comparison) -> None:
        self._objects.write_json(self.key(COMPARISON), comparison)

    def write_report(self, page: str) -> None:
        self._objects.write_text(self.key(REPORT), page, "text/html; charset=utf-8")

    def write_receipt(self, receipt: Receipt) -> None:
        self._objects.write_json(self.key(RECEIPT), receipt)
