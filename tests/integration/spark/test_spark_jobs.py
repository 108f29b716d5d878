"""Real Spark, from the container's command to the objects in S3."""

from __future__ import annotations

import gzip
import uuid
from pathlib import Path
from typing import Any

import pytest

from local_aws.sagemaker.jobs import JobFailed
from local_aws.site import ADMINISTRATOR, Site
from local_aws.spark.container import SPARK, SparkContainer
from local_aws.spark.jvm import MODULE_OPTIONS
from local_aws.spark.settings import CORES
from tests.integration.spark import round_trip
from tests.integration.spark.conftest import Assume
from tests.integration.spark.jobs import SCRIPT, Finished, configure, processing_job, run_to_end
from tests.patience import eventually

INPUTS = {"a b+c%20é.csv": b"one,plain\n", "[x].csv": b"two,brackets\n", "empty.csv": b""}
ZIPPED = b"three,zipped\nfour,zipped\n"


@pytest.fixture(scope="module")
def data(site: Site) -> str:
    """A bucket with files of odd names under in/."""
    s3, name = site.client("s3"), f"spark.data-{uuid.uuid4().hex[:8]}"
    s3.create_bucket(Bucket=name)
    for key, content in {**INPUTS, "zipped.csv.gz": gzip.compress(ZIPPED)}.items():
        s3.put_object(Bucket=name, Key=f"in/{key}", Body=content)
    return name


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> SparkContainer:
    return SparkContainer(cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def finished(
    site: Site, data: str, container: SparkContainer, tmp_path_factory: pytest.TempPathFactory
) -> Finished:
    root, script = tmp_path_factory.mktemp("job"), Path(round_trip.__file__).read_text("utf-8")
    job = processing_job(root, script, ADMINISTRATOR, site, data, "/opt/ml/output/report.json")
    finished = run_to_end(job, container)
    assert finished.exit_code == 0, finished.log
    return finished


def test_objects_are_read_by_name_by_pattern_and_by_folder(finished: Finished) -> None:
    read = finished.report["read"]

    assert read["exact"] == ["four,zipped", "one,plain", "three,zipped"]
    assert read["escaped"] == ["two,brackets"]
    assert read["glob"] == ["one,plain"]
    assert read["empty"] == []
    assert read["folder"] == ["four,zipped", "one,plain", "three,zipped", "two,brackets"]


def test_both_committers_leave_whole_data_sets_and_no_temporary_objects(
    site: Site, data: str, finished: Finished
) -> None:
    assert finished.report["written"] == {"1": 100, "2": 100}
    keys = [item["Key"] for item in site.client("s3").list_objects_v2(Bucket=data)["Contents"]]
    shapes = {key.partition("part-")[0] for key in keys if not key.startswith("in/")}
    assert shapes == {"out/v1/_SUCCESS", "out/v1/part=0/", "out/v1/part=1/", "moved here/%/"}


def test_hadoops_file_system_moves_deletes_seeks_and_lists(finished: Finished) -> None:
    files = finished.report["files"]

    assert files["byte"] == ord("l")
    assert files["past the end"] == -1
    assert files["moved"] == [True, False, True]
    assert files["deleted"] == [True, False]
    assert files["lines by RDD"] == 2
    assert files["listed"] == sorted([*INPUTS, "zipped.csv.gz"])


def test_the_script_sees_a_job_of_its_own(finished: Finished) -> None:
    machine = finished.report["machine"]

    assert machine["master"] == f"local[{CORES}]"
    assert machine["folder"] == str(finished.root / "spark")
    assert machine["message"] == str(finished.root / "output" / "message")
    assert machine["region"] == "us-east-1"
    assert machine["arguments"][1] == str(finished.root / "output" / "report.json")


def test_the_jvm_opens_what_this_version_of_spark_wants_open(finished: Finished) -> None:
    assert finished.report["machine"]["modules"] == list(MODULE_OPTIONS)


def test_a_job_that_goes_well_says_nothing(finished: Finished) -> None:
    assert finished.log == ""


def test_the_next_job_starts_from_the_class_archive_and_fails_where_its_role_ends(
    site: Site, data: str, container: SparkContainer, finished: Finished, assume: Assume, tmp_path: Path
) -> None:
    # Given the archive of the first job, a JVM that does not start without one, and a role that reads only
    wait_for_archive(container.cache)
    role = assume(["s3:GetObject", "s3:ListBucket"], f"arn:aws:s3:::{data}", f"arn:aws:s3:::{data}/*")
    script = f"""
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
lines = spark.read.text("s3://{data}/in/zipped.csv.gz")
print(lines.count(), "lines", flush=True)
lines.write.text("s3://{data}/denied")
"""
    job = processing_job(tmp_path / "ml", script, role, site)
    configure(job.root, spark_driver_extraJavaOptions="-Xshare:on")

    # When the job reads, and then writes
    denied = run_to_end(job, container)

    # Then it has read, and it fails with a reason that names the call, the object and the missing right
    assert denied.exit_code == 1
    assert "2 lines" in denied.log
    assert f"AccessDeniedException: PutObject s3://{data}/denied/_temporary/0/" in denied.log
    assert "is not authorized to perform: s3:PutObject" in denied.log
    # And the container's own words stand where the script may have left a sentence
    message = (denied.root / "output" / "message").read_text("utf-8")
    assert message.startswith("Algorithm Error: (caused by CalledProcessError): spark failed with a non-zero")


def wait_for_archive(cache: Path) -> None:
    eventually(lambda: list(cache.glob("*.jsa")), "the first job's class archive")


@pytest.mark.parametrize(
    ("specification", "reason"),
    [
        ({"ContainerEntrypoint": ["python3", SCRIPT]}, "AlgorithmError: The Spark container starts with"),
        ({}, "AlgorithmError: The Spark container starts with"),
        (
            {"ContainerEntrypoint": ["smspark-submit", "--conf", "a=b", SCRIPT]},
            "AlgorithmError: smspark-submit: ",
        ),
    ],
)
def test_a_request_that_the_container_refuses_fails_the_job(
    site: Site, tmp_path: Path, specification: dict[str, Any], reason: str
) -> None:
    job = processing_job(tmp_path, "", ADMINISTRATOR, site)
    job.request["AppSpecification"] = specification

    with pytest.raises(JobFailed, match=reason):
        SPARK.command(job)
