"""Starts a script as the embedded SageMaker starts a Spark job: one JVM, its classes from an archive.

Unlike there, with the optimizing compiler, which pays for itself on large data.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.containers.spark.archive import ClassArchive
from local_aws.services.sagemaker.containers.spark.java import java_home
from local_aws.services.sagemaker.containers.spark.jvm import SPARK_HOME, driver_command
from local_aws.services.sagemaker.containers.spark.settings import write_settings

MASTER = "local[2]"
NOWHERE = 9  # the port of the proxy to S3, which no benchmark asks for
PROPERTIES = {"spark.driver.memory": "2g", "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=4"}


class Launcher:
    """For scripts that load the same classes; `folder` is theirs alone."""

    def __init__(self, folder: Path) -> None:
        self.java = java_home(os.environ)
        self._folder, self._settings = folder, folder / "conf"
        for path in (self._settings, folder / "local"):
            path.mkdir(parents=True)
        write_settings(self._settings, {}, {})
        self._archive = ClassArchive(self.java, folder, folder / "cache")

    def command(self, script: Path, *arguments: str) -> list[str]:
        options = self._archive.options()
        java = driver_command(self.java, self._settings, NOWHERE, PROPERTIES, options)
        return [*java, "--master", MASTER, str(script), *arguments]

    def environment(self) -> dict[str, str]:
        return os.environ | {
            "JAVA_HOME": str(self.java),
            "SPARK_HOME": str(SPARK_HOME),
            "SPARK_CONF_DIR": str(self._settings),
            "SPARK_LOCAL_DIRS": str(self._folder / "local"),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_HOSTNAME": "localhost",
            "PYSPARK_PYTHON": sys.executable,
            "PYTHONHASHSEED": "0",
        }

    def pack_classes(self) -> None:
        """Make the archive of the classes that the run before has loaded; all later runs start with it."""
        instance = Instance("http://nowhere", self._folder)
        try:
            if work := self._archive.build(instance):
                work.result()
        finally:
            instance.close()
