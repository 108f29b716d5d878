"""One Spark session for all tests of the job: starting one takes seconds."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from local_aws.services.sagemaker.containers.spark.java import java_home
from local_aws.services.sagemaker.containers.spark.jvm import START_OPTIONS
from preparation.session import open_session
from tests.integration.spark_job.job import Job, plan_of

QUIET = "--conf spark.ui.enabled=false --conf spark.ui.showConsoleProgress=false"
PARTITIONS = "--conf spark.sql.shuffle.partitions=2 --conf spark.default.parallelism=2"
# Partitions, compiler and collector of a local run: on small data the default ones take as long as the tests.
SUBMIT = f"--master local[2] {PARTITIONS} {QUIET} --driver-java-options '{' '.join(START_OPTIONS)}'"


@pytest.fixture(scope="session")
def launcher() -> Iterator[None]:
    """What spark-submit gives the script: a Java and a master."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_HOME", str(java_home(os.environ)))
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("PYSPARK_SUBMIT_ARGS", f"{SUBMIT} pyspark-shell")
        yield


@pytest.fixture(scope="session")
def spark(launcher: None) -> Iterator[SparkSession]:
    with open_session(plan_of([], Path("unused"))) as session:
        session.sparkContext.setLogLevel("ERROR")
        yield session


@pytest.fixture
def job(spark: SparkSession, tmp_path: Path) -> Job:
    return Job(tmp_path, spark)


@pytest.fixture(scope="module")
def module_job(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Job:
    """For a module whose tests look at one run."""
    return Job(tmp_path_factory.mktemp("job"), spark)
