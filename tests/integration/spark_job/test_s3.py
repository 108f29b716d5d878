"""The job as SageMaker starts it: in the Spark container, on objects in S3.

Once through the bridge that local runs use, and through Hadoop's own S3A, as in AWS, with and without objects
that mark its folders.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import prepare_datasets
from local_aws.core.instance import Instance
from local_aws.services.sagemaker.container import ProcessingJobRun
from local_aws.services.sagemaker.containers.spark.container import SparkContainer
from preparation.plan import SPLITS
from preparation.reasons import LABEL
from tests.integration.spark_job.job import plan_of
from tests.local_aws.integration.spark.jobs import (
    SCRIPT,
    Finished,
    configure,
    processing_job,
    role_of,
    run_to_end,
)
from tests.template import TEMPLATE

PREFIX = "runs/run-1/datasets/"
PLAN = "/opt/ml/processing/input/plan/plan.json"
ODD_KEY = "Inputs/a b+ü 100%.csv"
ROWS = "".join(f"{i},{i / 7},{i % 5}\n" for i in range(500))
# `make` takes them out of the package of requirements-s3a.lock.
JARS = Path(sys.prefix) / "s3a"
S3A = "org.apache.hadoop.fs.s3a.S3AFileSystem"
# All that S3A says: it looks for settings of its metrics, and counts what it has sent a moment late (3.3.1).
S3A_LOG = "WARN MetricsConfig: Cannot locate configuration: tried hadoop-metrics2-s3a-file-system.properties"
COUNTED_LATE = (
    "WARN S3AInstrumentation: Closing output stream statistics while data is still marked as pending"
)
ENTRY = re.compile(r"^\d\d/\d\d/\d\d \d\d:\d\d:\d\d (.*)$", re.MULTILINE)
DATA_SETS = {f"{form}/{split}/" for form in ("csv", "libsvm") for split in SPLITS}
FOLDED = {f"{form}/fold-{fold}-" for form in ("csv", "libsvm") for fold in range(3)}


@pytest.fixture
def bucket(instance: Instance) -> str:
    """With an upload of an odd name, and what a failed attempt has left."""
    s3, name = instance.client("s3"), f"rows-{uuid.uuid4().hex[:8]}"
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=name, Key=ODD_KEY, Body=(ROWS + "x,1,2\n").encode())
    s3.put_object(Bucket=name, Key=f"{PREFIX}csv/train/part-old", Body=b"old")
    return name


def plan_in(bucket: str, folds: int) -> dict[str, Any]:
    item = {"key": ODD_KEY, "uri": f"s3://{bucket}/{ODD_KEY}", "bytes": len((ROWS + "x,1,2\n").encode())}
    spelling = {"format": "csv", "compression": "none", "delimiter": ",", "header": None}
    plan = plan_of([item | spelling], Path("unused"))
    split = plan["split"] | ({"folds": folds} if folds else {})
    return plan | {"bucket": bucket, "datasets_uri": f"s3://{bucket}/{PREFIX}", "split": split}


def data_policy(bucket: str) -> list[tuple[list[str], list[str]]]:
    """What the template's role may do with data, as actions on resources."""
    [policy] = [
        policy["PolicyDocument"]
        for policy in TEMPLATE["Resources"]["SageMakerRole"]["Properties"]["Policies"]
        if policy["PolicyName"] == "data"
    ]
    return [
        (as_list(statement["Action"]), [arn(bucket, place) for place in as_list(statement["Resource"])])
        for statement in policy["Statement"]
    ]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def arn(bucket: str, place: Mapping[str, str]) -> str:
    """Of `!Sub ${DataBucket.Arn}/...` or `!GetAtt DataBucket.Arn`."""
    return f"arn:aws:s3:::{bucket}" + place.get("Fn::Sub", "").removeprefix("${DataBucket.Arn}")


def job_on(instance: Instance, bucket: str, folder: Path, folds: int = 0) -> ProcessingJobRun:
    """A processing job with the unchanged script, a plan, and the rights that the template gives it."""
    script = Path(prepare_datasets.__file__)
    role = role_of(instance, *data_policy(bucket))
    job = processing_job(folder / "ml", script.read_text("utf-8"), role, instance, "--plan", PLAN)
    shutil.copytree(script.parent / "preparation", job.local_path(SCRIPT).parent / "preparation")
    job.local_path(PLAN).parent.mkdir(parents=True)
    job.local_path(PLAN).write_text(json.dumps(plan_in(bucket, folds)))
    return job


def test_the_job_prepares_objects_in_the_spark_container(
    instance: Instance, bucket: str, archived: SparkContainer, tmp_path: Path
) -> None:
    # Given a JVM that does not start without its archive
    job = job_on(instance, bucket, tmp_path)
    configure(job.root, spark_driver_extraJavaOptions="-Xshare:on")

    finished = run_to_end(job, archived)

    assert (finished.exit_code, finished.log) == (0, "")
    texts = left(instance, bucket, finished)
    assert places(texts) == DATA_SETS | {"rejected/", "summary.json"}
    assert_all_rows(texts, bucket)


@pytest.mark.parametrize(
    ("retention", "folds", "markers"),
    [("delete", 0, set()), ("delete", 3, set()), ("keep", 0, {"", "csv/", "libsvm/"})],
)
def test_the_job_prepares_objects_through_hadoops_own_s3a(
    instance: Instance,
    bucket: str,
    archived: SparkContainer,
    tmp_path: Path,
    retention: str,
    folds: int,
    markers: set[str],
) -> None:
    # Given S3A in place of the bridge; what is set for a bucket wins over what the script sets
    job = job_on(instance, bucket, tmp_path, folds)
    jars = ",".join(
        str(jar) for name in ("hadoop-aws", "aws-java-sdk-bundle") for jar in JARS.glob(f"{name}-*.jar")
    )
    job.request["AppSpecification"]["ContainerEntrypoint"] = ["smspark-submit", "--jars", jars, SCRIPT]
    settings = {
        "fs.s3.impl": S3A,
        "fs.s3a.endpoint": instance.endpoint_url,
        "fs.s3a.path.style.access": "true",
        f"fs.s3a.bucket.{bucket}.directory.marker.retention": retention,
    }
    # The bridge is a proxy, of which S3A has no need.
    configure(job.root, settings, spark_driver_extraJavaOptions="-Dhttp.nonProxyHosts=127.0.0.1")

    finished = run_to_end(job, archived)

    # Then all is as it is through the bridge, and a folder that training reads has no marker
    assert finished.exit_code == 0, finished.log
    said = ENTRY.findall(finished.log)
    assert any(entry.startswith(S3A_LOG) for entry in said)
    assert all(entry.startswith((S3A_LOG, COUNTED_LATE)) for entry in said), finished.log
    texts = left(instance, bucket, finished)
    data = FOLDED if folds else DATA_SETS
    assert places(texts) == data | {"rejected/", "summary.json"} | markers
    assert {key for key, text in texts.items() if not text} == markers
    assert_all_rows(texts, bucket)


def left(instance: Instance, bucket: str, finished: Finished) -> dict[str, str]:
    """The text of every object below the prefix of data sets; no exit message is left beside them."""
    assert not (finished.root / "output" / "message").exists()
    s3 = instance.client("s3")
    keys = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket, Prefix=PREFIX)["Contents"]]
    bodies = {key: s3.get_object(Bucket=bucket, Key=key)["Body"] for key in keys}
    return {key.removeprefix(PREFIX): body.read().decode() for key, body in bodies.items()}


def places(texts: Mapping[str, str]) -> set[str]:
    return {key.partition("part-")[0] for key in texts}


def assert_all_rows(texts: Mapping[str, str], bucket: str) -> None:
    assert "csv/train/part-old" not in texts
    rows = "".join(text for key, text in texts.items() if key.startswith("csv/"))
    assert sorted(rows.splitlines()) == sorted(ROWS.splitlines())
    example = {"object": f"s3://{bucket}/{ODD_KEY}", "line": "x,1,2", "reason": LABEL}
    assert json.loads(texts["summary.json"])["rejected"]["examples"] == [example]
