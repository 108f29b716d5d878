"""No size of data is unknown: millions of rows and thousands of columns get their verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bakeoff.domain.run.names import run_id_of
from benchmarks.data_sets import sparse_table, table
from local_aws.embedded import EmbeddedAws
from tests.e2e.stack import Stack
from tests.template import TEMPLATE_PATH

ROWS, SCORED = 2_000_000, 20_000
WIDE_ROWS, WIDTH = 2_000, 6_000
MIB = 2**20
# A fifth of the catalogue's trees, each of which goes further: what is large here are the data.
QUICK = b"""
algorithms:
- {name: xgboost, hyperparameters: {num_round: "30", eta: "0.3"}}
- linear-learner
"""
pytestmark = pytest.mark.timeout(1800)


@pytest.fixture(scope="module")
def large(embedded: EmbeddedAws) -> Stack:
    """Scores a sample: 300,000 rows would go the same ways, for minutes."""
    return Stack(
        embedded, embedded.deploy(TEMPLATE_PATH, "bakeoff-e2e-large", {"MaxScoredRows": str(SCORED)})
    )


def _compared(stack: Stack, key: str, path: Path) -> dict[str, Any]:
    """Upload in parts, as a command does, and wait; the comparison, every candidate of which is well."""
    s3 = stack.aws.instance.client("s3")
    stack.clear_inputs()
    stack.upload("Inputs/bakeoff.yaml", QUICK)
    s3.upload_file(str(path), stack.bucket, key)
    version = s3.head_object(Bucket=stack.bucket, Key=key)["VersionId"]
    described = stack.wait_for_comparison(run_id_of(stack.bucket, key, version))
    assert described["status"] == "SUCCEEDED", described.get("cause")
    comparison: dict[str, Any] = stack.read_json(f"runs/{described['name']}/comparison.json")
    errors = {candidate["name"]: candidate["error"] for candidate in comparison["candidates"]}
    assert errors == {"xgboost": None, "linear-learner": None}
    return comparison


def _split_bytes(stack: Stack, comparison: dict[str, Any]) -> int:
    prefix = f"runs/{comparison['run_id']}/datasets/csv/"
    sizes = stack.aws.instance.client("s3").list_objects_v2(Bucket=stack.bucket, Prefix=prefix)["Contents"]
    return sum(int(item["Size"]) for item in sizes)


def test_millions_of_rows_get_a_verdict(large: Stack, tmp_path: Path) -> None:
    data = tmp_path / "large.csv"
    data.write_bytes(table(ROWS))
    assert data.stat().st_size > 64 * MIB

    comparison = _compared(large, "Inputs/large.csv", data)

    dataset = comparison["dataset"]
    assert dataset["train"] + dataset["validation"] + dataset["test"] == ROWS
    assert dataset["scored"] == SCORED
    # Only the trees can follow the sine; the noise has a deviation of 2.
    assert comparison["verdict"]["outcome"] == "winner"
    assert comparison["candidates"][0]["name"] == "xgboost"
    assert 1.9 < comparison["candidates"][0]["metrics"]["rmse"] < 2.3


def test_a_small_sparse_file_whose_splits_are_many_times_larger_gets_a_verdict(
    large: Stack, tmp_path: Path
) -> None:
    data = tmp_path / "wide.libsvm"
    data.write_bytes(sparse_table(WIDE_ROWS, WIDTH, 25))

    comparison = _compared(large, "Inputs/wide.libsvm", data)

    assert _split_bytes(large, comparison) > 30 * data.stat().st_size
    dataset = comparison["dataset"]
    assert dataset["train"] + dataset["validation"] + dataset["test"] == WIDE_ROWS
    assert comparison["verdict"]["outcome"] in ("winner", "tie")
