"""Two tables in folds, each a data set of its own in one stack, from upload to verdict and final model."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bakeoff_cli.saved.verification import verify_folder
from bakeoff_cli.show.leaderboard import leaderboard
from bakeoff_cli.stack.history import RunHistory
from bakeoff_cli.stack.progress import progress
from bakeoff_cli.stack.run_objects import RunObjects
from local_aws.embedded import EmbeddedAws
from local_aws.services import iam
from tests.e2e.stack import Stack, StackRun, halves

FOLDS = {"shells": range(2), "pets": range(3)}
SETTINGS = {
    "shells": b"folds: 2\nalgorithms: [xgboost, linear-learner]\n",
    "pets": b"target: kind\ngroup: owner\nfolds: 3\nalgorithms: [xgboost, random-forest]\n",
}
CANDIDATES = {"shells": ["xgboost", "linear-learner"], "pets": ["xgboost", "random-forest"]}
ROWS = {"shells": 400, "pets": 600}


class Run(StackRun):
    @property
    def objects(self) -> RunObjects:
        s3 = self.stack.aws.instance.client("s3")
        return RunObjects(s3, self.stack.bucket, str(self.described["name"]))

    def predictions(self, candidate: str, fold: int | None = None) -> list[dict[str, str]]:
        name = candidate if fold is None else f"{candidate}/fold-{fold}"
        return list(csv.DictReader(io.StringIO(self.stack.read(f"{self.prefix}predictions/{name}.csv"))))

    def lines(self, below: str) -> list[str]:
        """Of all objects whose names begin so."""
        keys = self.stack.keys(f"{self.prefix}{below}")
        return [line for key in keys for line in self.stack.read(key).splitlines()]


def pets() -> bytes:
    """A label of texts, a number that no two rows share, a category, gaps, and owners of several rows."""
    chance, lines = random.Random(7), ["kind,weight,town,owner"]
    for row in range(ROWS["pets"]):
        kind = chance.choice(["cat", "dog"])
        weight = "" if row % 50 == 0 else f"{(4 if kind == 'cat' else 9) + chance.gauss(0, 2):.2f}{row:04}"
        lines.append(f"{kind},{weight},{chance.choice(['Port', 'Hill'])},owner {chance.randrange(150)}")
    return ("\n".join(lines) + "\n").encode()


@pytest.fixture(scope="module")
def runs(stack: Stack, abalone: Path) -> Iterator[dict[str, Run]]:
    stack.clear_inputs()
    iam.clear_records()
    shells = halves(abalone)[0].splitlines(keepends=True)[: ROWS["shells"]]
    data = {"shells": b"".join(shells), "pets": pets()}
    for name, settings in SETTINGS.items():
        stack.upload(f"Inputs/{name}/bakeoff.yaml", settings)
    ids = {name: stack.upload(f"Inputs/{name}/data.csv", body) for name, body in data.items()}
    yield {name: Run(stack, stack.wait_for_comparison(run)) for name, run in ids.items()}
    stack.clear_inputs()


def test_both_succeed_leave_nothing_and_overstep_no_role(runs: dict[str, Run], stack: Stack) -> None:
    for run in runs.values():
        assert run.described["status"] == "SUCCEEDED", run.described.get("cause")
        for candidate in run.json("comparison.json")["candidates"]:
            assert candidate["error"] is None and candidate["beats_baseline"]
    assert stack.leftovers() == []
    assert list(iam.denials()) == []


def test_every_row_is_judged_once(runs: dict[str, Run], abalone: Path) -> None:
    shells = halves(abalone)[0].decode().splitlines()[: ROWS["shells"]]
    labels = {
        "shells": Counter(float(line.split()[0]) for line in shells),
        "pets": Counter(line.split(",")[0] for line in pets().decode().splitlines()[1:]),
    }
    read: dict[str, Any] = {"shells": float, "pets": str}
    for name, run in runs.items():
        for candidate in CANDIDATES[name]:
            together = run.predictions(candidate)
            assert Counter(read[name](row["actual"]) for row in together) == labels[name]
            assert [int(row["row"]) for row in together] == list(range(ROWS[name]))
            by_fold = [run.predictions(candidate, fold) for fold in FOLDS[name]]
            assert [row["predicted"] for row in together] == [
                row["predicted"] for rows in by_fold for row in rows
            ]
            assert [int(row["fold"]) for row in together] == [
                fold for fold in FOLDS[name] for _ in by_fold[fold]
            ]


def test_no_unit_has_learned_from_a_row_that_judges_it(runs: dict[str, Run]) -> None:
    # Of numbers by the manifests that its jobs were given, of which each names the parts of the other fold
    shells = runs["shells"]
    for fold in FOLDS["shells"]:
        for channel in ("train", "validation"):
            names = shells.json(f"datasets/manifests/csv/{channel}-{fold}.json")[1:]
            assert {name.partition("-part-")[0] for name in names} == {f"fold-{1 - fold}-{channel}"}
    # Of a mixed table by the owners, whose rows share a fold
    owner_of = {line.split(",")[1]: line.split(",")[3] for line in pets().decode().splitlines()[1:]}
    owners = [
        {owner_of[cell] for line in lines for cell in json.loads(line) if cell and cell in owner_of}
        for lines in (runs["pets"].lines(f"datasets/table/fold-{fold}/") for fold in FOLDS["pets"])
    ]
    assert sum(map(len, owners)) == len(set().union(*owners)) == len(set(owner_of.values()))


def test_the_recommended_candidate_is_trained_once_more_on_the_rows_of_all_folds(
    runs: dict[str, Run],
) -> None:
    for name, run in runs.items():
        final, verdict = run.json("final.json"), run.json("comparison.json")["verdict"]
        assert (final["candidate"], final["status"]) == (verdict["recommended"], "completed")
        assert sum(final["rows"].values()) == ROWS[name]
        address = f"s3://{run.stack.bucket}/"
        assert final["model_data_url"].startswith(f"{address}{run.prefix}models/{final['candidate']}/final/")
        assert run.stack.keys(final["model_data_url"].removeprefix(address))


def test_the_command_tells_each_unit_and_how_much_the_metric_varies(
    runs: dict[str, Run], embedded: EmbeddedAws
) -> None:
    for name, run in runs.items():
        history = RunHistory(embedded.instance.client("stepfunctions"), run.described["executionArn"])
        told = progress(*history.read())
        assert [(each.name, each.status) for each in told.candidates] == [
            (f"{candidate}, fold {fold + 1}", "succeeded")
            for candidate in CANDIDATES[name]
            for fold in FOLDS[name]
        ]
        board = leaderboard(run.json("comparison.json"))
        assert f"{ROWS[name]} rows in {len(FOLDS[name])} folds" in board.title
        assert board.headings[1] == "Fold SD" and all(float(row[3]) > 0 for row in board.rows[:2])


def test_the_report_shows_fold_by_fold(runs: dict[str, Run]) -> None:
    for name, run in runs.items():
        page = run.stack.read(f"{run.prefix}report.html")
        assert "Fold by fold" in page and f"Fold {len(FOLDS[name])}" in page
        assert run.json("final.json")["candidate"] in page


def test_a_saved_folder_verifies_and_an_altered_row_of_a_fold_is_named(
    runs: dict[str, Run], tmp_path: Path
) -> None:
    for name, run in runs.items():
        folder = run.objects.save(tmp_path / name)
        assert verify_folder(folder, print).identical
        assert (folder / "units.json").is_file()
        assert (folder / "datasets" / "manifests").is_dir() == (name == "shells")

        altered = folder / "predictions" / "xgboost" / "fold-1.csv"
        before = altered.read_text()
        lines = before.splitlines(keepends=True)
        column = lines[0].strip().split(",").index("predicted" if name == "shells" else "p_cat")
        cells = lines[7].strip().split(",")
        cells[column] = f"{float(cells[column]) / 2:.6f}"
        altered.write_text("".join([*lines[:7], ",".join(cells) + "\n", *lines[8:]]))
        found = verify_folder(folder, print)
        assert found.changed and re.search(
            r"xgboost/fold-1\.csv was changed after the run: line 8", found.changed
        )


def test_of_a_mixed_table_nothing_is_saved_that_nothing_recomputes(
    runs: dict[str, Run], tmp_path: Path
) -> None:
    run = runs["pets"]
    folder = run.objects.save(tmp_path)
    stored = {key.removeprefix(run.prefix) for key in run.stack.keys(run.prefix)}
    saved = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    left_out = stored - saved
    assert saved <= stored and left_out
    assert all(re.search(r"/(fold-\d|final)/(train|validation)/", name) for name in left_out)
