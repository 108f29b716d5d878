from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local_aws.site import Site
from local_aws.spark.archive import ClassArchive

WRITER = "org/apache/spark/sql/execution/datasources/FileFormatWriter$\n"
# Leaves what it was called with where the archive should be.
JAVA = """#!/bin/sh
for word; do case $word in -XX:SharedArchiveFile=*) echo "$@" > "${word#*=}";; esac; done
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "site").mkdir()
    site = Site("http://nowhere", tmp_path / "site")
    yield site
    site.close()


def archive(tmp_path: Path, version: str = "17.0.9", program: str = JAVA) -> ClassArchive:
    home, scratch = tmp_path / "java", tmp_path / "job"
    (home / "bin").mkdir(parents=True, exist_ok=True)
    (home / "bin" / "java").write_text(program)
    (home / "bin" / "java").chmod(0o755)
    (home / "release").write_text(f'JAVA_VERSION="{version}"\n')
    scratch.mkdir(exist_ok=True)
    return ClassArchive(home, scratch, tmp_path / "cache")


def build(archive: ClassArchive, site: Site, classes: str) -> list[Path]:
    """Build from a record and wait; returns the archives that there are then."""
    (archive.scratch / "classes").write_text(classes)
    if work := archive.build(site):
        work.result(20)
    return list(archive.folder.glob("*"))


def test_the_first_job_records_its_classes(tmp_path: Path) -> None:
    assert archive(tmp_path).options() == [f"-XX:DumpLoadedClassList={tmp_path / 'job' / 'classes'}"]


def test_the_next_job_uses_the_archive(tmp_path: Path, site: Site) -> None:
    (made,) = build(archive(tmp_path), site, WRITER)

    assert archive(tmp_path).options() == ["-Xshare:auto", f"-XX:SharedArchiveFile={made}"]
    assert "-Xshare:dump" in made.read_text()
    assert list(site.work_dir.iterdir()) == []


def test_a_job_that_ended_early_leaves_no_archive(tmp_path: Path, site: Site) -> None:
    assert build(archive(tmp_path), site, "java/lang/Object\n") == []


def test_without_a_record_nothing_is_built(tmp_path: Path, site: Site) -> None:
    assert archive(tmp_path).build(site) is None


def test_a_build_that_fails_leaves_nothing(tmp_path: Path, site: Site) -> None:
    assert build(archive(tmp_path, program=JAVA + "exit 1\n"), site, WRITER) == []


def test_another_java_gets_an_archive_of_its_own_in_place_of_the_old(tmp_path: Path, site: Site) -> None:
    (old,) = build(archive(tmp_path), site, WRITER)
    (new,) = build(archive(tmp_path, version="17.0.10"), site, WRITER)

    assert old.name != new.name


@pytest.mark.parametrize("version", ["1.8.0_392", "11.0.21", "21.0.1"])
def test_only_the_java_that_was_measured_is_asked_for_one(tmp_path: Path, version: str) -> None:
    assert archive(tmp_path, version).options() == []
