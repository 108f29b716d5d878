"""The job as SageMaker starts it: in the Spark container, on objects in S3."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from local_aws.site import ADMINISTRATOR, Site
from local_aws.spark.container import SparkContainer
from spark import prepare_datasets
from spark.prepare_datasets import SPLITS
from tests.integration.spark.jobs import configure, processing_job, run_to_end
from tests.integration.spark_job.job import plan_of

PREFIX = "runs/run-1/datasets/"
PLAN = "/opt/ml/processing/input/plan/plan.json"
ODD_KEY = "Inputs/a b+ü 100%.csv"
ROWS = "".join(f"{i},{i / 7},{i % 5}\n" for i in range(500))


@pytest.fixture
def bucket(site: Site) -> str:
    """With an upload of an odd name, and what a failed attempt has left."""
    s3, name = site.client("s3"), f"rows-{uuid.uuid4().hex[:8]}"
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key=ODD_KEY, Body=(ROWS + "x,1,2\n").encode())
    s3.put_object(Bucket=name, Key=f"{PREFIX}csv/train/part-old", Body=b"old")
    return name


def plan_in(bucket: str) -> dict[str, Any]:
    item = {"key": ODD_KEY, "uri": f"s3://{bucket}/{ODD_KEY}", "bytes": len((ROWS + "x,1,2\n").encode())}
    spelling = {"format": "csv", "compression": "none", "delimiter": ",", "header": None}
    plan = plan_of([item | spelling], Path("unused"))
    return plan | {"bucket": bucket, "datasets_uri": f"s3://{bucket}/{PREFIX}"}


def test_the_job_prepares_objects_in_the_spark_container(
    site: Site, bucket: str, archived: SparkContainer, tmp_path: Path
) -> None:
    # Given a processing job with the script and a plan, and a JVM that does not start without its archive
    script = Path(prepare_datasets.__file__).read_text("utf-8")
    job = processing_job(tmp_path / "ml", script, ADMINISTRATOR, site, "--plan", PLAN)
    job.local_path(PLAN).parent.mkdir(parents=True)
    job.local_path(PLAN).write_text(json.dumps(plan_in(bucket)))

    configure(job.root, spark_driver_extraJavaOptions="-Xshare:on")

    # When it runs
    finished = run_to_end(job, archived)

    # Then it says nothing, and the prefix holds the data sets, and nothing besides
    assert (finished.exit_code, finished.log) == (0, "")
    assert not (finished.root / "output" / "message").exists()
    s3 = site.client("s3")
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=PREFIX)["Contents"]
    bodies = {
        item["Key"].removeprefix(PREFIX): s3.get_object(Bucket=bucket, Key=item["Key"]) for item in listed
    }
    texts = {key: body["Body"].read().decode() for key, body in bodies.items()}
    places = {f"{form}/{split}/" for form in ("csv", "libsvm") for split in SPLITS} | {
        "rejected/",
        "summary.json",
    }
    assert {key.partition("part-")[0] for key in texts} == places
    assert "csv/train/part-old" not in texts
    rows = "".join(text for key, text in texts.items() if key.startswith("csv/"))
    assert sorted(rows.splitlines()) == sorted(ROWS.splitlines())
    example = {"object": f"s3://{bucket}/{ODD_KEY}", "line": "x,1,2", "reason": prepare_datasets.LABEL}
    assert json.loads(texts["summary.json"])["rejected"]["examples"] == [example]
