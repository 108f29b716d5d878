"""The Spark container, and one job in it for all who look at what it did: a job costs seconds."""

from __future__ import annotations

import gzip
import os
import uuid
from pathlib import Path

import pytest

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.containers.spark.archive import ClassArchive
from local_aws.services.sagemaker.containers.spark.container import SPARK, SparkContainer
from local_aws.services.sagemaker.containers.spark.java import java_home
from tests.local_aws.integration.spark import round_trip
from tests.local_aws.integration.spark.jobs import Finished, processing_job, role_of, run_to_end
from tests.patience import eventually

INPUTS = {"a b+c%20é.csv": b"one,plain\n", "[x].csv": b"two,brackets\n", "empty.csv": b""}
ZIPPED = b"three,zipped\nfour,zipped\n"


@pytest.fixture(scope="session")
def container() -> SparkContainer:
    return SPARK


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
def archived(instance: Instance, container: SparkContainer, finished: Finished) -> SparkContainer:
    """The container once there is a class archive, of the first job or of one in another process."""
    archive = ClassArchive(java_home(os.environ), finished.root / "spark", container.folder(instance))

    def made() -> bool:
        # Whoever packs it in another process may end before.
        archive.build(instance)
        return archive.file().exists()

    eventually(made, "the first job's class archive", pause=1)
    return container
