from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from local_aws.services.sagemaker.containers.spark.settings import hosts_file, write_settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "conf").mkdir()
    return tmp_path / "conf"


def spark_properties(folder: Path) -> dict[str, str]:
    lines = (folder / "spark-defaults.conf").read_text().splitlines()
    return {name: value for name, _, value in (line.partition(" ") for line in lines)}


def hadoop_properties(folder: Path) -> dict[str | None, str | None]:
    properties = ElementTree.parse(folder / "core-site.xml").getroot()
    return {each.findtext("name"): each.findtext("value") for each in properties}


def test_both_spellings_of_an_s3_address_are_bridged(folder: Path) -> None:
    write_settings(folder, {}, {})

    hadoop = hadoop_properties(folder)
    assert hadoop["fs.s3.impl"] == hadoop["fs.s3a.impl"] == "org.apache.hadoop.hdfs.web.WebHdfsFileSystem"


def test_what_the_job_sets_wins(folder: Path) -> None:
    write_settings(folder, {"spark.sql.shuffle.partitions": "9"}, {"a": "<&>", "fs.s3a.impl": "own"})

    assert spark_properties(folder)["spark.sql.shuffle.partitions"] == "9"
    assert hadoop_properties(folder)["a"] == "<&>"
    assert hadoop_properties(folder)["fs.s3a.impl"] == "own"


def test_spark_writes_nothing_outside_of_the_job(folder: Path) -> None:
    write_settings(folder, {}, {})

    assert spark_properties(folder)["spark.sql.warehouse.dir"] == str(folder.parent / "warehouse")


def test_the_jvm_resolves_this_machine_and_nothing_else(folder: Path) -> None:
    write_settings(folder, {}, {})

    assert hosts_file(folder).read_text().split()[:2] == ["127.0.0.1", "localhost"]
