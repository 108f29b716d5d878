"""The command line of the driver's JVM, without the two JVMs and the shell scripts of `bin/spark-submit`."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from local_aws.services.sagemaker.containers.spark.settings import hosts_file

_PYSPARK = find_spec("pyspark")
assert _PYSPARK is not None and _PYSPARK.origin is not None, "pyspark is among the packages of pyproject.toml"
# Found, not imported: that takes as long as the start of a JVM. And by its own name, not that of
# a link that leads there, with which Java takes no class archive.
SPARK_HOME = Path(_PYSPARK.origin).resolve().parent
JARS = SPARK_HOME / "jars"
CLASS_PATH = f"{JARS}/*"
MAIN = "org.apache.spark.deploy.SparkSubmit"
_MEMORY = "1g"
# What Spark opens for itself on Java 17: org.apache.spark.launcher.JavaModuleOptions of Spark 3.5.
_OPENED = (
    "java.base/java.lang",
    "java.base/java.lang.invoke",
    "java.base/java.lang.reflect",
    "java.base/java.io",
    "java.base/java.net",
    "java.base/java.nio",
    "java.base/java.util",
    "java.base/java.util.concurrent",
    "java.base/java.util.concurrent.atomic",
    "java.base/jdk.internal.ref",
    "java.base/sun.nio.ch",
    "java.base/sun.nio.cs",
    "java.base/sun.security.action",
    "java.base/sun.util.calendar",
    "java.security.jgss/sun.security.krb5",
)
# Small data on two cores: a parallel collector and the optimizing compiler would cost more than they save.
START_OPTIONS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
MODULE_OPTIONS = (
    "-XX:+IgnoreUnrecognizedVMOptions",
    *(f"--add-opens={package}=ALL-UNNAMED" for package in _OPENED),
    "-Djdk.reflect.useDirectMethodHandle=false",
)


def driver_command(
    java_home: Path,
    settings: Path,
    bridge_port: int,
    spark: Mapping[str, str],
    archive_options: Sequence[str] = (),
) -> list[str]:
    """The JVM up to its main class; the options and the application of `spark-submit` follow.

    `settings` is the job's SPARK_CONF_DIR, `spark` the properties that a job sets. Two of them have to be
    known before the JVM starts: spark.driver.memory (1g) and spark.driver.extraJavaOptions.
    """
    return [
        str(java_home / "bin" / "java"),
        "-cp",
        # The jars come first because a class archive is made for a class path that begins like this one.
        f"{CLASS_PATH}:{settings}",
        f"-Xmx{spark.get('spark.driver.memory', _MEMORY)}",
        *START_OPTIONS,
        *archive_options,
        *MODULE_OPTIONS,
        "-Dfile.encoding=UTF-8",
        f"-Djava.io.tmpdir={settings.parent / 'local'}",
        # Every bucket is a host behind this proxy; 127.0.0.1 and localhost are exempt by Java's own default.
        "-Dhttp.proxyHost=127.0.0.1",
        f"-Dhttp.proxyPort={bridge_port}",
        f"-Djdk.net.hosts.file={hosts_file(settings)}",
        *shlex.split(spark.get("spark.driver.extraJavaOptions", "")),
        MAIN,
    ]
