"""What a person can get wrong ends in one sentence, starts nothing costly, and loses nothing."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bakeoff.domain.cost.words import is_rehearsal
from bakeoff_cli.saved.verification import verify_folder
from tests.e2e.held import until
from tests.e2e.stack import Stack

ROWS = b"".join(b"%d,%d,%d\n" % (n % 7, n, n * n % 11) for n in range(60))


@pytest.fixture(autouse=True)
def no_data(stack: Stack) -> Iterator[None]:
    stack.clear_inputs()
    yield
    assert stack.leftovers() == []


def _jobs(stack: Stack) -> int:
    sagemaker = stack.aws.instance.client("sagemaker")
    processing = sagemaker.list_processing_jobs()["ProcessingJobSummaries"]
    return len(processing) + len(sagemaker.list_training_jobs()["TrainingJobSummaries"])


@pytest.mark.parametrize(
    ("name", "execution_input", "error", "sentence"),
    [
        ("unknown", {"algorithms": ["prophet"]}, "InvalidAlgorithms", "Unknown algorithm 'prophet'"),
        ("empty", {"algorithms": []}, "InvalidAlgorithms", "The list of algorithms is empty"),
        ("twice", {"algorithms": ["knn", "knn"]}, "InvalidAlgorithms", "'knn' is listed twice"),
        (
            "schema",
            {"algorithms": [{"name": "deep", "algorithm": "xgboost", "hyperparameters": {"max_depth": 9}}]},
            "InvalidAlgorithms",
            'hyperparameters.max_depth must be in quotes ("9")',
        ),
        ("shape", {"algorithms": "knn"}, "InvalidSettings", "algorithms must be a list of names or objects"),
    ],
)
def test_a_wrong_request_ends_at_once(
    stack: Stack, name: str, execution_input: dict[str, Any], error: str, sentence: str
) -> None:
    jobs = _jobs(stack)
    described = stack.start(f"request-{name}", execution_input)

    assert (described["status"], described["error"]) == ("FAILED", error)
    assert sentence in described["cause"]
    assert not described["cause"].startswith("{")
    assert _jobs(stack) == jobs


@pytest.mark.parametrize(
    ("key", "body", "error", "sentence"),
    [
        (
            "picture.png",
            b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9,
            "UnreadableData",
            "picture.png is an image, no table: remove it.",
        ),
        (
            "prose.csv",
            b"It was a dark night.\nNothing moved.\n",
            "UnreadableData",
            "neither libsvm nor CSV",
        ),
        ("cut.csv", b"\x1f\x8b\x08 not really gzip", "UnreadableData", "cannot be decompressed"),
    ],
)
def test_data_that_cannot_be_read_end_at_once(
    stack: Stack, key: str, body: bytes, error: str, sentence: str
) -> None:
    jobs = _jobs(stack)
    described = stack.run_of(f"Inputs/{key}", body)

    assert (described["status"], described["error"]) == ("FAILED", error)
    assert sentence in described["cause"]
    assert _jobs(stack) == jobs
    assert stack.keys("Inputs/") == [f"Inputs/{key}"]


def test_files_that_do_not_fit_together_end_at_once(stack: Stack) -> None:
    two = stack.upload("Inputs/two.csv", ROWS)
    described = stack.run_of("Inputs/wide.csv", b"1,2,3,4\n5,6,7,8\n")
    stack.wait(two)

    assert described["error"] == "FeatureCountMismatch"
    assert "Inputs/wide.csv has 3 features, but Inputs/two.csv has 2" in described["cause"]


def test_a_run_above_its_limit_ends_at_once_and_has_a_receipt_of_what_that_took(
    stack: Stack, tmp_path: Path
) -> None:
    jobs = _jobs(stack)
    empty = stack.run_of("Inputs/bakeoff.yaml", b"max_cost: 0.01\n")
    assert empty["error"] == "NoInputData"

    described = stack.run_of("Inputs/rows.csv", ROWS)

    assert (described["status"], described["error"]) == ("FAILED", "BudgetExceeded")
    assert "more than max_cost of $0.01, which stands in Inputs/bakeoff.yaml: lower " in described["cause"]
    assert _jobs(stack) == jobs
    # and the janitor writes what it has cost until then
    key = f"runs/{described['name']}/receipt.json"
    until(lambda: key in stack.keys(key), "the receipt")
    receipt = stack.read_json(key)
    assert (receipt["planned"], receipt["unknown"], is_rehearsal(receipt)) == (False, [], True)
    assert {line["name"] for line in receipt["lines"]} == {"", "Take turn", "Plan run"}
    assert 0 < float(receipt["total_high"]) < 0.01
    (tmp_path / "receipt.json").write_text(stack.read(key))
    assert verify_folder(tmp_path, lambda _: None).identical
    stack.clear_inputs()


def test_folder_markers_and_empty_objects_start_nothing(stack: Stack) -> None:
    before = stack.executions().keys()
    stack.upload("Inputs/folder/", b"")
    stack.upload("Inputs/empty.csv", b"")

    # A run that is started afterwards is the only new one, and it reads neither of them.
    described = stack.run_of("Inputs/broken.bin", b"\x00\x01")
    assert stack.executions().keys() == before | {described["name"]}
    assert "Inputs/broken.bin" in described["cause"]


def test_more_malformed_rows_than_tolerated_end_before_any_training(stack: Stack, abalone: Path) -> None:
    # Given more sound rows than the plan looks at, and behind them what it cannot know of
    text = abalone.read_bytes()
    lines, copies = text.splitlines(keepends=True), 1 + 300_000 // len(text)
    spoiled = [b"nan" + line[line.index(b" ") :] if n % 2 else line for n, line in enumerate(lines[:300])]

    described = stack.run_of("Inputs/spoiled.csv", text * copies + b"".join(spoiled))

    assert described["error"] == "TooManyRejectedRows"
    rows = copies * len(lines) + 300
    assert f"150 of {rows} rows are malformed" in described["cause"]
    prefix = f"runs/{described['name']}/datasets/"
    rejected = "".join(stack.read(key) for key in stack.keys(f"{prefix}rejected/"))
    assert len(rejected.splitlines()) == 150
    assert stack.read_json(f"{prefix}summary.json")["rejected"]["total"] == 150


def test_an_object_that_is_cut_short_is_told_in_the_spark_job_s_words(
    stack: Stack,
) -> None:
    # Given an object that begins well, so that the plan accepts it
    rows = random.Random(0).choices(ROWS.splitlines(keepends=True), k=300_000)
    zipped = gzip.compress(b"".join(rows))

    described = stack.run_of("Inputs/damaged.csv.gz", zipped[:-1000])

    assert (described["status"], described["error"]) == ("FAILED", "DatasetsNotPrepared"), described["cause"]
    assert described["cause"].startswith("A compressed object cannot be read (EOFException: ")
    assert described["cause"].endswith("upload it anew if it is damaged, or start a new run.")
