"""The folder SPARK_CONF_DIR of one job: how Spark runs on one machine and where it finds S3."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

CORES = min(2, os.cpu_count() or 1)
_BRIDGED = "org.apache.hadoop.hdfs.web.WebHdfsFileSystem"
_LOGGING = """\
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yy/MM/dd HH:mm:ss} %p %c{1}: %m%n%ex
logger.native.name = org.apache.hadoop.util.NativeCodeLoader
logger.native.level = error
"""


def write_settings(folder: Path, spark: Mapping[str, str], hadoop: Mapping[str, str]) -> None:
    """Write the files that Spark reads at its start; `spark` and `hadoop` win over what is usual here."""
    (folder / "spark-defaults.conf").write_text(_properties({**_spark(folder.parent), **spark}), "utf-8")
    (folder / "core-site.xml").write_bytes(_xml({**_hadoop(), **hadoop}))
    (folder / "log4j2.properties").write_text(_LOGGING, "utf-8")
    hosts_file(folder).write_text(f"127.0.0.1 localhost {socket.gethostname()}\n", "utf-8")


def hosts_file(folder: Path) -> Path:
    """The names that the job's JVM can resolve; buckets are none, their requests go to the proxy as such."""
    return folder / "hosts"


def _spark(work: Path) -> dict[str, str]:
    return {
        "spark.default.parallelism": str(CORES),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "localhost",
        "spark.sql.shuffle.partitions": str(CORES),
        # One machine: where a block lies decides nothing, and asking costs a request an object.
        "spark.sql.sources.ignoreDataLocality": "true",
        "spark.sql.warehouse.dir": str(work / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }


def _hadoop() -> dict[str, str]:
    return {
        "fs.s3.impl": _BRIDGED,
        "fs.s3a.impl": _BRIDGED,
        # Renaming a folder copies all its objects, and the client hears of it when the last one is done.
        "dfs.webhdfs.socket.read-timeout": "1h",
        # Otherwise the client insists on the IP address of its "name node", and a bucket has none.
        "hadoop.security.token.service.use_ip": "false",
    }


def _properties(values: Mapping[str, str]) -> str:
    return "".join(f"{name} {value}\n" for name, value in values.items())


def _xml(values: Mapping[str, str]) -> bytes:
    root = ElementTree.Element("configuration")
    for name, value in values.items():
        property_ = ElementTree.SubElement(root, "property")
        ElementTree.SubElement(property_, "name").text = name
        ElementTree.SubElement(property_, "value").text = value
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document
