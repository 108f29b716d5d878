from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bakeoff.domain.run.files import RunFiles
from bakeoff.domain.verdict.comparison import compare_run
from bakeoff.domain.verdict.options import METRIC_NAMES, VerdictOptions
from bakeoff_cli.saved.folder import FolderStore
from tests.settings import held
from tests.unit.bakeoff_cli.conftest import Invoke
from tests.unit.bakeoff_cli.saved_runs import RUN_ID, SCATTER, edit, saved_run

Change = Callable[[Any], object]
ALGORITHMS = ["broken", *SCATTER]


def test_an_untouched_run_is_identical(invoke: Invoke, run: Path) -> None:
    result = invoke("verify", "run")
    assert (result.exit_code, result.stdout) == (
        0,
        f"Identical: all that the comparison of {RUN_ID} says follows from the run's own files.\n",
    )
    assert result.stderr == (
        "Recomputing the comparison from the files in run ...\nOpen its report:\n  bakeoff report run\n"
    )


def test_the_answer_as_json_is_one_document(invoke: Invoke, run: Path) -> None:
    answer = {"folder": "run", "run_id": RUN_ID, "compared": True, "identical": True}
    answer |= {"difference": None, "changed": None}
    assert json.loads(invoke("verify", "run", "--json").stdout) == answer
    edit(run / "comparison.json", lambda document: document["verdict"].update(best="knn"))
    difference = {"path": "verdict.best", "recorded": "knn", "recomputed": "xgboost"}
    changed = json.loads(invoke("verify", "run", "--json").stdout)
    assert changed == {**answer, "identical": False, "difference": difference}


def test_a_run_is_identical_under_the_options_that_it_recorded(invoke: Invoke, tmp_path: Path) -> None:
    options = VerdictOptions(
        "mae", 0.9, preference="lowest-latency", resamples=10_500, seed=7, equivalence_margin=0.02
    )
    saved_run(tmp_path / "run", options)
    recorded = json.loads((tmp_path / "run" / "comparison.json").read_text())
    assert recorded["verdict"]["recommended"] == "knn"
    assert invoke("verify", "run").exit_code == 0


def test_costs_of_predictions_are_recomputed_from_the_plan_s_prices(invoke: Invoke, run: Path) -> None:
    price = {
        "amount": "0.115",
        "currency": "USD",
        "region": "r",
        "published": "2026-08-11",
        "source": "a list",
    }
    edit(run / "plan.json", lambda plan: _price(plan, price))
    assert "candidates[0].cost_per_million" in invoke("verify", "run").stdout
    recomputed: Any = compare_run(RunFiles(FolderStore(run, RUN_ID), RUN_ID), VerdictOptions())
    (run / "comparison.json").write_text(json.dumps(recomputed))
    assert [each["cost_per_million"]["amount"] for each in recomputed["candidates"][:1]] == ["0.006389"]
    assert invoke("verify", "run").exit_code == 0

    edit(run / "plan.json", lambda plan: _price(plan, {**price, "amount": "0.116"}))

    result = invoke("verify", "run")
    assert result.exit_code == 1 and "cost_per_million" in result.stdout


def _price(plan: Any, price: Any) -> None:
    for each in plan["candidates"]:
        each["endpoint_instance_type"] = "ml.m5.large"
    plan["cost"] = {"serving": {"ml.m5.large": price}}


def test_a_comparison_by_other_settings_than_the_plan_s_is_not_identical(invoke: Invoke, run: Path) -> None:
    edit(run / "plan.json", _set(settings=held(algorithms=ALGORITHMS)))
    assert invoke("verify", "run").exit_code == 0

    edit(run / "plan.json", _set(settings=held(confidence=0.9, algorithms=ALGORITHMS)))

    result = invoke("verify", "run")
    assert result.exit_code == 1 and "verdict.confidence" in result.stdout


def test_damaged_settings_are_told_of_the_plan(invoke: Invoke, run: Path) -> None:
    damaged: list[Any] = [{}, None, held(confidence="much"), held(metric=["rmse"])]
    for settings in damaged:
        edit(run / "plan.json", _set(settings=settings))

        result = invoke("verify", "run")

        assert result.exit_code == 2
        assert "plan.json does not record how the verdict was reached" in result.stderr


def test_verifying_changes_no_file(invoke: Invoke, run: Path) -> None:
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    invoke("verify", run)
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


def _set(**values: Any) -> Change:
    return lambda document: document.update(values)


def _in_verdict(**values: Any) -> Change:
    return lambda document: document["verdict"].update(values)


def _in_candidate(index: int, **values: Any) -> Change:
    return lambda document: document["candidates"][index].update(values)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (_set(run_id="dataset1-fedcba9876543210"), "run_id"),
        (lambda document: document["dataset"].update(scored=121), "dataset.scored"),
        (lambda document: document["dataset"]["objects"][0].update(version_id="v2"),
         "dataset.objects[0].version_id"),
        (lambda document: document["candidates"][0]["metrics"].update(rmse=1.0486240579),
         "candidates[0].metrics.rmse"),
        (_in_candidate(0, training_seconds=1), "candidates[0].training_seconds"),
        (_in_candidate(2, beats_baseline=True), "candidates[2].beats_baseline"),
        (_in_candidate(3, error="Somebody else's fault"), "candidates[3].error"),
        (lambda document: document["candidates"].reverse(), "candidates[0].name"),
        (lambda document: document["candidates"].pop(0), "candidates[0].name"),
        (lambda document: document["candidates"].pop(), "candidates[3]"),
        (lambda document: document["candidates"].append(dict(document["candidates"][3], name="new")),
         "candidates[4]"),
        (lambda document: document["baseline"].update(prediction=10.0), "baseline.prediction"),
        (_in_verdict(outcome="winner", tied_with_best=[]), "verdict.outcome"),
        (_in_verdict(recommended="knn"), "verdict.recommended"),
        (_in_verdict(preference="lowest-latency"), "verdict.recommended"),
        (_in_verdict(reason="xgboost predicts best."), "verdict.reason"),
        (_in_verdict(rows_needed=130), "verdict.rows_needed"),
        (lambda document: document["verdict"]["comparisons"][0].update(ci_low=0.001),
         "verdict.comparisons[0].ci_low"),
        (lambda document: document["verdict"].pop("rows_needed"), "verdict.rows_needed"),
        (_set(note="trust me"), "note"),
    ],
)  # fmt: skip
def test_whatever_is_changed_in_the_comparison_is_named(
    invoke: Invoke, run: Path, change: Change, path: str
) -> None:
    edit(run / "comparison.json", change)
    result = invoke("verify", "run")
    assert result.exit_code == 1
    assert result.stdout.startswith(f"Not identical: {path}: recorded ") and result.stdout.count("\n") == 1


def test_the_sentences_of_an_earlier_release_are_held_to_their_words(invoke: Invoke, run: Path) -> None:
    # Given a reason as releases cut it that stored no clusters
    reason = json.loads((run / "comparison.json").read_text())["verdict"]["reason"]
    assert reason.startswith("No clear winner: xgboost ") and ". xgboost is" in reason
    once = reason.replace(". xgboost is", "; xgboost is").replace(". Telling", "; telling")
    edit(run / "comparison.json", _in_verdict(reason=once))
    # Then it is identical; but not with another word, nor with the same words in another order
    assert invoke("verify", "run").exit_code == 0
    for other in (once.replace(" lead ", " loss "), " ".join(reversed(once.split()))):
        edit(run / "comparison.json", _in_verdict(reason=other))
        assert invoke("verify", "run").stdout.startswith("Not identical: verdict.reason: recorded ")


def test_the_label_of_r2_may_be_that_of_any_release(invoke: Invoke, tmp_path: Path) -> None:
    run = saved_run(tmp_path / "run", VerdictOptions(metric="r2"))
    reason = json.loads((run / "comparison.json").read_text())["verdict"]["reason"]
    assert METRIC_NAMES["r2"] in reason
    for label in ("R2", "R²"):
        edit(run / "comparison.json", _in_verdict(reason=reason.replace(METRIC_NAMES["r2"], label)))
        assert invoke("verify", "run").stdout.startswith("Identical: ")


def test_a_folder_of_before_relative_accuracy_had_its_name_is_identical(
    invoke: Invoke, tmp_path: Path
) -> None:
    """Earlier releases called it accuracy: as the metric that decides, in results and in sentences."""
    run = saved_run(tmp_path / "run", VerdictOptions(metric="relative_accuracy"))
    edit(run / "plan.json", _set(settings=held(metric="relative_accuracy", algorithms=ALGORITHMS)))
    for path in (run / "plan.json", run / "comparison.json", *(run / "results").iterdir()):
        text = path.read_text()
        former = text.replace('"relative_accuracy"', '"accuracy"').replace("relative accuracy", "accuracy")
        assert "relative" not in former and (former != text or "broken" in path.name)
        path.write_text(former)

    result = invoke("verify", "run")
    assert result.stdout.startswith("Identical: "), result.stdout

    predictions = run / "predictions" / "knn.csv"
    predictions.write_text(re.sub(r"^(5,[^,]*),[^,\n]*", r"\1,99", predictions.read_text(), flags=re.M))
    altered = invoke("verify", "run")
    assert altered.exit_code == 1 and "row 5, predicts 99 where it was" in altered.stdout


def _with_clusters(run: Path) -> dict[str, Any]:
    """As of a run that noted equal rows: each row of the second half equals one of the first."""
    split = run / "datasets" / "csv" / "test" / "part-00000"
    labels = [line.split(",")[1] for line in (run / "predictions" / "knn.csv").read_text().splitlines()[1:]]
    half = len(labels) // 2
    split.write_text("".join(f"{labels[row % half]},{row % half},2\n" for row in range(len(labels))))
    for path in (run / "predictions").iterdir():
        head, *lines = path.read_text().splitlines()
        pairs = [line.partition(",")[2] for line in lines]
        rows = [f"{row},{pairs[row % half]},{row % half}\n" for row in range(len(lines))]
        path.write_text("".join([f"{head},cluster\n", *rows]))
    comparison = compare_run(RunFiles(FolderStore(run, RUN_ID), RUN_ID), VerdictOptions())
    (run / "comparison.json").write_text(json.dumps(comparison))
    for each in comparison["candidates"]:
        edit(run / "results" / f"{each['name']}.json", _set(metrics=each["metrics"]))
    return {**comparison}


def test_a_run_that_notes_equal_rows_is_held_to_them(invoke: Invoke, run: Path) -> None:
    dataset = _with_clusters(run)["dataset"]
    assert (dataset["scored"], dataset["distinct"]) == (120, 60)
    assert invoke("verify", "run").exit_code == 0
    for path in (run / "predictions").iterdir():
        lines = path.read_text().splitlines()
        lines[-1] = f"{lines[-1].rpartition(',')[0]},119"
        path.write_text("\n".join(lines))
    assert "dataset.distinct: recorded 60, recomputed 61" in invoke("verify", "run").stdout


def test_a_row_that_equals_another_in_one_file_only_was_changed_there(invoke: Invoke, run: Path) -> None:
    _with_clusters(run)
    path = run / "predictions" / "xgboost.csv"
    lines = path.read_text().splitlines()
    lines[62] = f"{lines[62].rpartition(',')[0]},61"
    path.write_text("\n".join(lines))
    result = invoke("verify", "run", "--quiet")
    assert (result.exit_code, result.stdout) == _changed("says that row 61 equals row 61, not row 1")


@pytest.mark.parametrize(
    "options", [{"confidence": 0.9}, {"resamples": 12_000}, {"seed": 1}, {"equivalence_margin": 0.02}]
)
def test_options_that_were_not_those_of_the_verdict_are_caught(
    invoke: Invoke, run: Path, options: dict[str, Any]
) -> None:
    edit(run / "comparison.json", _in_verdict(**options))
    assert invoke("verify", "run").exit_code == 1


def _move(path: Path, line: int, by: float) -> tuple[float, float]:
    """Change the prediction in the given line of the file; returns it before and after."""
    lines = path.read_text().splitlines()
    cells = lines[line - 1].split(",")
    before, after = float(cells[2]), float(cells[2]) + by
    lines[line - 1] = ",".join([*cells[:2], repr(after), *cells[3:]])
    path.write_text("\n".join(lines))
    return before, after


@pytest.mark.parametrize("by", [1e-5, 0.001, -0.7, 30.0, -1e9])
@pytest.mark.parametrize("name", ["xgboost", "knn", "linear-learner"])
def test_one_changed_prediction_is_named_with_its_line_whatever_it_makes_of_the_ranking(
    invoke: Invoke, run: Path, name: str, by: float
) -> None:
    recorded = json.loads((run / "comparison.json").read_text())["candidates"]
    place, metrics = next((at, item["metrics"]) for at, item in enumerate(recorded) if item["name"] == name)
    before, after = _move(run / "predictions" / f"{name}.csv", 61, by)

    result = invoke("verify", "run", "--quiet")

    assert (result.exit_code, result.stdout.count("\n")) == (1, 1)
    head = f"Not identical: run/predictions/{name}.csv was changed after the run: line 61, row 59, predicts "
    assert result.stdout.startswith(f"{head}{after:.9g} where it was ")
    former = result.stdout.partition("where it was ")[2].partition(". candidates")[0].split(" or ")
    assert any(abs(float(value) - before) < 1e-6 * max(1, abs(by)) for value in former)
    assert f" candidates[{place}].metrics.rmse: recorded {metrics['rmse']}, recomputed " in result.stdout


def test_several_changed_predictions_are_named_with_their_file(invoke: Invoke, run: Path) -> None:
    # Given results as scoring leaves them
    for candidate in json.loads((run / "comparison.json").read_text())["candidates"][:3]:
        edit(run / "results" / f"{candidate['name']}.json", _set(metrics=candidate["metrics"]))
    for line in (3, 60, 90):
        _move(run / "predictions" / "knn.csv", line, -2.0)
    result = invoke("verify", "run", "--quiet")
    assert result.stdout.startswith(
        "Not identical: run/predictions/knn.csv was changed after the run: it does not give the metrics in "
        "results/knn.json. candidates[1].metrics."
    )


def test_a_label_changed_in_every_file_is_named_by_the_test_split(invoke: Invoke, run: Path) -> None:
    for path in (run / "predictions").iterdir():
        lines = path.read_text().splitlines()
        lines[7] = f"6,99.0,{lines[7].split(',')[2]}"
        path.write_text("\n".join(lines))
    result = invoke("verify", "run", "--quiet")
    flaw = "run/predictions/xgboost.csv was changed after the run: it holds row 6 with the label 99 where "
    assert result.stdout.startswith(f"Not identical: {flaw}row 6 with the label ")


def test_without_the_test_split_one_changed_prediction_is_named_all_the_same(
    invoke: Invoke, run: Path
) -> None:
    (run / "datasets" / "csv" / "test" / "part-00000").unlink()
    _move(run / "predictions" / "knn.csv", 4, 1.0)
    result = invoke("verify", "run", "--quiet")
    assert "run/predictions/knn.csv was changed after the run: line 4, row 2, predicts " in result.stdout


def test_a_metric_changed_in_the_result_as_well_is_caught(invoke: Invoke, run: Path) -> None:
    edit(run / "results" / "xgboost.json", lambda document: document["metrics"].update(rmse=0.5))
    told = " ".join(invoke("verify", "run").stdout.split())
    assert told.startswith(
        "Not identical: run/results/xgboost.json was changed after the run: metrics.rmse: recorded 0.5, "
    )
    assert told.endswith(" from predictions/xgboost.csv.")
    edit(run / "comparison.json", lambda document: document["candidates"][0]["metrics"].update(rmse=0.5))
    assert "candidates[0].metrics.rmse: recorded 0.5," in invoke("verify", "run").stdout


@pytest.mark.parametrize(
    ("file", "change", "path"),
    [
        ("results/knn.json", _set(training_seconds=1), "candidates[1].training_seconds"),
        ("results/broken.json", _set(error="Bad luck"), "candidates[3].error"),
        ("datasets/summary.json", lambda document: document["rows"].update(train=1), "dataset.train"),
        ("datasets/summary.json", lambda document: document["label"]["train"].update(mean=1.0),
         "candidates[2].beats_baseline"),
        ("plan.json", lambda document: document["inputs"][0].update(etag="f"), "dataset.objects[0].etag"),
        ("plan.json", lambda document: document["candidates"].pop(), "candidates[2].name"),
        ("plan.json", _set(run_id="another-run"), "run_id"),
    ],
)  # fmt: skip
def test_whatever_is_changed_in_the_other_files_is_named(
    invoke: Invoke, run: Path, file: str, change: Change, path: str
) -> None:
    edit(run / file, change)
    result = invoke("verify", "run")
    assert result.exit_code == 1
    assert result.stdout.startswith(f"Not identical: {path}: ")


FILES = (
    "comparison.json",
    "plan.json",
    "datasets/summary.json",
    "results/knn.json",
    "predictions/knn.csv",
)


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_named_and_exit_code_2(invoke: Invoke, run: Path, file: str) -> None:
    (run / file).unlink()
    result = invoke("verify", "run", "--quiet")
    assert (result.exit_code, result.stdout) == (2, "")
    assert Path(file).name in result.stderr and result.stderr.count("\n") == 1


MALFORMED = (b"", b"{", b"[1]", b"\xff\xfe\x00", b'{"run_id": "x"}', b"row,actual\n1,2\n")


@pytest.mark.parametrize("content", MALFORMED)
@pytest.mark.parametrize("file", FILES[:4])
def test_a_malformed_file_is_one_line_and_exit_code_2(
    invoke: Invoke, run: Path, file: str, content: bytes
) -> None:
    (run / file).write_bytes(content)
    result = invoke("verify", "run", "--quiet")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("bakeoff: ") and result.stderr.count("\n") == 1


def _changed(flaw: str) -> tuple[int, str]:
    return 1, f"Not identical: run/predictions/xgboost.csv was changed after the run: it {flaw}.\n"


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (b"", "does not begin with the line row,actual,predicted"),
        (b"row,actual\n1,2\n", "does not begin with the line row,actual,predicted"),
        (b"row,actual,predicted\n", "holds no predictions"),
        (b"row,actual,predicted\n0,1\n", "does not hold a row, its label and its prediction in line 2"),
        (b"\xff\xfe\x00", "is not text in UTF-8"),
    ],
)
def test_predictions_that_are_none_were_changed(invoke: Invoke, run: Path, content: bytes, flaw: str) -> None:
    (run / "predictions" / "xgboost.csv").write_bytes(content)
    result = invoke("verify", "run", "--quiet")
    assert (result.exit_code, result.stdout) == _changed(flaw)


@pytest.mark.parametrize("cell", ["", "one", "nan", "inf", "1e308"])
def test_a_prediction_that_cannot_be_measured_is_named_with_its_line(
    invoke: Invoke, run: Path, cell: str
) -> None:
    path = run / "predictions" / "xgboost.csv"
    lines = path.read_text().splitlines()
    lines[7] = f"{lines[7].rpartition(',')[0]},{cell}"
    path.write_text("\n".join(lines))
    result = invoke("verify", "run", "--quiet")
    assert (result.exit_code, result.stdout) == _changed(
        "does not hold a row, its label and its prediction in line 8"
    )


def test_a_changed_label_or_a_deleted_or_added_line_is_named_with_its_row(invoke: Invoke, run: Path) -> None:
    path = run / "predictions" / "xgboost.csv"
    lines = path.read_text().splitlines()
    actual = [line.split(",")[1] for line in lines]
    before = {row: f"row {row} with the label {float(actual[row + 1]):g}" for row in (6, 7, 119)}
    for content, flaw in (
        ([*lines[:7], "6,99.0,3.5", *lines[8:]], f"row 6 with the label 99 where {before[6]}"),
        ([*lines[:7], *lines[8:]], f"{before[7]} where {before[6]}"),
        (lines[:-1], f"nothing where {before[119]}"),
        ([*lines, "120,9.0,9.0"], "row 120 with the label 9 where nothing"),
    ):
        path.write_text("\n".join(content))
        result = invoke("verify", "run", "--quiet")
        assert (result.exit_code, result.stdout) == _changed(f"holds {flaw} belongs")


def test_changed_predictions_as_json_are_one_document(invoke: Invoke, run: Path) -> None:
    (run / "predictions" / "xgboost.csv").write_text("")
    document = json.loads(invoke("verify", "run", "--json").stdout)
    assert (document["identical"], document["difference"]) == (False, None)
    assert document["changed"].startswith("run/predictions/xgboost.csv was changed after the run: ")


@pytest.mark.parametrize(
    "options",
    [{"metric": "luck"}, {"verdict": None}, {"verdict": {}}, {"verdict": {"seed": "seven"}}],
)
def test_a_verdict_that_does_not_say_how_it_was_reached_is_one_line(
    invoke: Invoke, run: Path, options: dict[str, Any]
) -> None:
    edit(run / "comparison.json", _set(**options))
    result = invoke("verify", "run", "--quiet")
    assert result.exit_code == 2
    assert "comparison.json does not record how the verdict was reached" in result.stderr


def test_a_candidate_whose_name_leads_elsewhere_is_refused(invoke: Invoke, run: Path) -> None:
    edit(run / "plan.json", lambda document: document["candidates"].append({"name": "../../secret"}))
    result = invoke("verify", "run", "--quiet")
    assert result.exit_code == 2
    assert "refers to results/../../secret.json, which is outside it" in result.stderr


def test_a_comparison_of_a_later_schema_is_not_guessed_at(invoke: Invoke, run: Path) -> None:
    edit(run / "comparison.json", _set(schema_version=2))
    result = invoke("verify", "run", "--quiet")
    assert result.exit_code == 2
    assert "run/comparison.json has a schema_version that this bakeoff cannot read" in result.stderr


def test_a_run_whose_failure_was_never_recorded_is_identical(invoke: Invoke, tmp_path: Path) -> None:
    run = saved_run(tmp_path / "run", failure_recorded=False)
    recorded = json.loads((run / "comparison.json").read_text())["candidates"][3]
    assert recorded["error"].startswith("Neither a result nor a failure was recorded")
    assert invoke("verify", run).exit_code == 0
