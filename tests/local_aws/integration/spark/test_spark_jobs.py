"""Real Spark, from the container's command to the objects in S3."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from local_aws.core.instance import ADMINISTRATOR, Instance
from local_aws.services.sagemaker.container import JobFailed
from local_aws.services.sagemaker.containers.spark.container import SPARK
from local_aws.services.sagemaker.containers.spark.jvm import MODULE_OPTIONS, SPARK_HOME
from local_aws.services.sagemaker.containers.spark.settings import CORES
from tests.local_aws.integration.spark.jobs import SCRIPT, Finished, processing_job
from tests.local_aws.integration.spark.shared import INPUTS


def test_objects_are_read_by_name_by_pattern_and_by_folder(finished: Finished) -> None:
    read = finished.report["read"]

    assert read["exact"] == ["four,zipped", "one,plain", "three,zipped"]
    assert read["escaped"] == ["two,brackets"]
    assert read["glob"] == ["one,plain"]
    assert read["empty"] == []
    assert read["folder"] == ["four,zipped", "one,plain", "three,zipped", "two,brackets"]


def test_both_committers_leave_whole_data_sets_and_no_temporary_objects(
    instance: Instance, data: str, finished: Finished
) -> None:
    assert finished.report["written"] == {"1": 100, "2": 100}
    keys = [item["Key"] for item in instance.client("s3").list_objects_v2(Bucket=data)["Contents"]]
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


def test_driver_and_workers_have_the_installed_package_whose_bytecode_is_kept(finished: Finished) -> None:
    assert finished.report["machine"]["packages"] == [str(SPARK_HOME / "__init__.py")] * 2


def test_the_jvm_opens_what_this_version_of_spark_wants_open(finished: Finished) -> None:
    assert finished.report["machine"]["modules"] == list(MODULE_OPTIONS)


def test_a_job_fails_where_its_role_ends(data: str, finished: Finished) -> None:
    # With a reason that names the call, the object and the missing right
    assert finished.exit_code == 1
    assert f"AccessDeniedException: PutObject s3://{data}/denied/_temporary/0/" in finished.log
    assert "is not authorized to perform: s3:PutObject" in finished.log
    # And the container's own words stand where the script may have left a sentence
    message = (finished.root / "output" / "message").read_text("utf-8")
    assert message.startswith("Algorithm Error: (caused by CalledProcessError): spark failed with a non-zero")


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
    instance: Instance, tmp_path: Path, specification: dict[str, Any], reason: str
) -> None:
    job = processing_job(tmp_path, "", ADMINISTRATOR, instance)
    job.request["AppSpecification"] = specification

    with pytest.raises(JobFailed, match=reason):
        SPARK.command(job)
