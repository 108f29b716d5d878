"""Stands in for the SageMaker Spark container: one machine, the unchanged script, S3 through the bridge."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.container import JobFailed, LocalCommand, ProcessingJobRun
from local_aws.services.sagemaker.containers.spark.archive import ClassArchive
from local_aws.services.sagemaker.containers.spark.configuration import (
    PLACE,
    Configuration,
    read_configuration,
)
from local_aws.services.sagemaker.containers.spark.java import java_home
from local_aws.services.sagemaker.containers.spark.jvm import SPARK_HOME, driver_command
from local_aws.services.sagemaker.containers.spark.settings import CORES, write_settings
from local_aws.services.sagemaker.containers.spark.submit import (
    Submission,
    localizer,
    overwrite_message,
    parse_command,
)
from local_aws.services.sagemaker.containers.spark.webhdfs.bridge import S3Bridge

_INHERITED = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR")


@dataclass(frozen=True)
class SparkContainer:
    """Runs what `smspark-submit` is given, with Spark's driver and executor in one JVM.

    `cache` is where jobs leave what makes the next one start faster: in the instance's own folder when None.
    """

    cache: Path | None = None

    @property
    def repositories(self) -> tuple[str, ...]:
        return ("sagemaker-spark-processing",)

    def folder(self, instance: Instance) -> Path:
        """Of the class archives."""
        return self.cache or instance.cache_dir / "spark"

    def command(self, job: ProcessingJobRun) -> LocalCommand:
        """Raises JobFailed for a request or a configuration that the real container refuses."""
        try:
            submission = parse_command(_container_command(job), localizer(job.root))
            configuration = read_configuration(job.root / PLACE)
        except ValueError as err:
            raise JobFailed(f"AlgorithmError: {err}") from err
        return _start(job, submission, configuration, self.folder(job.instance))


SPARK = SparkContainer()


def _container_command(job: ProcessingJobRun) -> list[str]:
    specification = job.request["AppSpecification"]
    return [*specification.get("ContainerEntrypoint", ()), *specification.get("ContainerArguments", ())]


def _start(
    job: ProcessingJobRun, submission: Submission, configuration: Configuration, cache: Path
) -> LocalCommand:
    home = java_home(os.environ)
    settings = _folders(job.root / "spark")
    write_settings(settings, configuration.spark, configuration.hadoop)
    archive = ClassArchive(home, settings.parent, cache)
    bridge = S3Bridge(
        job.instance.client("s3", job.credentials, max_pool_connections=32), job.instance.threads
    )

    def close() -> None:
        bridge.close()
        archive.build(job.instance)

    message = job.root / "output" / "message"
    return LocalCommand(
        argv=[
            *driver_command(home, settings, bridge.port, configuration.spark, archive.options()),
            *("--master", f"local[{CORES}]"),
            *submission.options,
            *submission.application,
        ],
        env=_environment(job, home, settings, configuration.environment),
        cwd=settings.parent,
        close=close,
        failed=partial(overwrite_message, message, _container_command(job)),
    )


def _folders(work: Path) -> Path:
    """Make Spark's folders in `work`; returns the one of its settings.

    Its home lacks the archive of the package pyspark: driver and workers would take that before the installed
    package, and compile it anew in each job.
    """
    for name in ("conf", "home", "local", "warehouse"):
        (work / name).mkdir(parents=True)
    for part in ("bin", "data", "jars"):
        (work / "home" / part).symlink_to(SPARK_HOME / part)
    return work / "conf"


def _environment(
    job: ProcessingJobRun, java: Path, settings: Path, configured: Mapping[str, str]
) -> dict[str, str]:
    localize = localizer(job.root)
    asked = {name: localize(value) for name, value in job.request.get("Environment", {}).items()}
    return {
        **{name: os.environ[name] for name in _INHERITED if name in os.environ},
        "JAVA_HOME": str(java),
        "SPARK_HOME": str(settings.parent / "home"),
        "SPARK_CONF_DIR": str(settings),
        "SPARK_LOCAL_DIRS": str(settings.parent / "local"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_HOSTNAME": "localhost",
        "PYSPARK_PYTHON": sys.executable,
        # A script has /opt/ml/output/message as its default for this one, and such a path is not mapped.
        "SM_OUTPUT_MESSAGE": str(job.root / "output" / "message"),
        # As bin/spark-submit does, so that Python's hashes agree between the driver and its workers.
        "PYTHONHASHSEED": "0",
        "AWS_ENDPOINT_URL": job.instance.endpoint_url,
        "AWS_REGION": job.instance.region,
        "AWS_DEFAULT_REGION": job.instance.region,
        **job.credentials.environment(),
        **asked,
        **configured,
    }
