from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_aws.core.instance import Instance
from local_aws.services.sagemaker.containers.spark.archive import ClassArchive

WRITER = "org/apache/spark/sql/execution/datasources/FileFormatWriter$\n"
# Leaves what it was called with where the archive should be.
JAVA = """#!/bin/sh
for word; do case $word in -XX:SharedArchiveFile=*) echo "$@" > "${word#*=}";; esac; done
"""


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    (tmp_path / "site").mkdir()
    instance = Instance("http://nowhere", tmp_path / "site")
    yield instance
    instance.close()


def archive(tmp_path: Path, version: str = "17.0.9", program: str = JAVA) -> ClassArchive:
    home, scratch = tmp_path / "java", tmp_path / "job"
    (home / "bin").mkdir(parents=True, exist_ok=True)
    (home / "bin" / "java").write_text(program)
    (home / "bin" / "java").chmod(0o755)
    (home / "release").write_text(f'JAVA_VERSION="{version}"\n')
    scratch.mkdir(exist_ok=True)
    return ClassArchive(home, scratch, tmp_path / "cache")


def build(archive: ClassArchive, instance: Instance, classes: str) -> list[Path]:
    """Build from a record and wait; returns the archives that there are then."""
    (archive.scratch / "classes").write_text(classes)
    if work := archive.build(instance):
        work.result(20)
    return list(archive.folder.glob("*"))


def test_the_first_job_records_its_classes(tmp_path: Path) -> None:
    assert archive(tmp_path).options() == [f"-XX:DumpLoadedClassList={tmp_path / 'job' / 'classes'}"]


def test_the_next_job_uses_the_archive(tmp_path: Path, instance: Instance) -> None:
    (made,) = build(archive(tmp_path), instance, WRITER)

    assert archive(tmp_path).options() == ["-Xshare:auto", f"-XX:SharedArchiveFile={made}"]
    assert "-Xshare:dump" in made.read_text()
    assert list(instance.work_dir.iterdir()) == []


def test_a_job_that_ended_early_leaves_no_archive(tmp_path: Path, instance: Instance) -> None:
    assert build(archive(tmp_path), instance, "java/lang/Object\n") == []


def test_without_a_record_nothing_is_built(tmp_path: Path, instance: Instance) -> None:
    assert archive(tmp_path).build(instance) is None


def test_a_build_that_fails_leaves_nothing(tmp_path: Path, instance: Instance) -> None:
    assert build(archive(tmp_path, program=JAVA + "exit 1\n"), instance, WRITER) == []


def test_another_java_gets_an_archive_of_its_own_beside_the_old(tmp_path: Path, instance: Instance) -> None:
    (old,) = build(archive(tmp_path), instance, WRITER)
    found = build(archive(tmp_path, version="17.0.10"), instance, WRITER)

    assert old in found and len(found) == 2


def test_the_archives_that_were_used_last_are_kept(tmp_path: Path, instance: Instance) -> None:
    # Given three archives, of which the first made was used last
    versions = ["17.0.1", "17.0.2", "17.0.3"]
    for age, version in enumerate(versions):
        build(archive(tmp_path, version), instance, WRITER)
        for path in (tmp_path / "cache").glob("*.jsa"):
            os.utime(path, (age, age))
    first = archive(tmp_path, versions[0]).options()[1].partition("=")[2]

    # When a fourth is made
    found = build(archive(tmp_path, "17.0.4"), instance, WRITER)

    # Then the first is still there, beside two others
    assert Path(first) in found and len(found) == 3


def test_jobs_that_end_at_once_make_one_archive(tmp_path: Path, instance: Instance) -> None:
    # Given a Java that packs until it is told to end
    waiting = f"until [ -e {tmp_path}/go ]; do sleep 0.01; done\n"
    one = archive(tmp_path, program=JAVA + waiting)
    (one.scratch / "classes").write_text(WRITER)

    first, second = one.build(instance), one.build(instance)
    (tmp_path / "go").touch()
    assert first and second is None
    first.result(20)

    assert one.build(instance) is None


def test_what_another_process_packs_is_left_to_it(tmp_path: Path, instance: Instance) -> None:
    # Given one that has begun, and holds the lock
    one = archive(tmp_path)
    one.folder.mkdir()
    with one.file().with_suffix(".lock").open("w") as claim:
        fcntl.flock(claim, fcntl.LOCK_EX)

        assert build(one, instance, WRITER) == [Path(claim.name)]

    # Once it has ended without an archive, the next job makes one
    assert build(one, instance, WRITER) == [one.file()]


@pytest.mark.parametrize("version", ["1.8.0_392", "11.0.21", "21.0.1"])
def test_only_the_java_that_was_measured_is_asked_for_one(tmp_path: Path, version: str) -> None:
    assert archive(tmp_path, version).options() == []
