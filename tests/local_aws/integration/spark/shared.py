"""The Spark container, and one job in it for all who look at what it did: a job costs seconds."""

from __future__ import annotations

import gzip
import uuid
from pathlib import Path

import pytest

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.containers.spark.container import SparkContainer
from tests.local_aws.integration.spark import round_trip
from tests.local_aws.integration.spark.jobs import Finished, processing_job, role_of, run_to_end
from tests.patience import eventually

INPUTS = {"a b+c%20é.csv": b"one,plain\n", "[x].csv": b"two,brackets\n", "empty.csv": b""}
ZIPPED = b"three,zipped\nfour,zipped\n"


@pytest.fixture(scope="session")
def spark_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def container(spark_cache: Path) -> SparkContainer:
    return SparkContainer(spark_cache)


@pytest.fixture(scope="session")
def data(instance: Instance) -> str:
    """A bucket with files of odd names under in/."""
    s3, name = instance.client("s3"), f"spark.data-{uuid.uuid4().hex[:8]}"
    s3.create_bucket(Bucket=name)
    for key, content in {**INPUTS, "zipped.csv.gz": gzip.compress(ZIPPED)}.items():
        s3.put_object(Bucket=name, Key=f"in/{key}", Body=content)
    return name


@pytest.fixture(scope="session")
def finished(
    instance: Instance, data: str, container: SparkContainer, tmp_path_factory: pytest.TempPathFactory
) -> Finished:
    """The first job: it reads, writes, and ends where its role may not write."""
    root, script = tmp_path_factory.mktemp("job"), Path(round_trip.__file__).read_text("utf-8")
    bucket = f"arn:aws:s3:::{data}"
    own = [f"{bucket}/{place}/*" for place in ("in", "out", "moved here")]
    role = role_of(instance, (["s3:GetObject", "s3:ListBucket"], [bucket, f"{bucket}/*"]), (["s3:*"], own))
    finished = run_to_end(
        processing_job(root, script, role, instance, data, "/opt/ml/output/report.json"), container
    )
    assert finished.report, finished.log
    return finished


@pytest.fixture(scope="session")
def archived(container: SparkContainer, spark_cache: Path, finished: Finished) -> SparkContainer:
    """The container once it has the class archive that the first job was recorded for."""
    eventually(lambda: list(spark_cache.glob("*.jsa")), "the first job's class archive")
    return container
